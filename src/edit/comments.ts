import { Lexer } from 'yaml';

/** Marks that the lexer puts between what it reads; they are not of the text. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];
const TEXT_FOLLOWS = '\u001f';

/** Whether a comment begins between two places of a text. What looks like one within a text is none. */
export function hasComment(text: string, start: number, end: number): boolean {
  if (!text.slice(start, end).includes('#')) return false;
  let [at, before] = [0, ''];
  for (const part of new Lexer().lex(text)) {
    if (at >= end) return false;
    if (at >= start && part.startsWith('#') && before !== TEXT_FOLLOWS) return true;
    if (!MARKS.includes(part)) at += part.length;
    before = part;
  }
  return false;
}
