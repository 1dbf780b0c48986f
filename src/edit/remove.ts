import { hasComment } from './comments.ts';
import { commaBehind } from './insert.ts';
import { columnOf, lineEnd, lineStart, nextLine, type Splice } from './splice.ts';
import type { WrittenEntry, WrittenList, WrittenMap } from './written.ts';

/**
 * What takes an entry out of a mapping or list. Comments above it stay. `holder`: the entry whose value the mapping or list is;
 * undefined at the top.
 */
export function removal(text: string, node: WrittenMap | WrittenList, index: number, holder: WrittenEntry | undefined): Splice[] {
  if (node.flow) return fromBrackets(text, node, index);
  const entry = node.entries[index]!;
  const next = node.entries[index + 1];
  const ownLine = /^ *$/.test(text.slice(lineStart(text, entry.start), entry.start));
  const lines: Splice = { start: lineStart(text, entry.start), end: nextLine(text, entry.end), text: '' };
  if (node.entries.length === 1) return emptied(text, node, entry, holder, ownLine ? lines : undefined);
  if (ownLine) return [lines];
  // It begins on the line of a dash; the next entry takes its place, unless a comment is between them.
  const after = nextLine(text, entry.end);
  if (next !== undefined && !hasComment(text, after, next.start)) return [{ start: entry.start, end: next.start, text: '' }];
  return [{ start: entry.start - blanksBefore(text, entry.start), end: lineEnd(text, Math.max(0, entry.end - 1)), text: '' }];
}

/** The last entry is gone: empty brackets stand for what held it. */
function emptied(
  text: string,
  node: WrittenMap | WrittenList,
  entry: WrittenEntry,
  holder: WrittenEntry | undefined,
  lines: Splice | undefined,
): Splice[] {
  const empty = node.type === 'map' ? '{}' : '[]';
  const from = holder?.introduced;
  if (lines === undefined || from === undefined || lines.start <= from) {
    // A block text ends with its line break.
    const end = text.charAt(entry.end - 1) === '\n' ? lineEnd(text, entry.end - 1) : entry.end;
    return [{ start: entry.start, end, text: empty }];
  }
  return [{ start: from, end: from, text: ` ${empty}` }, lines];
}

function fromBrackets(text: string, node: WrittenMap | WrittenList, index: number): Splice[] {
  const entry = node.entries[index]!;
  const [before, next] = [node.entries[index - 1], node.entries[index + 1]];
  const comma = commaBehind(text, entry.end);
  const end = comma === undefined ? entry.end : comma + 1;
  const from = lineStart(text, entry.start);
  const rest = text.slice(end, lineEnd(text, end));
  const ownLines = from > node.start && text.slice(from, entry.start).trim() === '' && /^\s*(#.*)?$/.test(rest);
  if (ownLines && (comma !== undefined || next === undefined)) return [{ start: from, end: nextLine(text, end), text: '' }];
  const plain = (gap: string) => !/[\n#]/.test(gap);
  if (next !== undefined && plain(text.slice(entry.end, next.start))) return [{ start: entry.start, end: next.start, text: '' }];
  if (before !== undefined && plain(text.slice(before.end, entry.start)))
    // The comma before it goes; one behind it stays where it is.
    return [{ start: before.end, end: entry.end, text: '' }];
  if (before === undefined && next === undefined && plain(text.slice(node.start, node.end)))
    return [{ start: node.start + 1, end: node.end - 1, text: '' }];
  return [{ start: entry.start - blanksBefore(text, entry.start), end, text: '' }];
}

/** Blanks that would be left at the end of a line. */
function blanksBefore(text: string, start: number): number {
  const line = text.slice(start - columnOf(text, start), start);
  return line.trim() === '' ? 0 : line.length - line.trimEnd().length;
}
