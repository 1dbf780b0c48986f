import { simpleScalar } from '../declare/simple-scalar.ts';
import { yaml11Reading } from '../declare/yaml11.ts';

export type Quote = 'single' | 'double';

/** Texts that stand without quotes: nothing with a meaning in the grammar, also not to other readers. */
const PLAIN = /^[A-Za-z0-9_./(\u00a1-\u2027\u202a-\ud7ff][\u0020-\u007e\u00a1-\u2027\u202a-\ud7ff]*$/;
const IN_BRACKETS = /[,[\]{}]/;
/** What ends a plain text, or looks like an IPv6 address, which people quote. */
const GRAMMAR = /: |:$| #| $|::|:[,[\]{}]/;
/** A number to readers of YAML 1.1. */
const FLOAT = /^e[-+]?[0-9]+$/i;
const MARKS = /["'\\&!|>`]/;
/** Left to escapes: controls, ends of lines, what JSON leaves as it is and YAML does not allow. */
const ESCAPED = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Longer keys need a form of their own, which no declaration has. */
const NO_QUOTE = /[^\u0020-\u007e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/** A scalar on one line. `inBrackets`: within a flow collection, or as a key. */
export function scalarText(value: unknown, inBrackets: boolean, quote: Quote = 'double'): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return isPlain(value, inBrackets) ? value : quoted(value, quote);
}

/** A text in quotes; in double ones where single ones cannot hold it. */
export function quoted(text: string, quote: Quote): string {
  if (quote === 'single' && !NO_QUOTE.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replaceAll(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isPlain(text: string, inBrackets: boolean): boolean {
  if (!PLAIN.test(text) || MARKS.test(text) || GRAMMAR.test(text) || FLOAT.test(text)) return false;
  if (inBrackets && IN_BRACKETS.test(text)) return false;
  return simpleScalar(text, 0)?.value === text && yaml11Reading(text) === undefined;
}

/** The lines of a text of several lines as a literal block, its header first; undefined for a text that a block does not keep. */
export function literalLines(text: string): string[] | undefined {
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n');
  const odd = lines.some((line) => NO_QUOTE.test(line.replaceAll('\t', ' ')) || (line !== '' && line.trim() === ''));
  if (!text.includes('\n') || odd || /^\s/.test(text) || lines.at(-1) === '') return undefined;
  return [ended ? '|' : '|-', ...lines];
}
