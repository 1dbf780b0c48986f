import { type Document, visit } from 'yaml';

/** A text as it was read. */
export interface LooseText {
  documents: Document.Parsed[];
  /** The text with which that worked; its lines are those of the original. */
  text: string;
  /** Blanks that were put before a line, by its number from 1. */
  added: ReadonlyMap<number, number>;
}

const QUOTED = /^(?:'[^']*(?:''[^']*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*")/;
/** Each pass mends the first such quote of every document. */
const MOST_PASSES = 50;

/**
 * Reads YAML in which a quoted text goes on at the indentation of its key or left of it, as the JSON of many a published
 * NetworkAttachmentDefinition does. YAML 1.2 forbids that and the library obeys; kubectl reads it. Blanks before a line within quotes
 * mean nothing, so such lines are read with more of them.
 */
export function readLooseQuotes(original: string, parse: (text: string) => Document.Parsed[]): LooseText {
  const added = new Map<number, number>();
  let text = original;
  let documents = parse(text);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const mended = documents.flatMap(brokenQuotes).reduceRight((whole, start) => indented(whole, start, added), text);
    if (mended === text) break;
    text = mended;
    documents = parse(text);
  }
  return { documents, text, added };
}

/** Where quoted texts begin that end, to the library, without their closing quote. */
function brokenQuotes(document: Document.Parsed): number[] {
  const error = document.errors.find(({ code, message }) => code === 'MISSING_CHAR' && message.startsWith('Missing closing '));
  if (error === undefined) return [];
  let start: number | undefined;
  visit(document, {
    Scalar(_, { range, type }) {
      if (type?.startsWith('QUOTE') !== true || range?.[1] !== error.pos[0]) return undefined;
      start = range[0];
      return visit.BREAK;
    },
  });
  return start === undefined ? [] : [start];
}

/** The text with the further lines of the quoted text at `start` behind its quote's column; as it was where the quote is never closed. */
function indented(text: string, start: number, added: Map<number, number>): string {
  const rest = text.slice(start);
  const [whole] = QUOTED.exec(rest) ?? [];
  // A document ends at such a line, whatever is open.
  if (whole === undefined || /\n(?:---|\.\.\.)(?:\s|$)/.test(whole)) return text;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const first = text.slice(0, start).split('\n').length;
  const lines = whole.split('\n').map((line, position) => {
    if (position === 0 || column === 0 || line.trim() === '') return line;
    added.set(first + position, (added.get(first + position) ?? 0) + column);
    return `${' '.repeat(column)}${line}`;
  });
  return text.slice(0, start) + lines.join('\n') + rest.slice(whole.length);
}
