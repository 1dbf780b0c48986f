import { isDeepStrictEqual } from 'node:util';
import { segmentsOf } from '../declare/pointer.ts';
import { type Fields, isFields, isJson } from '../model/json-object.ts';
import type { Edit } from './edits.ts';

/** What becomes of the data: the data itself where it is there already, a reason where it cannot be. */
export type Meaning = { data: unknown } | { reason: string };

/** What an edit means for the data of a text. */
export function meaningOf(data: unknown, edit: Edit): Meaning {
  const value = edit.edit === 'remove' ? undefined : plain(edit.value);
  if (edit.edit !== 'remove' && !isJson(value)) return { reason: 'the value is not plain JSON' };
  const path = segmentsOf(edit.path);
  if (path.includes('__proto__')) return { reason: '__proto__ cannot be a key' };
  if (edit.edit === 'remove') return removed(data, path, edit.prune === true);
  if (edit.edit === 'set') return changedAt(data, path, () => ({ data: value }));
  return changedAt(data, path, (list) => {
    if (list === undefined || list === null) return { data: [value] };
    if (!Array.isArray(list)) return { reason: `${edit.path} is not a list` };
    if (list.some((each) => isDeepStrictEqual(each, value))) return { data: list };
    const { key } = edit;
    const rival =
      key === undefined ? -1 : list.findIndex((each) => isFields(each) && isFields(value) && sameKey(each, value, key));
    if (rival >= 0) return { reason: `${edit.path}/${rival} is another entry of the same name` };
    return { data: [...list, value] };
  });
}

/** A copy whose mappings are plain, wherever the value came from; undefined for what JSON does not have. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** The data with the value at a path changed. */
function changedAt(data: unknown, path: readonly string[], change: (value: unknown) => Meaning): Meaning {
  const [key, ...rest] = path;
  if (key === undefined) return change(data);
  if (Array.isArray(data)) {
    const index = indexOf(key);
    if (index === undefined || index > data.length) return { reason: `the list has no entry ${key}` };
    const below = changedAt(data[index], rest, change);
    return 'reason' in below ? below : { data: Object.assign([...data], { [index]: below.data }) };
  }
  if (data !== undefined && data !== null && !isFields(data)) return { reason: `${key} would be in what is not a mapping` };
  const fields: Fields = data ?? {};
  const below = changedAt(Object.hasOwn(fields, key) ? fields[key] : undefined, rest, change);
  return 'reason' in below ? below : { data: { ...fields, [key]: below.data } };
}

function removed(data: unknown, path: readonly string[], prune: boolean): Meaning {
  const without = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return undefined;
    if (Array.isArray(value)) {
      const index = indexOf(key);
      if (index === undefined || index >= value.length) return value;
      const below = without(value[index], rest);
      return kept(below === undefined ? value.toSpliced(index, 1) : value.with(index, below));
    }
    if (!isFields(value) || !Object.hasOwn(value, key)) return value;
    const below = without(value[key], rest);
    const { [key]: _, ...others } = value;
    return kept(below === undefined ? others : { ...value, [key]: below });
  };
  const kept = (value: object) => (prune && Object.keys(value).length === 0 ? undefined : value);
  if (path.length === 0) return { reason: 'a file cannot be taken out of itself' };
  if (!has(data, path)) return { data };
  return { data: without(data, path) ?? (Array.isArray(data) ? [] : {}) };
}

/** Whether something is written at a path. */
function has(data: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return data !== undefined;
  if (Array.isArray(data)) return indexOf(key) !== undefined && Number(key) < data.length && has(data[Number(key)], rest);
  return isFields(data) && Object.hasOwn(data, key) && has(data[key], rest);
}

/** What is at a path; undefined where nothing is. */
export function at(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, data);
}

function sameKey(one: Fields, other: Fields, key: readonly string[]): boolean {
  return key.every((member) => isDeepStrictEqual(one[member], other[member]));
}

function indexOf(key: string): number | undefined {
  return /^(?:0|[1-9][0-9]*)$/.test(key) ? Number(key) : undefined;
}
