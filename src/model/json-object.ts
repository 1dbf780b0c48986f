/** A JSON object whose members are not known yet. */
export type Fields = { [key: string]: unknown };

/** Whether a value is a JSON object: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value has more levels of lists and objects than `most`. Works on any depth. */
export function isDeeper(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= most; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** A member by its name, never one that every JavaScript object inherits: labels may be called constructor or __proto__. */
export function ownMember(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** What free parts of a declaration may hold: JSON of numbers that are read as they are written, of no more than this many levels. */
export const MOST_LEVELS = 50;

/** Larger whole numbers are rounded when they are read, and then are not what was written. */
function isExact(value: unknown): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** Whether a value is plain JSON of no more than `levels` levels of lists and objects. */
export function isJson(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'string' || typeof value === 'boolean' || isExact(value);
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain && levels > 0 && Object.values(value).every((member) => isJson(member, levels - 1));
}
