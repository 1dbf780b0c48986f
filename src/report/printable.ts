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
  const characters = [...text];
  if (characters.length <= length) return text;
  return `${characters.slice(0, length).join('')}… (${characters.length - length} more characters)`;
}
