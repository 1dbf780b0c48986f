import { isDeepStrictEqual } from 'node:util';
import { type Fields, isFields } from '../model/json-object.ts';
import type { FieldChange } from '../model/plan.ts';

/** One step of a path of a plan: a member, an item by its key (`name=x`), or an item by its place. */
type Segment = { member: string } | { item: string };

/** The steps of a path such as /spec/containers[name=x]/image. */
function segmentsOfField(path: string): Segment[] {
  const unescaped = (text: string) => text.replaceAll('~1', '/').replaceAll('~0', '~');
  return [...path.matchAll(/\/([^/[]*)|\[([^\]]*)\]/g)].map(([, member, item]) =>
    item === undefined ? { member: unescaped(member ?? '') } : { item: unescaped(item) },
  );
}

/** What is approved, as it is live: every field of a change as it was before it. Nothing of `approved` is changed. */
export function asLive<Value>(approved: Value, fields: readonly FieldChange[]): Value {
  // What goes goes last, of a list without keys the last item first: places are those of the approved list.
  const goes = fields.filter(({ before }) => before === undefined).sort((a, b) => byPlace(b.path, a.path));
  const ordered = [...fields.filter(({ before }) => before !== undefined).sort((a, b) => byPlace(a.path, b.path)), ...goes];
  return ordered.reduce<unknown>(
    (value, { path, before }) => changedAt(value, segmentsOfField(path), before) ?? {},
    approved,
  ) as Value;
}

function byPlace(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Whether an object has something at a path of a plan. */
export function hasAt(object: unknown, path: string): boolean {
  const found = segmentsOfField(path).reduce<unknown>((value, segment) => {
    if (Array.isArray(value))
      return 'item' in segment ? value.find((each) => isItem(each, segment.item)) : value[Number(segment.member)];
    return 'member' in segment && isFields(value) && Object.hasOwn(value, segment.member) ? value[segment.member] : undefined;
  }, object);
  return found !== undefined;
}

/** The value with another one at a path; undefined takes it out, and what is left empty by that. */
function changedAt(value: unknown, [segment, ...rest]: readonly Segment[], wanted: unknown): unknown {
  if (segment === undefined) return wanted;
  // What is not there need not go.
  if (value === undefined && wanted === undefined) return undefined;
  if ('member' in segment && !Array.isArray(value)) {
    const fields: Fields = isFields(value) ? value : {};
    const below = changedAt(Object.hasOwn(fields, segment.member) ? fields[segment.member] : undefined, rest, wanted);
    const others = Object.entries(fields).filter(([key]) => key !== segment.member);
    if (below === undefined) return others.length === 0 && wanted === undefined ? undefined : Object.fromEntries(others);
    return Object.hasOwn(fields, segment.member)
      ? { ...fields, [segment.member]: below }
      : Object.fromEntries([...others, [segment.member, below]]);
  }
  const list: unknown[] = Array.isArray(value) ? value : [];
  const index = 'item' in segment ? list.findIndex((each) => isItem(each, segment.item)) : Number(segment.member);
  if (index < 0 && wanted === undefined) return value;
  // An item goes whole with its key.
  const [next] = rest;
  const isKey =
    'item' in segment && next !== undefined && 'member' in next && rest.length === 1 && isKeyOf(segment.item, next.member);
  if (isKey && wanted === undefined) return list.length === 1 ? undefined : list.toSpliced(index, 1);
  const below = changedAt(list[index] ?? ('item' in segment ? newItem(segment.item) : undefined), rest, wanted);
  const at = index < 0 ? list.length : index;
  const changed = below === undefined || isDeepStrictEqual(below, {}) ? list.toSpliced(at, 1) : list.toSpliced(at, 1, below);
  return changed.length === 0 && wanted === undefined ? undefined : changed;
}

function isItem(item: unknown, key: string): boolean {
  return (
    isFields(item) && membersOf(key).every(([name, value]) => String(item[name] ?? (name === 'protocol' ? 'TCP' : '')) === value)
  );
}

function isKeyOf(item: string, member: string): boolean {
  return membersOf(item).some(([name]) => name === member);
}

/** Its members follow, one by one. */
function newItem(key: string): Fields {
  return Object.fromEntries(membersOf(key).map(([name, value]) => [name, /ort$/.test(name) ? Number(value) : value]));
}

function membersOf(key: string): [string, string][] {
  return key.split(',').map((part): [string, string] => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  });
}
