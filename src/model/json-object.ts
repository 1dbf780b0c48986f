/** A JSON object whose members are not known yet. */
export type Fields = { [key: string]: unknown };

/** Whether a value is a JSON object: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member by its name, never one that every JavaScript object inherits: labels may be called constructor or __proto__. */
export function ownMember(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}
