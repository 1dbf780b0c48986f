/** Thrown while a YAML text is read for what is left to the library. */
export const BEYOND = Symbol('beyond');

/** Leaves a text to the library. */
export function beyond(): never {
  throw BEYOND;
}
