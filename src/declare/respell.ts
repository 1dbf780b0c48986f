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
  const [values, keys] = [{ ...source.values }, { ...source.keys }];
  // Inner ones first: their pointers still have the outer keys as they are written.
  for (const { path, key, meant: name } of [...misspellings].sort((a, b) => b.path.length - a.path.length)) {
    const mapping = path.reduce<unknown>((inner, segment) => (inner as Record<PropertyKey, unknown>)[segment], meant);
    (mapping as Record<string, unknown>)[name] = (mapping as Record<string, unknown>)[key];
    const [from, to] = [pointer(...path, key), pointer(...path, name)];
    for (const places of [values, keys]) copyBelow(places, from, to);
  }
  return { value: meant, source: { file: source.file, values, keys } };
}

function copyBelow(places: Record<string, Position>, from: string, to: string): void {
  for (const [path, position] of Object.entries(places))
    if (path === from || path.startsWith(`${from}/`)) places[to + path.slice(from.length)] ??= position;
}
