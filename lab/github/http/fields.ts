import { invalid, refused } from './problem.ts';

type Body = Record<string, unknown>;

/** A text that must be there. Throws 422 in GitHub's words. */
export function text(body: Body, name: string): string {
  const value = body[name];
  if (value === undefined) throw refused(`Invalid request.\n\n"${name}" wasn't supplied.`);
  if (typeof value !== 'string') throw notA(value, name, 'string');
  return value;
}

export function optionalText(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw notA(value, name, 'string');
  return value;
}

export function optionalFlag(body: Body, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw notA(value, name, 'boolean');
  return value;
}

export function optionalTexts(body: Body, name: string): string[] | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw notA(value, name, 'array');
  return value.map((item) => (typeof item === 'string' ? item : String((item as { name?: unknown }).name)));
}

/** One of a few words; undefined where it is not given. */
export function optionalChoice<T extends string>(body: Body, name: string, choices: readonly T[]): T | undefined {
  const value = optionalText(body, name);
  if (value === undefined) return undefined;
  if (!(choices as readonly string[]).includes(value))
    throw refused(`Invalid request.\n\n${value} is not a member of ["${choices.join('", "')}"].`);
  return value as T;
}

/** Longest text that GitHub keeps of an issue, a pull request or a comment. */
export const BODY_LIMIT = 65_536;

/** Refuses a text that is too long, as GitHub does. */
export function withinLimit(resource: string, field: string, value: string | undefined, limit = BODY_LIMIT): void {
  if (value === undefined || value.length <= limit) return;
  throw invalid({ resource, code: 'custom', field, message: `${field} is too long (maximum is ${limit} characters)` });
}

function notA(value: unknown, name: string, type: string) {
  return refused(`Invalid request.\n\nFor '${`properties/${name}`}', ${JSON.stringify(value)} is not a ${type}.`);
}
