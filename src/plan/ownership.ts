import { FIELD_MANAGER } from '../cn2/names.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import { sameJson } from './json.ts';

/** The record of what this tool has applied to an object; undefined when it never has. */
export function ownEntry(object: KubernetesObject): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find(
    (entry) => entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && (entry.subresource ?? '') === '',
  );
}

/** Kubernetes leaves these out of every field set: they identify the object. */
const IDENTITY = new Set(['apiVersion', 'kind']);
const METADATA_IDENTITY = new Set(['name', 'namespace']);
/** Keys of associative lists that the API server fills in when they are not given (core/v1 ports). */
const KEY_DEFAULTS: Fields = { protocol: 'TCP' };

/**
 * Whether a server-side apply of `desired` would certainly change nothing on `live`: our record owns exactly the desired fields and
 * each has the desired value. Then the merge equals what is there, and defaults and admission have already seen it.
 *
 * One-sided: true is certain, false is a doubt that a dry-run decides. What the list types of a schema are is read from the record
 * itself: an owned list item has an entry of its own, an atomic list has not.
 */
export function isCertainlyUnchanged(desired: KubernetesObject, live: KubernetesObject): boolean {
  const entry = ownEntry(live);
  if (entry?.fieldsV1 === undefined || entry.apiVersion !== desired.apiVersion || live.apiVersion !== desired.apiVersion)
    return false;
  if (live.metadata.deletionTimestamp !== undefined) return false;
  const { metadata, ...rest } = desired;
  const wanted = without(rest, IDENTITY);
  const wantedMetadata = without(metadata as unknown as Fields, METADATA_IDENTITY);
  // An object without labels, annotations or the like owns no field of metadata.
  if (Object.keys(wantedMetadata).length > 0) wanted['metadata'] = wantedMetadata;
  return sameMembers(wanted, entry.fieldsV1, live);
}

function without(fields: Fields, keys: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !keys.has(key) && value !== undefined));
}

function sameMembers(wanted: Fields, owned: Fields, live: unknown): boolean {
  if (!isFields(live)) return false;
  const names = Object.keys(owned).filter((key) => key !== '.');
  if (names.length !== Object.keys(wanted).length || !names.every((key) => key.startsWith('f:'))) return false;
  return Object.entries(wanted).every(([key, value]) => {
    const part = ownMember(owned, `f:${key}`);
    return isFields(part) && sameValue(value, part, ownMember(live, key));
  });
}

function sameValue(wanted: unknown, owned: Fields, live: unknown): boolean {
  // A null asks the server to remove or default a field: only the server knows which.
  if (wanted === null || wanted === undefined) return false;
  const leaf = Object.keys(owned).every((key) => key === '.');
  if (leaf) return sameLeaf(wanted, live);
  if (Array.isArray(wanted)) return Array.isArray(live) && sameItems(wanted, owned, live);
  return isFields(wanted) && sameMembers(wanted, owned, live);
}

/** Owned as a whole: a scalar, an atomic list or map, or something empty. */
function sameLeaf(wanted: unknown, live: unknown): boolean {
  return !holdsNull(wanted) && sameJson(wanted, live);
}

function holdsNull(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(holdsNull);
  return isFields(value) && Object.values(value).some(holdsNull);
}

/** Lists that are owned item by item: by key (list-type map) or by value (set). The order of our items must be theirs. */
function sameItems(wanted: readonly unknown[], owned: Fields, live: readonly unknown[]): boolean {
  const marks = Object.keys(owned).filter((key) => key !== '.');
  if (marks.length !== wanted.length) return false;
  const used = new Set<string>();
  let last = -1;
  for (const item of wanted) {
    const found = findItem(item, marks, owned, live);
    if (found === undefined || used.has(found.mark) || found.at <= last) return false;
    used.add(found.mark);
    last = found.at;
  }
  return true;
}

/** The owned and the live item that a wanted one is, if it has the wanted content; undefined in any doubt. */
function findItem(
  item: unknown,
  marks: readonly string[],
  owned: Fields,
  live: readonly unknown[],
): { mark: string; at: number } | undefined {
  for (const mark of marks) {
    if (mark.startsWith('v:')) {
      if (!sameJson(parse(mark.slice(2)), item)) continue;
      const places = indexes(live, (candidate) => sameJson(candidate, item));
      return places.length === 1 ? { mark, at: places[0]! } : undefined;
    }
    if (!mark.startsWith('k:')) return undefined;
    const key = parse(mark.slice(2));
    if (!isFields(key) || !isFields(item) || !hasKey(item, key)) continue;
    const places = indexes(live, (candidate) => isFields(candidate) && hasKey(candidate, key));
    const part = owned[mark];
    if (places.length !== 1 || !isFields(part)) return undefined;
    return sameMembers(item, part, live[places[0]!]) ? { mark, at: places[0]! } : undefined;
  }
  return undefined;
}

function hasKey(item: Fields, key: Fields): boolean {
  return Object.entries(key).every(([name, value]) => sameJson(ownMember(item, name) ?? ownMember(KEY_DEFAULTS, name), value));
}

function indexes(items: readonly unknown[], matches: (item: unknown) => boolean): number[] {
  return items.flatMap((item, index) => (matches(item) ? [index] : []));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
