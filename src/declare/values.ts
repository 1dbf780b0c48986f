import { type Fields, isFields, isJson } from '../model/json-object.ts';

/**
 * Values of a declaration as the fleet has them. What does not fit the schema has its own finding, and becomes what no rule judges.
 */

/** A mapping, else an empty one. */
export function mapping(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** A list, else an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, else ''. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text that is not empty. */
export function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without slashes at its end: what follows is '/image'. */
export function registry(value: unknown): string | undefined {
  return textOrNothing(text(value).replace(/\/+$/, ''));
}

/** Without slashes at its end. */
export function folder(value: unknown): string {
  return text(value).replace(/(?<=.)\/+$/, '');
}

/** The items of a list as texts, '' for what is none. */
export function texts(value: unknown): string[] {
  return list(value).map(text);
}

/** The members of a mapping that are texts. */
export function textMap(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A number, else the other one. */
export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** NaN for what is declared and is not one; undefined where nothing is declared. */
export function wholeNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return Number.isSafeInteger(value) ? (value as number) : Number.NaN;
}

/** A free part of the declaration; undefined for what is none, as for what is too deep to be read. */
export function free(value: unknown): Fields | undefined {
  return isFields(value) && isJson(value) ? value : undefined;
}
