import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { isEmptyDeclared, isWhole, valueAt } from './field-set.ts';

/** What identifies an object or is the server's: nobody owns it by applying. */
const NOT_OWNED = new Set(['apiVersion', 'kind', 'status']);
const NOT_OWNED_METADATA = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
]);

/** How the fields of a kind are owned, as far as the records of a live object show it. */
export interface Pattern {
  /** Whose marks tell the items of lists apart. */
  record: Fields;
  /** The live object where the record is ours: a map that has members and of which we own all is atomic. */
  live?: unknown;
  /** What others own of it, together. */
  others?: Fields | undefined;
}

/** A record with the lists of a kind whose items are owned one by one, where it does not show that itself. */
export function withItemLists(record: Fields, lists: Fields | undefined): Fields {
  const marks = Object.entries(lists ?? {}).map(([mark, list]): [string, unknown] => {
    const part = ownMember(record, mark);
    return [mark, isFields(part) && !isWhole(part) && isFields(list) ? withItemLists(part, list) : list];
  });
  return { ...record, ...Object.fromEntries(marks) };
}

const UNKNOWN: Pattern = { record: {} };

/**
 * The record of owners (FieldsV1) that applying an object leaves. Maps are owned member by member; a list as a whole, unless a record
 * shows that its items have owners of their own. A map that is declared empty has the mark of itself ('.') and no other, which no server
 * writes: what comes into it later is not ours, as it would be in an atomic one.
 */
export function recordOf(object: KubernetesObject, pattern: Pattern = UNKNOWN): Fields {
  const { metadata, ...content } = object;
  const ownMetadata = without(metadata as unknown as Fields, NOT_OWNED_METADATA);
  const owned = without(content, NOT_OWNED);
  if (Object.keys(ownMetadata).length > 0) owned['metadata'] = ownMetadata;
  return membersOf(owned, pattern);
}

function without(fields: Fields, keys: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => !keys.has(key) && value !== undefined));
}

function membersOf(fields: Fields, pattern: Pattern): Fields {
  const members = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([key, value]) => [`f:${key}`, partOf(value, below(pattern, `f:${key}`))]));
}

function partOf(value: unknown, pattern: Pattern | undefined): Fields {
  if (Array.isArray(value)) return itemsOf(value, pattern);
  if (!isFields(value)) return {};
  if (Object.keys(value).length === 0) return { '.': {} };
  if (pattern !== undefined && isAtomic(pattern)) return {};
  return membersOf(value, pattern ?? UNKNOWN);
}

/** Marks of items after the example of those that are there; where an item does not fit it, the list is one field. */
function itemsOf(items: readonly unknown[], pattern: Pattern | undefined): Fields {
  const example = Object.keys(pattern?.record ?? {}).find((mark) => mark.startsWith('k:') || mark.startsWith('v:'));
  if (pattern === undefined || example === undefined || items.length === 0) return {};
  if (example.startsWith('v:')) return Object.fromEntries(items.map((item) => [`v:${JSON.stringify(item)}`, {}]));
  const names = Object.keys(JSON.parse(example.slice(2)) as Fields);
  const marks = items.map((item): [string, Fields] | undefined => {
    if (!isFields(item)) return undefined;
    const values = names.map((name) => ownMember(item, name) ?? (name === 'protocol' ? 'TCP' : undefined));
    if (values.includes(undefined)) return undefined;
    const mark = `k:${JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])))}`;
    return [mark, { '.': {}, ...membersOf(item, below(pattern, mark) ?? below(pattern, example) ?? UNKNOWN) }];
  });
  const known = marks.filter((mark) => mark !== undefined);
  return known.length < items.length || new Set(known.map(([mark]) => mark)).size < items.length ? {} : Object.fromEntries(known);
}

/** One that was declared empty has only members that others own. */
function isAtomic({ record, live, others }: Pattern): boolean {
  return (
    isWhole(record) &&
    !isEmptyDeclared(record) &&
    isFields(live) &&
    Object.keys(live).length > 0 &&
    (others === undefined || isWhole(others))
  );
}

function below({ record, live, others }: Pattern, mark: string): Pattern | undefined {
  const part = ownMember(record, mark);
  const theirs = ownMember(others ?? {}, mark);
  return isFields(part)
    ? { record: part, live: valueAt(live, [mark]), others: isFields(theirs) ? theirs : undefined }
    : undefined;
}
