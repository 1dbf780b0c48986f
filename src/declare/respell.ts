import type { SourceMap } from '../model/declaration.ts';
import type { Position } from '../model/finding.ts';
import { pointer } from './pointer.ts';

/** A key that is not known, and the known one that its mapping lacks and its author evidently meant. */
export interface Misspelling {
  path: readonly PropertyKey[];
  key: string;
  meant: string;
}

/**
 * The data and places that the author meant: misspelt keys under their right names. A misspelt key is one fault with one finding;
 * judged as if its whole section were absent, it would bring dozens that vanish with it.
 */
export function respell(
  value: unknown,
  source: SourceMap,
  misspellings: readonly Misspelling[],
): { value: unknown; source: SourceMap } {
  if (misspellings.length === 0) return { value, source };
  const meant = structuredClone(value);
  let places = source;
  // Inner ones first: their pointers still have the outer keys as they are written.
  for (const { path, key, meant: name } of [...misspellings].sort((a, b) => b.path.length - a.path.length)) {
    const mapping = path.reduce<unknown>((inner, segment) => (inner as Record<PropertyKey, unknown>)[segment], meant);
    (mapping as Record<string, unknown>)[name] = (mapping as Record<string, unknown>)[key];
    places = movedPlaces(places, pointer(...path, key), pointer(...path, name));
  }
  return { value: meant, source: places };
}

/** The places below one pointer are also those below another, where that has none of its own. */
function movedPlaces(places: SourceMap, from: string, to: string): SourceMap {
  const moved = (at: (path: string) => Position | undefined) => (path: string) =>
    at(path) ?? (path === to || path.startsWith(`${to}/`) ? at(from + path.slice(to.length)) : undefined);
  return { file: places.file, valueAt: moved(places.valueAt), keyAt: moved(places.keyAt) };
}
