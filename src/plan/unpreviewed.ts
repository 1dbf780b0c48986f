import { type Fields, isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { projection } from './difference.ts';
import { fieldChanges } from './fields.ts';
import { ownEntry } from './ownership.ts';

/**
 * What applying an object would change by what was rendered alone, where the server may not be asked: declared fields, and those that
 * were ours and are no longer declared. Who holds fields in conflict and what admission adds is not known.
 */
export function unpreviewed(
  live: KubernetesObject,
  desired: KubernetesObject,
): { result: KubernetesObject; fields: FieldChange[] } {
  const before = projection(live, desired);
  const owned = ownEntry(live)?.fieldsV1;
  const withRemoved = owned === undefined ? before : (keepOwned(before, owned, desired, live) as KubernetesObject);
  return { result: overlaid(live, desired) as KubernetesObject, fields: fieldChanges(withRemoved, desired) };
}

/** `before` with the members that a record owns, the live object has and the desired one lacks. */
function keepOwned(before: unknown, owned: Fields, desired: unknown, live: unknown): unknown {
  if (!isFields(before) || !isFields(desired) || !isFields(live)) return before;
  const members = Object.entries(owned).flatMap(([key, part]): [string, unknown][] => {
    const name = key.slice(2);
    if (!key.startsWith('f:') || !Object.hasOwn(live, name)) return [];
    if (!Object.hasOwn(desired, name)) return [[name, live[name]]];
    return isFields(part) ? [[name, keepOwned(before[name], part, desired[name], live[name])]] : [];
  });
  return { ...before, ...Object.fromEntries(members) };
}

/** Mappings merged, everything else as desired. */
function overlaid(live: unknown, desired: unknown): unknown {
  if (!isFields(live) || !isFields(desired)) return desired;
  const members = Object.entries(desired).map(([key, value]) => [
    key,
    Object.hasOwn(live, key) ? overlaid(live[key], value) : value,
  ]);
  return { ...live, ...Object.fromEntries(members) };
}
