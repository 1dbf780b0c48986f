import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { isWhole } from './field-set.ts';

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

/** How the fields of a kind are owned, as far as a record of somebody shows it. */
export interface Pattern {
  record: Fields;
  /** Our own record: where it owns a map as a whole, the map is atomic. Others may have owned an empty one. */
  own: boolean;
}

const UNKNOWN: Pattern = { record: {}, own: false };

/**
 * The record of owners (FieldsV1) that applying an object leaves. Maps are owned member by member; a list as a whole, unless a record
 * shows that its items have owners of their own.
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
  if (!isFields(value) || Object.keys(value).length === 0) return {};
  if (pattern?.own === true && isWhole(pattern.record)) return {};
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
    return [mark, { '.': {}, ...membersOf(item, below(pattern, mark) ?? { record: {}, own: false }) }];
  });
  const known = marks.filter((mark) => mark !== undefined);
  return known.length < items.length || new Set(known.map(([mark]) => mark)).size < items.length ? {} : Object.fromEntries(known);
}

function below({ record, own }: Pattern, mark: string): Pattern | undefined {
  const part = ownMember(record, mark);
  return isFields(part) ? { record: part, own } : undefined;
}
