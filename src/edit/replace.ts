import { hasComment } from './comments.ts';
import { quoted, scalarText } from './scalar-text.ts';
import { columnOf, insertedLines, nextLine, type Splice } from './splice.ts';
import type { Style } from './style.ts';
import { flowText, indented, valueText, type Written } from './value-text.ts';
import type { WrittenEntry, WrittenNode } from './written.ts';

/** The value of an entry, written again. `flow`: within brackets. A reason where that would lose what the user wrote. */
export function replaced(
  text: string,
  entry: WrittenEntry,
  value: unknown,
  style: Style,
  where: { path: readonly string[]; flow: boolean; inList: boolean },
): Splice[] | string {
  const { node } = entry;
  const place = behindIntroducer(entry);
  const written = writtenFor(text, entry, value, style, where);
  const { head, below } = written;
  if (node.type === 'scalar' && node.form === 'none') {
    const from = entry.introduced ?? entry.end;
    const colon = entry.introduced === undefined ? ': ' : ' ';
    return [
      { start: from, end: from, text: head === '' ? '' : `${colon}${head}${/^[\s,\]}]?$/.test(text.charAt(from)) ? '' : ' '}` },
      ...linesBelow(text, from, entry, below, style),
    ];
  }
  if (node.type === 'scalar' && node.form === 'block') return [replacedBlock(text, node, entry, written, style)];
  if (node.type !== 'scalar' && hasComment(text, place, node.end)) return 'comments within the value would be lost';
  if ((node.type === 'map' || node.type === 'list') && !node.flow) {
    const end = text.charAt(node.end - 1) === '\n' ? node.end - style.newline.length : node.end;
    return [{ start: place, end, text: head === '' ? '' : ` ${head}` }, ...linesBelow(text, end, entry, below, style)];
  }
  const start = head === '' ? place : node.start;
  return [{ start, end: node.end, text: head }, ...linesBelow(text, node.end, entry, below, style)];
}

function writtenFor(
  text: string,
  entry: WrittenEntry,
  value: unknown,
  style: Style,
  { path, flow, inList }: { path: readonly string[]; flow: boolean; inList: boolean },
): Written {
  const { node } = entry;
  if (typeof value === 'string' && node.type === 'scalar' && (node.form === 'single' || node.form === 'double'))
    return { head: quoted(value, node.form), below: [] };
  if (flow) return { head: flowText(value, style), below: [] };
  const blocks = nextLine(text, entry.end) < text.length || text.endsWith('\n');
  if (inList && typeof value === 'object') return { head: flowText(value, style), below: [] };
  const column = columnOf(text, entry.start) + (inList ? 2 : entry.key.length + 2);
  const written = valueText(value, style, { path, column, blocks });
  return typeof value !== 'string' || blocks ? written : { head: scalarText(value, false, style.quote), below: [] };
}

/** Behind the colon or dash. */
function behindIntroducer(entry: WrittenEntry): number {
  return entry.introduced ?? entry.node.start;
}

/** The lines of a value below the line on which it begins. */
function linesBelow(text: string, from: number, entry: WrittenEntry, below: readonly string[], style: Style): Splice[] {
  if (below.length === 0) return [];
  const column = columnOf(text, entry.start);
  return [
    insertedLines(
      text,
      nextLine(text, from),
      below.map((line) => indented(line, column)),
      style.newline,
    ),
  ];
}

/** A text in a block of its own, with all its lines; a new one is indented as it was. */
function replacedBlock(text: string, node: WrittenNode, entry: WrittenEntry, written: Written, style: Style): Splice {
  const { head, below } = written;
  const column = columnOf(text, entry.start);
  const body = text.slice(nextLine(text, node.start), node.end);
  const was = /^ +(?=\S)/m.exec(body)?.[0].length;
  const shift = was === undefined || below.length === 0 ? column : was - style.step;
  const lines = below.map((line) => indented(line, Math.max(0, shift)));
  const ended = text.charAt(node.end - 1) === '\n' ? style.newline : '';
  const comment = /\s+#[^\r\n]*/.exec(text.slice(node.start, nextLine(text, node.start)))?.[0] ?? '';
  return { start: node.start, end: node.end, text: [`${head}${comment}`, ...lines].join(style.newline) + ended };
}
