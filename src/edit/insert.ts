import { behindComment, columnOf, insertedLines, lineEnd, lineStart, type Splice } from './splice.ts';
import type { Style } from './style.ts';
import { entryText, flowText, indented, keyText, valueText } from './value-text.ts';
import type { WrittenEntry, WrittenList, WrittenMap } from './written.ts';

/** What is added to a mapping, or without a key to a list. */
export interface Addition {
  key?: string;
  value: unknown;
}

/** Adds to what has entries, behind the last one. `path`: of the mapping or list, '*' for an index. */
export function additionsTo(
  text: string,
  node: WrittenMap | WrittenList,
  additions: readonly Addition[],
  style: Style,
  path: readonly string[],
): Splice[] {
  return node.flow ? inBrackets(text, node, additions, style) : inLines(text, node, additions, style, path);
}

function inLines(
  text: string,
  node: WrittenMap | WrittenList,
  additions: readonly Addition[],
  style: Style,
  path: readonly string[],
): Splice[] {
  const last = node.entries.at(-1)!;
  const column = columnOf(text, last.start);
  const at = behindComment(text, last.end);
  const blocks = at < text.length || text.endsWith('\n');
  const before = blankBetween(text, node.entries) ? [''] : [];
  const lines = additions.flatMap(({ key, value }) => {
    const written =
      key === undefined ? ofList(text, last, value, style, path, blocks) : ofMap(key, value, style, path, column, blocks);
    return [...before, ...written].map((line) => indented(line, column));
  });
  return [insertedLines(text, at, lines, style.newline)];
}

function ofMap(key: string, value: unknown, style: Style, path: readonly string[], column: number, blocks: boolean): string[] {
  const name = keyText(key, style.quote);
  const place = { path: [...path, key], column: column + name.length + 2, blocks };
  const { head, below } = valueText(value, style, place);
  return [head === '' ? `${name}:` : `${name}: ${head}`, ...below];
}

function ofList(
  text: string,
  last: WrittenEntry,
  value: unknown,
  style: Style,
  path: readonly string[],
  blocks: boolean,
): string[] {
  const { node } = last;
  const beside = node.start > last.start && !text.slice(last.start, node.start).includes('\n') && node.start > last.introduced!;
  const gap = beside && node.anchor === undefined && !node.tagged ? text.slice(last.introduced, node.start) : ' ';
  const flow = node.type === 'map' || node.type === 'list' ? node.flow : undefined;
  const column = columnOf(text, last.start) + 1 + gap.length;
  const [first, ...rest] = entryText(value, style, { path: [...path, '*'], column, blocks }, flow);
  return [`-${gap}${first}`, ...rest.map((line) => indented(line, 1 + gap.length))];
}

/** Whether a blank line stands between the last two entries: then one stands before the next as well. */
function blankBetween(text: string, entries: readonly WrittenEntry[]): boolean {
  const [before, last] = [entries.at(-2), entries.at(-1)];
  if (before === undefined || last === undefined) return false;
  return /\n[ \t]*\r?\n/.test(text.slice(Math.max(0, before.end - 1), last.start));
}

/** Within brackets, on the line of the last entry, or on one of its own where that has one. */
function inBrackets(text: string, node: WrittenMap | WrittenList, additions: readonly Addition[], style: Style): Splice[] {
  const puts = additions.map(({ key, value }) => {
    const written = flowText(value, style);
    return key === undefined ? written : `${keyText(key, style.quote)}: ${written}`;
  });
  const last = node.entries.at(-1);
  if (last === undefined) return intoEmpty(text, node, puts, style);
  const start = lineStart(text, last.start);
  const ownLine = start > node.start && text.slice(start, last.start).trim() === '';
  const separator = ownLine ? `${style.newline}${text.slice(start, last.start)}` : ' ';
  const comma = commaBehind(text, last.end);
  if (comma === undefined) return [{ start: last.end, end: last.end, text: ',' }, ...behind(puts, '')];
  return behind(puts, ',');

  function behind(entries: readonly string[], trailing: string): Splice[] {
    const from = (comma ?? last!.end - 1) + 1;
    // The comment beside the last entry stays beside it.
    const rest = text.slice(from, lineEnd(text, from));
    const at = ownLine && /^\s*(#.*)?$/.test(rest) ? lineEnd(text, from) : from;
    return [{ start: at, end: at, text: separator + entries.join(`,${separator}`) + trailing }];
  }
}

function intoEmpty(text: string, node: WrittenMap | WrittenList, puts: readonly string[], style: Style): Splice[] {
  const inner = { start: node.start + 1, end: node.end - 1 };
  const padding = node.type === 'map' ? style.mapPadding : style.listPadding;
  const put = puts.join(', ');
  if (text.slice(inner.start, inner.end).trim() === '') return [{ ...inner, text: `${padding}${put}${padding}` }];
  return [{ start: inner.start, end: inner.start, text: `${padding}${put} ` }];
}

/** Where the comma behind an entry in brackets stands; undefined where there is none. */
export function commaBehind(text: string, end: number): number | undefined {
  let at = end;
  for (;;) {
    const skipped = /^(?:\s+|#[^\n]*)/.exec(text.slice(at, at + 4096))?.[0];
    if (skipped === undefined) return text.charAt(at) === ',' ? at : undefined;
    at += skipped.length;
  }
}
