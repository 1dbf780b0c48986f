import { BEYOND, beyond } from './simple-beyond.ts';
import { endOfLine, withoutBlanks } from './simple-lines.ts';
import type { SimpleKey, SimpleList, SimpleMap, SimpleNode } from './simple-node.ts';
import { quotedScalar, type SimpleScalar, simpleScalar } from './simple-scalar.ts';

const DEEPEST = 100;
/** Characters from the beginning of a key to its colon: the grammar bounds them in a block, more are left to the library everywhere. */
const LONGEST_KEY = 1000;
/** Maps from this size on look for a key twice in a set. */
const LARGE = 12;

/** Characters that end a scalar without quotes in brackets, or are beyond what is read here. */
const STOP = /[,[\]{}:#\n]/g;

/** Reads a mapping or list in brackets. */
export class FlowReader {
  readonly #text: string;
  /** Where the reading is. */
  at = 0;
  /** Columns up to which a further line of it may not reach. */
  #outer = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads what begins with a bracket at `at` and moves `at` behind it; its further lines are indented by more than `outer`. */
  read(at: number, outer: number): SimpleNode {
    this.at = at;
    this.#outer = outer;
    this.#depth = 0;
    return this.#node();
  }

  #node(): SimpleNode {
    const first = this.#text.charAt(this.at);
    if (first === '{') return this.#map();
    if (first === '[') return this.#list();
    return this.#scalar();
  }

  #enter(): number {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw BEYOND;
    return this.at++;
  }

  #list(): SimpleList {
    const list: SimpleList = { type: 'list', offset: this.#enter(), items: [] };
    this.#skip();
    while (this.#text.charAt(this.at) !== ']') {
      list.items.push(this.#node());
      this.#separator(']');
    }
    this.#leave();
    return list;
  }

  #map(): SimpleMap {
    const map: SimpleMap = { type: 'map', offset: this.#enter(), keys: [], values: [] };
    this.#skip();
    while (this.#text.charAt(this.at) !== '}') {
      map.keys.push(this.#key());
      map.values.push(this.#node());
      this.#separator('}');
    }
    this.#leave();
    return distinct(map);
  }

  #leave(): void {
    this.#depth -= 1;
    this.at += 1;
  }

  #key(): SimpleKey {
    const scalar = this.#scalar();
    while (this.#text.charAt(this.at) === ' ') this.at += 1;
    const key = keyOf(scalar, this.at);
    const after = this.#text.charAt(this.at + 1);
    if (this.#text.charAt(this.at) !== ':' || (after !== ' ' && after !== '\n')) throw BEYOND;
    this.at += 1;
    this.#skip();
    return key;
  }

  /** Behind an entry: the comma before the next one, or the bracket that ends all. */
  #separator(end: string): void {
    this.#skip();
    const next = this.#text.charAt(this.at);
    if (next === ',') {
      this.at += 1;
      this.#skip();
    } else if (next !== end) throw BEYOND;
  }

  #scalar(): SimpleScalar {
    const text = this.#text;
    const offset = this.at;
    const first = text.charAt(offset);
    if (first === '"' || first === "'") {
      const quoted = quotedScalar(text, offset) ?? beyond();
      this.at = quoted.end;
      return quoted.scalar;
    }
    this.at = this.#plainEnd(offset);
    return simpleScalar(withoutBlanks(text.slice(offset, this.at)), offset) ?? beyond();
  }

  #plainEnd(offset: number): number {
    const text = this.#text;
    STOP.lastIndex = offset;
    for (let found = STOP.exec(text); found !== null; found = STOP.exec(text)) {
      const stop = found[0];
      const { index } = found;
      if (stop === '[' || stop === '{') throw BEYOND;
      if (stop === '#' && text.charAt(index - 1) !== ' ') continue;
      if (stop === ':' && !/[ \n,[\]{}]/.test(text.charAt(index + 1))) continue;
      return index;
    }
    throw BEYOND;
  }

  /** Blanks, comments and ends of lines. */
  #skip(): void {
    const text = this.#text;
    for (;;) {
      const next = text.charAt(this.at);
      if (next === ' ') this.at += 1;
      else if (next === '\n') this.#nextLine();
      else if (next === '#' && /[ \n]/.test(text.charAt(this.at - 1))) this.at = endOfLine(text, this.at);
      else return;
    }
  }

  #nextLine(): void {
    const start = this.at + 1;
    this.at = start;
    while (this.#text.charAt(this.at) === ' ') this.at += 1;
    const blank = this.#text.charAt(this.at) === '\n';
    if (!blank && this.at - start <= this.#outer) throw BEYOND;
  }
}

/** A scalar as a key, whose colon is at `colon`: a text, and as it is written no longer than the grammar has it in a block. */
export function keyOf(scalar: SimpleScalar, colon: number): SimpleKey {
  const { value, offset } = scalar;
  if (typeof value !== 'string' || value === '__proto__' || colon - offset > LONGEST_KEY) throw BEYOND;
  return scalar as SimpleKey;
}

/** The map, if no key is in it twice. */
export function distinct(map: SimpleMap): SimpleMap {
  const { keys } = map;
  if (keys.length > LARGE) {
    if (new Set(keys.map(({ value }) => value)).size !== keys.length) throw BEYOND;
    return map;
  }
  for (let index = 1; index < keys.length; index += 1)
    for (let earlier = 0; earlier < index; earlier += 1) if (keys[index]!.value === keys[earlier]!.value) throw BEYOND;
  return map;
}
