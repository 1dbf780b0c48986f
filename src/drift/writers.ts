import type { Writer } from '../model/drift.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import type { Change } from '../model/plan.ts';
import { type FieldPath, isWhole, pathText } from '../plan/field-set.ts';
import { isStatusOnly } from '../plan/last-writer.ts';
import { ownEntry } from '../plan/ownership.ts';

/**
 * Who holds what differs of a live object, the newest first: the records that own a field of the change, or that the plan names as its
 * other owner; for an object that should not be there, all who wrote it. Our own record of applies counts where nobody else is
 * recorded for such an object. None where the object is gone.
 */
export function writersOf(object: KubernetesObject | undefined, change: Pick<Change, 'action' | 'fields'>): Writer[] {
  if (object === undefined) return [];
  const own = ownEntry(object);
  const others = (object.metadata.managedFields ?? []).filter((entry) => entry !== own && !isStatusOnly(entry));
  if (change.action === 'delete')
    return newestFirst((others.length === 0 && own !== undefined ? [own] : others).map((entry) => writer(entry)));
  const found = others.flatMap((entry): Writer[] => {
    const owned = ownedPaths(entry.fieldsV1 ?? {});
    const fields = change.fields
      .filter(({ path, conflictsWith }) => isNamed(entry, conflictsWith) || owned.some((other) => overlap(path, other)))
      .map(({ path }) => path);
    return fields.length === 0 ? [] : [writer(entry, fields)];
  });
  return newestFirst(found);
}

/** A record as it is reported. */
export function writer({ manager, operation, time }: ManagedFieldsEntry, fields: string[] = []): Writer {
  return { manager, operation, time: time ?? null, fields };
}

/** The newest record first; those without a time last. */
export function newestFirst(writers: readonly Writer[]): Writer[] {
  const at = ({ time }: Writer) => time ?? '';
  return [...writers].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : a.manager < b.manager ? -1 : 1));
}

function isNamed({ manager }: ManagedFieldsEntry, conflictsWith: string | undefined): boolean {
  return conflictsWith !== undefined && (conflictsWith === manager || conflictsWith.split(', ').includes(manager));
}

/** What a record owns, as people read paths. */
function ownedPaths(tree: Fields, at: FieldPath = []): string[] {
  return Object.entries(tree).flatMap(([mark, part]) => {
    if (mark === '.') return [];
    const path = [...at, mark];
    return isWhole(part) || !isFields(part) ? [pathText(path)] : ownedPaths(part, path);
  });
}

/** One is the other, or lies in it. */
function overlap(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && (long.length === short.length || '/['.includes(long[short.length]!));
}
