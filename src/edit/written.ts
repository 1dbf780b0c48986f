import { isAlias, isMap, isPair, isScalar, isSeq, type Pair, type ParsedNode, parseAllDocuments } from 'yaml';
import { YAML_OPTIONS } from '../declare/yaml.ts';

/** A value as it is written: offsets in the text, the end behind its last character (of a block text: behind its last line). */
interface Place {
  start: number;
  end: number;
  /** The anchor that is written before it. */
  anchor?: string;
  /** The tag that is written before it. */
  tagged?: true;
}

export type WrittenNode = WrittenMap | WrittenList | WrittenScalar | WrittenAlias;

export interface WrittenMap extends Place {
  type: 'map';
  flow: boolean;
  entries: WrittenEntry[];
}

export interface WrittenList extends Place {
  type: 'list';
  flow: boolean;
  entries: WrittenEntry[];
}

export interface WrittenScalar extends Place {
  type: 'scalar';
  /** none: nothing is written, which means null. */
  form: 'plain' | 'single' | 'double' | 'block' | 'none';
}

export interface WrittenAlias extends Place {
  type: 'alias';
  name: string;
}

/** A key with its value, or an entry of a list. */
export interface WrittenEntry {
  /** As the declaration has it; of an entry of a list its index. */
  key: string;
  /** Where the key or the dash stands; in brackets of a list the value itself. */
  start: number;
  /** Behind the colon or the dash; undefined where there is none. */
  introduced: number | undefined;
  /** Behind the last character that is not a comment. */
  end: number;
  node: WrittenNode;
}

/** The one document of a text that was read without an error; undefined where it holds nothing or is more than one. */
export function writtenRoot(text: string): WrittenNode | undefined {
  const documents = parseAllDocuments(text, { ...YAML_OPTIONS, keepSourceTokens: true });
  if (!Array.isArray(documents)) return undefined;
  const contents = documents[0]?.contents as ParsedNode | null | undefined;
  return contents ? nodeOf(contents, text) : undefined;
}

/** The entries from the top to the one at a path of keys and indexes, as far as they are written. */
export function entriesAlong(root: WrittenNode | undefined, path: readonly string[]): WrittenEntry[] {
  const along: WrittenEntry[] = [];
  let node = root;
  for (const segment of path) {
    if (node?.type !== 'map' && node?.type !== 'list') break;
    const entry: WrittenEntry | undefined = node.entries.find(({ key }) => key === segment);
    if (entry === undefined) break;
    along.push(entry);
    node = entry.node;
  }
  return along;
}

/** Every value, from the top. */
export function* nodesOf(node: WrittenNode): Generator<WrittenNode> {
  yield node;
  if (node.type === 'map' || node.type === 'list') for (const entry of node.entries) yield* nodesOf(entry.node);
}

function nodeOf(node: ParsedNode, text: string): WrittenNode {
  const place: Place = { start: node.range[0], end: node.range[1] };
  if (isAlias(node)) return { type: 'alias', name: node.source, ...place };
  if (node.anchor !== undefined) place.anchor = node.anchor;
  // What the library makes a tag of by itself has no source.
  if (node.tag !== undefined) place.tagged = true;
  if (isScalar(node)) return { type: 'scalar', form: formOf(node, text), ...place };
  const flow = node.flow === true;
  const entries = isMap(node) ? node.items.map((pair) => pairOf(pair as Pair, text)) : itemsOf(node, text);
  // The value ends where its last entry does: comments behind it are nobody's.
  const end = flow ? place.end : (entries.at(-1)?.end ?? place.end);
  return { type: isMap(node) ? 'map' : 'list', flow, entries, ...place, end };
}

function formOf(node: ParsedNode, text: string): WrittenScalar['form'] {
  if (node.range[0] === node.range[1]) return 'none';
  const first = text.charAt(node.range[0]);
  if (first === '"') return 'double';
  if (first === "'") return 'single';
  return 'type' in node && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') ? 'block' : 'plain';
}

interface Tokens {
  start: { type: string; offset: number; source: string }[];
  sep?: { type: string; offset: number; source: string }[];
}

function pairOf(pair: Pair, text: string): WrittenEntry {
  const tokens = (pair as { srcToken?: Tokens }).srcToken;
  const key = pair.key as ParsedNode | null;
  const explicit = tokens?.start.find(({ type }) => ['explicit-key-ind', 'anchor', 'tag'].includes(type));
  const colon = tokens?.sep?.find(({ type }) => type === 'map-value-ind');
  const keyEnd = key?.range[1] ?? 0;
  const start = explicit?.offset ?? key?.range[0] ?? colon?.offset ?? 0;
  const introduced = colon === undefined ? undefined : colon.offset + 1;
  const node = writtenValue(pair.value as ParsedNode | null, introduced ?? keyEnd, text);
  return { key: keyText(key), start, introduced, node, end: Math.max(node.end, introduced ?? keyEnd) };
}

function itemsOf(node: ParsedNode, text: string): WrittenEntry[] {
  if (!isSeq(node)) return [];
  const tokens = (node.srcToken as { items?: Tokens[] } | undefined)?.items ?? [];
  return node.items.map((item, index): WrittenEntry => {
    const dash = node.flow === true ? undefined : tokens[index]?.start.find(({ type }) => type === 'seq-item-ind');
    const introduced = dash === undefined ? undefined : dash.offset + 1;
    const value = writtenValue((isPair(item) ? null : item) as ParsedNode | null, introduced ?? 0, text);
    return {
      key: String(index),
      start: dash?.offset ?? value.start,
      introduced,
      node: value,
      end: Math.max(value.end, introduced ?? 0),
    };
  });
}

function writtenValue(value: ParsedNode | null, otherwise: number, text: string): WrittenNode {
  const node = value === null ? undefined : nodeOf(value, text);
  if (node !== undefined && (node.type !== 'scalar' || node.form !== 'none')) return node;
  return { ...node, type: 'scalar', form: 'none', start: otherwise, end: otherwise };
}

/** As the declaration has it (`readYaml`). */
function keyText(key: ParsedNode | null): string {
  if (key === null || !isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}
