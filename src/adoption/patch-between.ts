import { isDeepStrictEqual } from 'node:util';
import { type Fields, isFields } from '../model/json-object.ts';

/** The merge patch (RFC 7386) that makes the first mapping the second: null takes a member out, lists are replaced. */
export function patchBetween(before: Fields, after: Fields): Fields {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): [string, unknown][] => {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isDeepStrictEqual(was, value)) return [];
    return [[key, isFields(was) && isFields(value) ? patchBetween(was, value) : value]];
  });
  return Object.fromEntries([...changed, ...gone.map((key): [string, unknown] => [key, null])]);
}

/**
 * Two merge patches as one: what the second says counts. Undefined where no single one does the same: the first replaces what the
 * second merges into.
 */
export function bothPatches(first: Fields, second: Fields): Fields | undefined {
  return isOne(first, second) ? (both(first, second) as Fields) : undefined;
}

function isOne(first: unknown, second: unknown): boolean {
  if (!isFields(second)) return true;
  if (!isFields(first)) return false;
  return Object.entries(second).every(([key, value]) => !Object.hasOwn(first, key) || isOne(first[key], value));
}

function both(first: unknown, second: unknown): unknown {
  if (!isFields(first) || !isFields(second)) return second;
  const added = Object.entries(second).map(([key, value]): [string, unknown] => [
    key,
    Object.hasOwn(first, key) ? both(first[key], value) : value,
  ]);
  return { ...first, ...Object.fromEntries(added) };
}
