import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition } from '../model/finding.ts';
import { parentOf } from './pointer.ts';

/**
 * Where a finding belongs: the value at the first of these pointers that is written in the file, else the nearest enclosing
 * value of the first one, so a defaulted value is blamed on its entry.
 */
export function placeOf(source: SourceMap, ...pointers: readonly string[]): FilePosition {
  const written = pointers.find((candidate) => source.valueAt(candidate) !== undefined);
  let path = written ?? pointers[0] ?? '';
  let position = source.valueAt(path);
  while (position === undefined && path !== '') {
    path = parentOf(path);
    position = source.valueAt(path);
  }
  return { file: source.file, ...(position ?? { line: 1, column: 1 }) };
}

/** Where the key stands that introduces a value; the value itself where there is no key. */
export function keyPlaceOf(source: SourceMap, path: string): FilePosition {
  const key = source.keyAt(path);
  return key ? { file: source.file, ...key } : placeOf(source, path);
}

/** Whether the file itself writes a value there (false: it was defaulted). */
export function isWritten(source: SourceMap, path: string): boolean {
  return source.valueAt(path) !== undefined;
}
