import { columnOf, insertedLines, lineStart, type Splice } from './splice.ts';
import type { WrittenEntry } from './written.ts';

/** A comment as lines that begin with `# `. */
function commentLines(comment: string | undefined): string[] {
  if (comment === undefined || comment.trim() === '') return [];
  return comment
    .trim()
    .split(/\r?\n/)
    .map((line) => `# ${line}`.trimEnd());
}

/**
 * The comment on lines of its own above the innermost of the entries that begins a line. Nothing where it is there already.
 * `along`: the entries from the top to what is spoken of.
 */
export function commentAbove(text: string, along: readonly WrittenEntry[], comment: string, newline: string): Splice[] {
  const lines = commentLines(comment);
  const entry = along.findLast(({ start, introduced }) => introduced !== undefined && beginsLine(text, start));
  if (entry === undefined || lines.length === 0) return [];
  const at = lineStart(text, entry.start);
  const indent = /^ */.exec(text.slice(at))![0];
  const put = lines.map((line) => `${indent}${line}`);
  const above = text
    .slice(0, at)
    .split(/\r?\n/)
    .slice(-1 - put.length, -1);
  if (above.length === put.length && above.every((line, index) => line === put[index])) return [];
  return [insertedLines(text, at, put, newline)];
}

/** Whether nothing but dashes stands before it on its line. A key within brackets may begin a line too, within a text of several lines. */
function beginsLine(text: string, start: number): boolean {
  return /^[ -]*$/.test(text.slice(start - columnOf(text, start), start));
}
