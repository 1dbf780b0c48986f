/** A scalar of a simple YAML text. */
export interface SimpleScalar {
  type: 'scalar';
  /** Where it begins in the text, from 0. */
  offset: number;
  /** Its spelling where it has neither quotes nor a block; undefined otherwise. */
  plain: string | undefined;
  /** What the core schema of YAML 1.2 reads: a text, a whole number, true, false or null. */
  value: string | number | boolean | null;
}

/** Begins what is a text to the grammar, or one of the words below; `.inf` and `.nan` are numbers. */
const LETTER = /^(?:[A-Za-z_/($<\u00a1-\ud7ff]|--?[A-Za-z]|\.(?!(?:[Ii][Nn][Ff]|[Nn][Aa][Nn])$)[A-Za-z])/;
/** Begins what may be a number. */
const NUMERIC = /^[-+]?[0-9]/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);
const LONGEST_WORD = 5;
/** Whole numbers that all readers spell alike and a double holds. */
const WHOLE = /^(?:0|-?[1-9][0-9]{0,14})$/;
/** No number of YAML 1.1 or 1.2 has such a character, or two points: CIDRs and addresses, versions, names. */
const NO_NUMBER = /[^-0-9a-fA-FxXoObB_.+:]|\..*\./;

/**
 * A scalar without quotes, whole and without blanks around it. Undefined for what not all readers read alike, and for what has a
 * meaning in the grammar.
 */
export function simpleScalar(source: string, offset: number): SimpleScalar | undefined {
  if (NUMERIC.test(source)) {
    if (WHOLE.test(source)) return { type: 'scalar', offset, plain: source, value: Number(source) };
    return NO_NUMBER.test(source) ? { type: 'scalar', offset, plain: source, value: source } : undefined;
  }
  if (!LETTER.test(source) || source === '<<') return undefined;
  const word = source.length <= LONGEST_WORD ? WORDS.get(source) : undefined;
  return { type: 'scalar', offset, plain: source, value: word === undefined ? source : word };
}

/** With escapes that mean the same in JSON and in YAML. */
const JSON_TEXT = /^"(?:[^"\\]|\\["\\bfnrt])*"$/;

/** A scalar in quotes that begins at `offset` and ends on the same line, and the offset behind it; undefined for other ones. */
export function quotedScalar(text: string, offset: number): { scalar: SimpleScalar; end: number } | undefined {
  const quote = text.charAt(offset);
  let end = offset + 1;
  while (end < text.length) {
    const character = text.charAt(end);
    // Looked for here: a line may hold a great many scalars.
    if (character === '\n') return undefined;
    if (quote === '"' && character === '\\') end += 1;
    else if (character === quote) {
      if (quote === '"' || text.charAt(end + 1) !== quote) break;
      end += 1;
    }
    end += 1;
  }
  if (end >= text.length) return undefined;
  const source = text.slice(offset, end + 1);
  const value = quote === "'" ? source.slice(1, -1).replaceAll("''", "'") : unescaped(source);
  return value === undefined ? undefined : { scalar: { type: 'scalar', offset, plain: undefined, value }, end: end + 1 };
}

function unescaped(source: string): string | undefined {
  if (!source.includes('\\')) return source.slice(1, -1);
  return JSON_TEXT.test(source) ? (JSON.parse(source) as string) : undefined;
}
