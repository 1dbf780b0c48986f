import { isFields } from '../model/json-object.ts';
import { literalLines, type Quote, scalarText } from './scalar-text.ts';
import type { Style } from './style.ts';

/** Columns up to which a mapping or list is written on one line where nothing else in the file says how. */
const WIDTH = 120;

/** A value behind a colon or dash: what stands on that line, and the lines below it, without the indentation of what they belong to. */
export interface Written {
  head: string;
  below: string[];
}

export interface Place {
  /** Where the value stands; '*' for an index. */
  path: readonly string[];
  /** Columns before what stands on the line. */
  column: number;
  /** Whether a text of several lines may be a block. */
  blocks: boolean;
}

/** A value in brackets, on one line. */
export function flowText(value: unknown, style: Style): string {
  if (Array.isArray(value))
    return brackets(
      '[]',
      style.listPadding,
      value.map((each) => flowText(each, style)),
    );
  if (!isFields(value)) return scalarText(value, true, style.quote);
  const members = Object.entries(value).map(([key, member]) => `${keyText(key, style.quote)}: ${flowText(member, style)}`);
  return brackets('{}', style.mapPadding, members);
}

/** A key, without the colon. */
export function keyText(key: string, quote: Quote): string {
  return scalarText(key, true, quote);
}

function brackets(pair: string, padding: string, entries: readonly string[]): string {
  if (entries.length === 0) return pair;
  return `${pair.charAt(0)}${padding}${entries.join(', ')}${padding}${pair.charAt(1)}`;
}

/** The value of a key. */
export function valueText(value: unknown, style: Style, place: Place): Written {
  if (typeof value === 'string') {
    const [header, ...lines] = (place.blocks ? literalLines(value) : undefined) ?? [scalarText(value, false, style.quote)];
    return { head: header!, below: lines.map((line) => indented(line, style.step)) };
  }
  if (inBrackets(value, style, place)) return { head: flowText(value, style), below: [] };
  const step = Array.isArray(value) ? style.listStep : style.step;
  return { head: '', below: blockLines(value, style, place, step).map((line) => indented(line, step)) };
}

/** The members of a mapping at the top of a file. */
export function membersText(value: object, style: Style): string[] {
  return blockLines(value, style, { path: [], column: 0, blocks: true }, 0);
}

/** An entry of a list behind its dash, its further lines indented to stand below its first character. `flow`: as its neighbours are. */
export function entryText(value: unknown, style: Style, place: Place, flow: boolean | undefined): string[] {
  const many = hasLines(value) && place.blocks;
  const isText = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (isText && !many) return [flowOrScalar(value, style)];
  if (typeof value === 'string') {
    const { head, below } = valueText(value, style, place);
    return [head, ...below];
  }
  const asFlow = many ? false : (flow ?? inBrackets(value, style, place));
  return asFlow ? [flowText(value, style)] : blockLines(value, style, place, 0);
}

function flowOrScalar(value: unknown, style: Style): string {
  return typeof value === 'object' ? flowText(value, style) : scalarText(value, false, style.quote);
}

function blockLines(value: unknown, style: Style, place: Place, step: number): string[] {
  const column = place.column + step;
  if (Array.isArray(value))
    return value.flatMap((each) => {
      const [first, ...rest] = entryText(each, style, { ...place, path: [...place.path, '*'], column: column + 2 }, undefined);
      return [`- ${first}`, ...rest.map((line) => indented(line, 2))];
    });
  return Object.entries(value as object).flatMap(([key, member]) => {
    const name = keyText(key, style.quote);
    const { head, below } = valueText(member, style, {
      ...place,
      path: [...place.path, key],
      column: column + name.length + 2,
    });
    return [head === '' ? `${name}:` : `${name}: ${head}`, ...below];
  });
}

function inBrackets(value: unknown, style: Style, place: Place): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return true;
  if (hasLines(value) && place.blocks) return false;
  const elsewhere = style.inBrackets(place.path);
  if (elsewhere !== undefined) return elsewhere;
  // Entries of several members are read one below the other.
  if (Array.isArray(value) && value.some(isFields)) return false;
  return place.column + flowText(value, style).length <= WIDTH;
}

/** Whether a text of several lines is in it. */
function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return literalLines(value) !== undefined;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLines);
}

/** A line further to the right; an empty one stays empty. */
export function indented(line: string, columns: number): string {
  return line === '' ? '' : `${' '.repeat(columns)}${line}`;
}
