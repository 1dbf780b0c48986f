import type { ClosedPath } from '../cn2/closed-paths.ts';
import { FIELD_MANAGER } from '../cn2/names.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import { below, cut, type FieldPath, isWhole, marksItem, rooted, union, valueAt } from './field-set.ts';
import { ownEntry } from './ownership.ts';

/** What is to go and that no apply takes away by itself: others hold it, or it was never ours. */
export interface Surplus {
  path: FieldPath;
  /** Field managers that own it; none where nobody is recorded. */
  holders: string[];
}

/**
 * What would still be there after `result`, the server's answer to applying `desired`: paths that were ours and are declared no more
 * but that others hold as well, and whatever stands at a closed path without being declared.
 */
export function surplusOf(
  desired: KubernetesObject,
  live: KubernetesObject,
  result: KubernetesObject,
  closed: readonly ClosedPath[],
): Surplus[] {
  const [was, is] = [ownEntry(live)?.fieldsV1, ownEntry(result)?.fieldsV1];
  const kept = was === undefined || is === undefined ? [] : leaving(was, is);
  const held = kept.flatMap((path): Surplus[] => {
    const holders = holdersOf(result, path, isWhole(below(was, path)));
    return holders.length > 0 && valueAt(result, path) !== undefined ? [{ path, holders }] : [];
  });
  const open = undeclared(desired, result, closed).filter((path) => !held.some((other) => startsWith(path, other.path)));
  return [...held, ...open.map((path) => ({ path, holders: holdersOf(result, path, false) }))];
}

/** What stands at the closed paths of an object and is not declared. */
export function undeclared(desired: KubernetesObject, live: KubernetesObject, closed: readonly ClosedPath[]): FieldPath[] {
  if (closed.length === 0) return [];
  const records = recordsOf(live).map(({ fieldsV1 }) => fieldsV1 ?? {});
  return closed.flatMap(({ path, reach }) => {
    const at = path.map((name) => `f:${name}`);
    return extras(valueAt(desired, at), valueAt(live, at), at, { deep: reach === 'whole', records });
  });
}

/**
 * The records of owners under which applying takes the surplus away: nobody else holds it, and it is ours. Only who owns what changes
 * with them; what the object says changes with the apply that follows, in one write and as the server checks it.
 */
export function recordsToRemove(live: KubernetesObject, surplus: readonly Surplus[], apiVersion: string): ManagedFieldsEntry[] {
  const own = ownEntry(live);
  let record: Fields = own?.fieldsV1 ?? {};
  for (const { path } of surplus) record = union(record, rooted(path, partOf(live, path)));
  const others = recordsOf(live).flatMap((entry): ManagedFieldsEntry[] => {
    let left: Fields | undefined = entry.fieldsV1;
    for (const { path } of surplus) left = left === undefined ? undefined : cut(left, path);
    return left === undefined && entry.fieldsV1 !== undefined
      ? []
      : [{ ...entry, fieldsV1: left as ManagedFieldsEntry['fieldsV1'] & {} }];
  });
  const fresh = { manager: FIELD_MANAGER, operation: 'Apply' as const, apiVersion, fieldsType: 'FieldsV1' as const };
  return [...others, { ...(own ?? fresh), fieldsV1: record as ManagedFieldsEntry['fieldsV1'] & {} }];
}

/** What our record has to own for the path to go: all that anybody owns of it, and itself. */
function partOf(live: KubernetesObject, path: FieldPath): Fields {
  const parts = (live.metadata.managedFields ?? []).flatMap(({ fieldsV1 }): Fields[] => {
    const part = below(fieldsV1, path);
    return part === undefined ? [] : [part];
  });
  const part = parts.reduce<Fields>((all, one) => (isWhole(all) ? one : isWhole(one) ? all : union(all, one)), {});
  return isWhole(part) ? {} : { '.': {}, ...part };
}

/** Paths of a former record that a new one lacks; an item of a list that goes is one path. */
export function leaving(was: Fields, is: Fields, at: FieldPath = []): FieldPath[] {
  return Object.entries(was).flatMap(([mark, part]): FieldPath[] => {
    if (mark === '.') return [];
    const path = [...at, mark];
    const now = ownMember(is, mark);
    if (now === undefined) return isWhole(part) || mark.startsWith('k:') ? [path] : leaving(part as Fields, {}, path);
    // Owned as a whole on one side only: the type of the field has changed, and the rest is not told apart.
    return isWhole(part) || isWhole(now) ? [] : leaving(part as Fields, now as Fields, path);
  });
}

/** Who owns a path or, unless it is `whole`, something below it. */
export function holdersOf(object: KubernetesObject, path: FieldPath, whole: boolean): string[] {
  const holders = recordsOf(object).flatMap(({ manager, fieldsV1 }) => {
    const part = below(fieldsV1, path);
    return part === undefined || (whole && !isWhole(part) && !path.at(-1)!.startsWith('k:')) ? [] : [manager];
  });
  return [...new Set(holders)].sort();
}

/** All records but ours. */
export function recordsOf(object: KubernetesObject): ManagedFieldsEntry[] {
  const own = ownEntry(object);
  return (object.metadata.managedFields ?? []).filter((entry) => entry !== own);
}

function extras(wanted: unknown, live: unknown, at: FieldPath, how: { deep: boolean; records: readonly Fields[] }): FieldPath[] {
  if (isNothing(live)) return [];
  if (wanted === undefined || wanted === null) return [at];
  if (isFields(live) && isFields(wanted)) {
    if (!how.deep) return [];
    return Object.entries(live).flatMap(([key, member]) => extras(ownMember(wanted, key), member, [...at, `f:${key}`], how));
  }
  if (!Array.isArray(live) || !Array.isArray(wanted)) return [];
  // An atomic list is declared as a whole: what others put into it is a conflict. Items with owners of their own are told apart here.
  const marks = [...new Set(how.records.flatMap((record) => Object.keys(below(record, at) ?? {})))];
  return live.flatMap((item) => {
    const mark = marks.find((candidate) => candidate !== '.' && marksItem(candidate, item));
    return mark === undefined || wanted.some((own) => marksItem(mark, own)) ? [] : [[...at, mark]];
  });
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function startsWith(path: FieldPath, start: FieldPath): boolean {
  return start.every((mark, index) => path[index] === mark);
}
