/**
 * Characters that move the cursor, recolour a terminal or reorder text: C0 and C1 controls, line separators, bidirectional
 * overrides, zero-width and tag characters. Names and values come from clusters and are not trusted.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** The text with every such character shown as \uXXXX (line breaks as \n), so that it is one harmless line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}

/** At most `length` characters of a text, the rest counted. Never splits a surrogate pair. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = indexAfter(text, length);
  if (end === text.length) return text;
  return `${text.slice(0, end)}… (${charactersFrom(text, end)} more characters)`;
}

/** At most `length` characters of the printable form of a text; the rest is counted, not looked at, so that its size costs little. */
export function excerpt(text: string, length: number): string {
  const end = indexAfter(text, length);
  const shown = printable(text.slice(0, end));
  if (end === text.length) return shortened(shown, length);
  return `${shown.slice(0, indexAfter(shown, length))}… (${charactersFrom(text, end)} more characters)`;
}

/** Where the text goes on after so many characters; its end when it has no more. */
function indexAfter(text: string, characters: number): number {
  if (text.length <= characters) return text.length;
  let at = 0;
  for (let count = 0; count < characters && at < text.length; count++) at += widthAt(text, at);
  return at;
}

function charactersFrom(text: string, start: number): number {
  let count = 0;
  for (let at = start; at < text.length; count++) at += widthAt(text, at);
  return count;
}

function widthAt(text: string, at: number): 1 | 2 {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
