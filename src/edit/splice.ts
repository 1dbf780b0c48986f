/** A part of a text that is replaced. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** The text with parts replaced that do not overlap; offsets are those of the text given. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const ordered = splices.map((splice, order) => ({ ...splice, order })).sort((a, b) => a.start - b.start || a.order - b.order);
  let [result, at] = ['', 0];
  for (const { start, end, text: put } of ordered) {
    result += text.slice(at, start) + put;
    at = Math.max(at, end);
  }
  return result + text.slice(at);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The end of the line of an offset, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** The beginning of the line behind a value that ends at an offset; the end of the text where there is none. */
export function nextLine(text: string, end: number): number {
  // A block text ends with its last line.
  if (end > 0 && text.charAt(end - 1) === '\n') return end;
  const found = text.indexOf('\n', end);
  return found < 0 ? text.length : found + 1;
}

/** The beginning of the line behind a value and the comment beside it, whose further lines stand below it. */
export function behindComment(text: string, end: number): number {
  let next = nextLine(text, end);
  const hash = next > end ? text.slice(end, next).indexOf('#') : -1;
  if (hash < 0) return next;
  const column = columnOf(text, end + hash);
  while (next < text.length && text.slice(next, next + column + 1) === `${' '.repeat(column)}#`)
    next = nextLine(text, next + column);
  return next;
}

/** Lines that are put at the beginning of a line, or behind the end of a text without a line break there. */
export function insertedLines(text: string, at: number, lines: readonly string[], newline: string): Splice {
  const unended = at === text.length && at > 0 && text.charAt(at - 1) !== '\n';
  const put = lines.join(newline);
  return { start: at, end: at, text: unended ? `${newline}${put}` : `${put}${newline}` };
}
