import { BEYOND, beyond } from './simple-beyond.ts';
import { blockScalar } from './simple-block.ts';
import { distinct, FlowReader, keyOf } from './simple-flow.ts';
import { endOfLine, LineCursor, withoutBlanks } from './simple-lines.ts';
import { type SimpleKey, type SimpleList, type SimpleMap, type SimpleNode, simpleValue } from './simple-node.ts';
import { quotedScalar, type SimpleScalar, simpleScalar } from './simple-scalar.ts';

const DEEPEST = 100;
/** Tabs, carriage returns and other controls, and what some readers take for the end of a line or for no text. */
const STRANGE = /[^\n\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufdff\uff00-\uffef]/;

/**
 * The documents of a YAML text that uses nothing but the plain parts of the grammar, null for an empty one; undefined for every other
 * text, also for one with an error: those are left to the library, which says what is wrong. What is read here the library reads
 * alike, many times slower.
 */
export function readSimpleYaml(text: string): (SimpleNode | null)[] | undefined {
  if (STRANGE.test(text)) return undefined;
  try {
    return new SimpleReader(text).documents();
  } catch (error) {
    if (error === BEYOND) return undefined;
    throw error;
  }
}

/** The data of the one document of such a text; undefined for every other text. */
export function simpleYamlData(text: string): unknown {
  const documents = readSimpleYaml(text);
  const [document] = documents ?? [];
  return documents?.length === 1 && document ? simpleValue(document) : undefined;
}

class SimpleReader {
  readonly #text: string;
  readonly #lines: LineCursor;
  readonly #flow: FlowReader;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new LineCursor(text);
    this.#flow = new FlowReader(text);
  }

  documents(): (SimpleNode | null)[] {
    const documents: (SimpleNode | null)[] = [];
    this.#lines.goToLine(0);
    if (!this.#lines.ended) documents.push(this.#document());
    while (this.#lines.at < this.#text.length) {
      this.#marker();
      documents.push(this.#lines.ended ? null : this.#document());
    }
    return documents.length === 0 ? beyond() : documents;
  }

  #document(): SimpleNode {
    const node = this.#node(this.#lines.column);
    return this.#lines.ended ? node : beyond();
  }

  /** The line `---`, and nothing else on it. */
  #marker(): void {
    const end = endOfLine(this.#text, this.#lines.at);
    if (withoutBlanks(this.#text.slice(this.#lines.at, end)) !== '---') throw BEYOND;
    this.#lines.goToLine(end + 1);
  }

  /** A mapping or list whose first entry begins here. */
  #node(column: number): SimpleNode {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw BEYOND;
    const node = this.#lines.isItem() ? this.#list(column) : this.#map(column);
    this.#depth -= 1;
    return node;
  }

  #map(column: number): SimpleMap {
    const map: SimpleMap = { type: 'map', offset: this.#lines.at, keys: [], values: [] };
    do {
      map.keys.push(this.#key() ?? beyond());
      map.values.push(this.#member(column));
    } while (this.#continues(column) && !this.#lines.isItem());
    return distinct(map);
  }

  #list(column: number): SimpleList {
    const list: SimpleList = { type: 'list', offset: this.#lines.at, items: [] };
    do {
      this.#lines.at += 1;
      list.items.push(this.#item(column));
    } while (this.#continues(column) && this.#lines.isItem());
    return list;
  }

  /** Whether the next line belongs to the same collection. One that belongs to none, or continues with a value, is beyond this. */
  #continues(column: number): boolean {
    if (this.#lines.ended || this.#lines.column < column) return false;
    return this.#lines.column === column || beyond();
  }

  /** The key that begins here, and the colon behind it; undefined, at the same place, where there is no key. */
  #key(): SimpleKey | undefined {
    const text = this.#text;
    const offset = this.#lines.at;
    const first = text.charAt(offset);
    const lineEnd = endOfLine(text, offset);
    if (first === '"' || first === "'") {
      const quoted = quotedScalar(text, offset) ?? beyond();
      if (text.charAt(quoted.end) !== ':' || !/^[ \n]?$/.test(text.charAt(quoted.end + 1))) return undefined;
      this.#lines.at = quoted.end + 1;
      return keyOf(quoted.scalar, quoted.end);
    }
    const colon = colonOf(text, offset, lineEnd);
    if (colon === undefined) return undefined;
    this.#lines.at = colon + 1;
    return keyOf(simpleScalar(withoutBlanks(text.slice(offset, colon)), offset) ?? beyond(), colon);
  }

  /** The value of a key, behind the colon. */
  #member(column: number): SimpleNode {
    if (!this.#lines.endsHere()) return this.#inline(column);
    this.#lines.nextLine();
    if (this.#lines.ended) throw BEYOND;
    // A list may stand below its key without being indented.
    if (this.#lines.column > column || (this.#lines.column === column && this.#lines.isItem()))
      return this.#node(this.#lines.column);
    return beyond();
  }

  /** An entry of a list, behind the dash. */
  #item(column: number): SimpleNode {
    if (this.#lines.endsHere()) {
      this.#lines.nextLine();
      return !this.#lines.ended && this.#lines.column > column ? this.#node(this.#lines.column) : beyond();
    }
    if (this.#lines.isItem()) return this.#node(this.#lines.column);
    const first = this.#text.charAt(this.#lines.at);
    if (first === '[' || first === '{' || first === '|' || first === '>') return this.#inline(column);
    const offset = this.#lines.at;
    const inner = this.#lines.column;
    if (this.#key() === undefined) return this.#inline(column);
    this.#lines.at = offset;
    return this.#node(inner);
  }

  /** A value that begins on the line of its key or dash. */
  #inline(column: number): SimpleNode {
    const text = this.#text;
    const first = text.charAt(this.#lines.at);
    if (first === '|' || first === '>') return this.#block(column);
    let node: SimpleNode;
    if (first === '[' || first === '{') {
      node = this.#flow.read(this.#lines.at, column);
      this.#lines.at = this.#flow.at;
    } else node = this.#scalar(first);
    this.#lines.endLine();
    return node;
  }

  #scalar(first: string): SimpleScalar {
    const text = this.#text;
    const offset = this.#lines.at;
    const lineEnd = endOfLine(text, offset);
    if (first === '"' || first === "'") {
      const quoted = quotedScalar(text, offset) ?? beyond();
      this.#lines.at = quoted.end;
      return quoted.scalar;
    }
    // A key within a value is an error.
    if (colonOf(text, offset, lineEnd) !== undefined) throw BEYOND;
    const comment = text.slice(offset, lineEnd).indexOf(' #');
    const end = comment < 0 ? lineEnd : offset + comment;
    this.#lines.at = end;
    return simpleScalar(withoutBlanks(text.slice(offset, end)), offset) ?? beyond();
  }

  /** A text in a block of its own, its indentation that of its first line. */
  #block(column: number): SimpleScalar {
    const offset = this.#lines.at;
    const { value, next } = blockScalar(this.#text, offset, column);
    this.#lines.goToLine(next);
    return { type: 'scalar', offset, plain: undefined, value };
  }
}

/** Where the colon is that makes the beginning of a line a key; undefined where none does. Quotes and brackets are not looked at. */
function colonOf(text: string, offset: number, lineEnd: number): number | undefined {
  // The line alone: a text of many lines may have no colon at all.
  const line = text.slice(offset, lineEnd);
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (colon + 1 !== line.length && line.charCodeAt(colon + 1) !== 0x20) continue;
    return line.slice(0, colon).includes(' #') ? undefined : offset + colon;
  }
  return undefined;
}
