import { Document, visit } from 'yaml';

/** How the library is asked: readers of YAML 1.1 (kubectl) must not take a text for something else, and no line is folded. */
const STYLE = { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER } as const;
/** How the library makes its nodes. */
const SCHEMA = { compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

/** Texts that every reader takes for what they are, without being asked: no digit first, no colon, none of the words below. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./-]*$/;
/** Addresses and CIDRs, which differ from object to object: no number has two points. */
const ADDRESS = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:\/[0-9]{1,2})?$/;
/** A number to readers of YAML 1.1, which do without the digits before the exponent. */
const FLOAT = /^e-?[0-9]+$/i;
const WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);
/** Longer keys may need a form of their own. */
const LONGEST_KEY = 200;
const MOST_KEPT = 10_000;

/** Thrown for what only the library can write. */
const BEYOND = Symbol('beyond');

const keptTexts = new Map<string, string>();
const keptKeys = new Map<string, string>();

/**
 * Block YAML of plain data, byte for byte as the library writes it, some twenty times faster: the library decides how a text is
 * spelled, once for each text, and the lines are put together here. Undefined where something in it is better left to the library.
 */
export function blockYaml(value: Readonly<Record<string, unknown>>): string | undefined {
  if (isEmpty(value)) return undefined;
  const lines: string[] = [];
  try {
    writeMembers(value, '', '', lines);
  } catch (error) {
    if (error === BEYOND) return undefined;
    throw error;
  }
  return `${lines.join('\n')}\n`;
}

/** `first` stands before the first line (as "- " does), `indent` before all others. */
function writeMembers(value: object, first: string, indent: string, lines: string[]): void {
  let before = first;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    writeValue(`${before}${keyText(key)}:`, member, indent, lines);
    before = indent;
  }
}

/** The value of a key, whose line is begun with `head`. */
function writeValue(head: string, value: unknown, indent: string, lines: string[]): void {
  if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${head} []`);
    else {
      lines.push(head);
      writeItems(value, `${indent}  `, `${indent}  `, lines);
    }
  } else if (isMembers(value)) {
    if (isEmpty(value)) lines.push(`${head} {}`);
    else {
      lines.push(head);
      writeMembers(value, `${indent}  `, `${indent}  `, lines);
    }
  } else lines.push(`${head} ${scalarText(value, `${indent}  `)}`);
}

function writeItems(items: readonly unknown[], first: string, indent: string, lines: string[]): void {
  let before = first;
  for (const item of items) {
    if (Array.isArray(item)) {
      if (item.length === 0) lines.push(`${before}- []`);
      else writeItems(item, `${before}- `, `${indent}  `, lines);
    } else if (isMembers(item)) {
      if (isEmpty(item)) lines.push(`${before}- {}`);
      else writeMembers(item, `${before}- `, `${indent}  `, lines);
    } else lines.push(`${before}- ${scalarText(item, `${indent}  `)}`);
    before = indent;
  }
}

/** `indent`: before the lines of a text in a block of its own. */
function scalarText(value: unknown, indent: string): string {
  if (typeof value === 'string') return stringText(value, indent);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  throw BEYOND;
}

function stringText(value: string, indent: string): string {
  if (isPlain(value) || ADDRESS.test(value)) return value;
  const text = spelled(value);
  if (!text.includes('\n')) return text;
  // A block: its lines were written at two blanks.
  return text
    .split('\n')
    .map((line, position) => (position === 0 || line === '' ? line : `${indent}${line.slice(2)}`))
    .join('\n');
}

/** The library's spelling of a text as the value of a key at the top. */
function spelled(value: string): string {
  const kept = keptTexts.get(value);
  if (kept !== undefined) return kept;
  const written = libraryYaml({ k: value });
  const text = written.slice('k: '.length, -1);
  if (!written.startsWith('k: ') || text.includes('\n---') || /\n(?! {2}|\n|$)/.test(text)) throw BEYOND;
  if (keptTexts.size >= MOST_KEPT) keptTexts.clear();
  keptTexts.set(value, text);
  return text;
}

function keyText(key: string): string {
  if (key.length <= LONGEST_KEY && isPlain(key)) return key;
  const kept = keptKeys.get(key);
  if (kept !== undefined) return kept;
  // At the top of a document some keys are spelled otherwise than below.
  if (key.length > LONGEST_KEY || key.includes('\n') || /^(---|\.\.\.)/.test(key)) throw BEYOND;
  const written = libraryYaml({ [key]: 1 });
  if (!written.endsWith(': 1\n') || written.startsWith('?')) throw BEYOND;
  const text = written.slice(0, -': 1\n'.length);
  if (keptKeys.size >= MOST_KEPT) keptKeys.clear();
  keptKeys.set(key, text);
  return text;
}

/** YAML as the library writes it: what `blockYaml` is measured by, and leaves to it. */
export function libraryYaml(value: object): string {
  const document = new Document(value, SCHEMA);
  visit(document, {
    Scalar: (_key, node) => {
      // Readers differ on where the text of a block begins when its first line is blank or indented.
      if (typeof node.value === 'string' && /^\s/.test(node.value) && node.value.includes('\n')) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString(STYLE);
}

function isMembers(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw BEYOND;
  return true;
}

function isEmpty(value: object): boolean {
  for (const key in value) if ((value as Record<string, unknown>)[key] !== undefined) return false;
  return true;
}

/** Certainly plain, as a key and as a value. */
function isPlain(text: string): boolean {
  return PLAIN.test(text) && !WORDS.has(text.toLowerCase()) && !FLOAT.test(text);
}
