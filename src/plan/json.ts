import { isFields, ownMember } from '../model/json-object.ts';

/** The same JSON: order of keys does not count, order of items does. An absent member and one that is undefined are one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson(ownMember(a, key), ownMember(b, key)));
}
