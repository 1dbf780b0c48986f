/** A JSON object whose members are not known yet. */
export type Fields = { [key: string]: unknown };

/** Whether a value is a JSON object: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
