import { FIELD_MANAGER } from '../cn2/names.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import {
  below,
  common,
  cut,
  type FieldPath,
  finest,
  isEmptyDeclared,
  isWhole,
  marksItem,
  owns,
  valueAt,
  withoutAt,
} from './field-set.ts';
import type { Conflict } from './fields.ts';
import { sameJson } from './json.ts';
import { ownEntry } from './ownership.ts';
import { type Pattern, recordOf, withItemLists } from './record.ts';
import { holdersOf, leaving, recordsOf } from './surplus.ts';

/** What applying makes of an object, worked out here. */
export interface LocalMerge {
  /** With the records of owners as they are then. */
  result: KubernetesObject;
  /** Fields that others own with other values; the result has them taken over. */
  conflicts: Conflict[];
}

/**
 * Applies an object onto the live one as a server-side apply does, from the records of owners that the live one carries: declared
 * fields are set, what was ours and is declared no more goes unless somebody else holds it, all else stays. What a server adds
 * (defaults, admission) cannot be foreseen. `lists`: those whose items are owned one by one, where that is described.
 */
export function mergeLocally(desired: KubernetesObject, live: KubernetesObject, lists?: Fields): LocalMerge {
  const own = ownEntry(live);
  const others = recordsOf(live);
  const theirs = allOf(others);
  const pattern: Pattern = {
    record: withItemLists(own?.fieldsV1 ?? theirs, lists),
    ...(own?.fieldsV1 === undefined ? {} : { live, others: theirs }),
  };
  const record = recordOf(desired, pattern);
  const conflicts = conflictsOf(desired, live, record, others);
  let result = overlaid(live, desired, record) as KubernetesObject;
  const { uid, resourceVersion } = live.metadata;
  result = { ...result, apiVersion: desired.apiVersion, metadata: { ...result.metadata, ...(uid === undefined ? {} : { uid }) } };
  if (resourceVersion !== undefined) result.metadata.resourceVersion = resourceVersion;
  for (const path of goneFrom(live, desired, own?.fieldsV1, record)) result = pruned(withoutAt(result, path), path, record);
  const taken = conflicts.map(({ at }) => at);
  const managedFields = [
    ...others.flatMap((entry) => remaining(entry, taken)),
    own !== undefined && own.apiVersion === desired.apiVersion && sameMarks(own.fieldsV1 ?? {}, record)
      ? own
      : ({
          manager: FIELD_MANAGER,
          operation: 'Apply',
          apiVersion: desired.apiVersion,
          fieldsType: 'FieldsV1',
          fieldsV1: record,
        } as ManagedFieldsEntry),
  ];
  return {
    result: { ...result, metadata: { ...result.metadata, managedFields } },
    conflicts: conflicts.map(({ conflict }) => conflict),
  };
}

/** What several records show together of how the kind is owned. */
export function allOf(entries: readonly ManagedFieldsEntry[]): Fields {
  return entries.reduce<Fields>((all, { fieldsV1 }) => finest(all, fieldsV1 ?? {}), {});
}

function conflictsOf(
  desired: KubernetesObject,
  live: KubernetesObject,
  record: Fields,
  others: readonly ManagedFieldsEntry[],
): { conflict: Conflict; at: FieldPath }[] {
  return common(record, record).flatMap((path) => {
    const [now, then] = [valueAt(live, path), valueAt(desired, path)];
    if (now === undefined || sameJson(now, then) || (isEmptyMap(then) && isFields(now))) return [];
    const holders = others.filter(({ fieldsV1 }) => owns(fieldsV1, path)).map(({ manager }) => manager);
    return [...new Set(holders)].map((manager) => ({ conflict: { field: serverPath(path), manager }, at: path }));
  });
}

/** As a server names a field in conflict: .spec.containers[name="x"].image */
function serverPath(path: FieldPath): string {
  return path
    .map((mark) => {
      const text = mark.slice(2);
      if (mark.startsWith('f:')) return `.${text}`;
      if (!mark.startsWith('k:')) return `[=${text}]`;
      const key = Object.entries(JSON.parse(text) as Fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      return `[${key.join(',')}]`;
    })
    .join('');
}

/** What a record owns, set as desired; an empty map merges into whatever is there. */
function overlaid(live: unknown, desired: unknown, record: Fields): unknown {
  if (Array.isArray(desired) && Array.isArray(live) && !isWhole(record)) return withItems(live, desired, record);
  if (!isFields(desired)) return desired;
  if (isWhole(record)) return isEmptyMap(desired) && isFields(live) ? live : desired;
  const base = isFields(live) ? live : {};
  const members = Object.entries(record).flatMap(([mark, part]): [string, unknown][] =>
    mark.startsWith('f:') && isFields(part)
      ? [[mark.slice(2), overlaid(ownMember(base, mark.slice(2)), ownMember(desired, mark.slice(2)), part)]]
      : [],
  );
  return { ...base, ...Object.fromEntries(members) };
}

/** What was ours, is declared no more, and nobody else holds. */
function goneFrom(live: KubernetesObject, desired: KubernetesObject, own: Fields | undefined, record: Fields): FieldPath[] {
  if (own === undefined) return [];
  const isHeld = (path: FieldPath) => holdersOf(live, path, isWhole(below(own, path))).length > 0;
  return leaving(own, withoutEmptyMaps(record, desired, own)).flatMap((path) => {
    const part = below(own, path) ?? {};
    // What is in a map that we had declared empty was never ours.
    if (isEmptyDeclared(part) && !isEmptyMap(valueAt(live, path))) return [];
    if (!isHeld(path)) return [path];
    // Of an item that stays for somebody else, what only we had.
    return common(part, part, path).filter((each) => !isHeld(each));
  });
}

/** A record without the maps that are declared empty, where we owned members of them: we own those no more. */
function withoutEmptyMaps(record: Fields, desired: unknown, own: unknown): Fields {
  return Object.fromEntries(
    Object.entries(record).flatMap(([mark, part]): [string, unknown][] => {
      const value = valueAt(desired, [mark]);
      const before = isFields(own) ? ownMember(own, mark) : undefined;
      if (!isFields(part) || (isWhole(part) && isEmptyMap(value) && !isWhole(before))) return [];
      return [[mark, withoutEmptyMaps(part, value, before)]];
    }),
  );
}

function isEmptyMap(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

/** Items that are there keep their places. */
function withItems(live: readonly unknown[], desired: readonly unknown[], record: Fields): unknown[] {
  const items = [...live];
  for (const [mark, part] of Object.entries(record)) {
    const wanted = desired.find((item) => marksItem(mark, item));
    const place = items.findIndex((item) => marksItem(mark, item));
    const item = mark.startsWith('k:') && isFields(part) ? overlaid(items[place], wanted, part) : wanted;
    if (place < 0) items.push(item);
    else items[place] = item;
  }
  return items;
}

/** Maps and lists of which nothing is left after a path went, unless they are declared so. */
function pruned(object: KubernetesObject, path: FieldPath, record: Fields): KubernetesObject {
  const parent = path.slice(0, -1);
  const left = valueAt(object, parent);
  const empty = typeof left === 'object' && left !== null && Object.keys(left).length === 0;
  if (parent.length === 0 || !empty || below(record, parent) !== undefined) return object;
  return pruned(withoutAt(object, parent), parent, record);
}

function remaining(entry: ManagedFieldsEntry, taken: readonly FieldPath[]): ManagedFieldsEntry[] {
  let left: Fields | undefined = entry.fieldsV1;
  for (const path of taken) left = left === undefined ? undefined : cut(left, path);
  if (left === entry.fieldsV1) return [entry];
  return left === undefined ? [] : [{ ...entry, fieldsV1: left as ManagedFieldsEntry['fieldsV1'] & {} }];
}

/** The same owned fields; servers also note that a map or an item is there ('.'). */
function sameMarks(a: Fields, b: Fields): boolean {
  return sameJson(withoutDots(a), withoutDots(b));
}

function withoutDots(tree: Fields): Fields {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([mark, part]) => (mark === '.' ? [] : [[mark, isFields(part) ? withoutDots(part) : part]])),
  );
}
