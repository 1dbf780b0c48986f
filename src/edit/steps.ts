import { isDeepStrictEqual } from 'node:util';
import { isFields } from '../model/json-object.ts';
import type { Addition } from './insert.ts';

/** One change of a text. `path`: of the value, of what is added to, or of what goes. */
export type Step =
  | { step: 'replace'; path: string[]; value: unknown }
  | { step: 'add'; path: string[]; additions: Addition[] }
  | { step: 'remove'; path: string[] };

/** The changes, one after the other, that make the first data the second: what is the same in both is not touched. */
export function stepsBetween(before: unknown, after: unknown, path: string[] = []): Step[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isFields(before) && isFields(after) && isFilled(before)) return betweenMaps(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && isFilled(before)) return betweenLists(before, after, path);
  return [{ step: 'replace', path, value: after }];
}

type Members = Record<string, unknown>;

function betweenMaps(before: Members, after: Members, path: string[]): Step[] {
  const keys = Object.keys(after);
  const changed = keys.filter((key) => Object.hasOwn(before, key));
  const additions = keys.filter((key) => !Object.hasOwn(before, key)).map((key) => ({ key, value: after[key] }));
  return [
    ...changed.flatMap((key) => stepsBetween(before[key], after[key], [...path, key])),
    // Before the others go: a mapping that is empty for a moment would be written again.
    ...(additions.length === 0 ? [] : [{ step: 'add' as const, path, additions }]),
    ...Object.keys(before)
      .filter((key) => !Object.hasOwn(after, key))
      .map((key) => ({ step: 'remove' as const, path: [...path, key] })),
  ];
}

function betweenLists(before: readonly unknown[], after: readonly unknown[], path: string[]): Step[] {
  const removed = (indexes: readonly number[]) =>
    [...indexes].reverse().map((index) => ({ step: 'remove' as const, path: [...path, String(index)] }));
  const left = leftOut(before, after);
  if (left !== undefined) return removed(left);
  const both = Math.min(before.length, after.length);
  const additions = after.slice(both).map((value) => ({ value }));
  return [
    ...before.slice(0, both).flatMap((value, index) => stepsBetween(value, after[index], [...path, String(index)])),
    ...(additions.length === 0 ? [] : [{ step: 'add' as const, path, additions }]),
    ...removed(before.flatMap((_, index) => (index < both ? [] : [index]))),
  ];
}

/** Indexes of what must go so that the rest is the second list; undefined where it takes more than that. */
function leftOut(before: readonly unknown[], after: readonly unknown[]): number[] | undefined {
  const left: number[] = [];
  let next = 0;
  for (const [index, value] of before.entries()) {
    if (next < after.length && isDeepStrictEqual(value, after[next])) next += 1;
    else left.push(index);
  }
  return next === after.length ? left : undefined;
}

function isFilled(value: object): boolean {
  return Object.keys(value).length > 0;
}
