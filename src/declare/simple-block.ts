import { BEYOND, beyond } from './simple-beyond.ts';
import { endOfLine } from './simple-lines.ts';

const HEADER = /^[|>]-?$/;

/**
 * A literal (`|`) or folded text (`>`) whose header is at `offset`, and where the lines go on after it. Lines of a folded one are
 * all indented alike, none of them blank: what becomes of others is left to the library.
 */
export function blockScalar(text: string, offset: number, outer: number): { value: string; next: number } {
  const end = endOfLine(text, offset);
  const header = text.slice(offset, end);
  if (!HEADER.test(header)) throw BEYOND;
  const { lines, next } = linesOfBlock(text, end + 1, outer);
  const folded = header.startsWith('>');
  if (folded && lines.some((line) => line === '' || line.startsWith(' '))) throw BEYOND;
  return { value: lines.join(folded ? ' ' : '\n') + (header.endsWith('-') ? '' : '\n'), next };
}

/** The lines without their indentation, blank ones at the end left out, and where the text goes on. */
function linesOfBlock(text: string, from: number, outer: number): { lines: string[]; next: number } {
  const lines: string[] = [];
  let indent = -1;
  let [kept, next] = [0, from];
  for (let start = from; start < text.length; ) {
    const end = text.indexOf('\n', start);
    // Readers differ on a last line without its end.
    if (end < 0) throw BEYOND;
    let at = start;
    while (text.charCodeAt(at) === 0x20) at += 1;
    const blank = at === end;
    if (indent < 0 && !blank) indent = at - start;
    // Blanks in a blank line are text where they reach beyond the indentation, and an error before it is known.
    if (blank && (indent < 0 ? at > start : at - start > indent)) throw BEYOND;
    if (!blank && (at - start < indent || indent <= outer)) break;
    lines.push(blank ? '' : text.slice(start + indent, end));
    start = end + 1;
    if (!blank) [kept, next] = [lines.length, start];
  }
  return kept === 0 ? beyond() : { lines: lines.slice(0, kept), next };
}
