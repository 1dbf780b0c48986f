import { type Fields, isFields } from '../model/json-object.ts';

/** What a declaration says at a place, or what no rule judges: a value of the wrong type has its own schema finding. */

/** A mapping, or an empty one. */
export function mapping(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** A list, or an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or ''. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text that is not empty. */
export function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The items of a list as texts. */
export function texts(value: unknown): string[] {
  return list(value).map(text);
}

/** The members of a mapping that are texts. */
export function textMap(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
