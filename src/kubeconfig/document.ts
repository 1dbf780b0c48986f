import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { simpleNodeAt, simpleValue } from '../declare/simple-node.ts';
import { readSimpleYaml } from '../declare/simple-yaml.ts';
import { lineIndex } from '../declare/text-lines.ts';
import type { Position } from '../model/finding.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { UnusableKubeconfig } from './unusable.ts';

type Path = readonly (string | number)[];

/** A mapping of a kubeconfig, read field by field: null and '' are absent, as for client-go; a wrong type is UnusableKubeconfig. */
export class KubeconfigFields {
  readonly #value: Readonly<Fields>;
  readonly #path: Path;
  readonly #positionOf: (path: Path) => Position | undefined;

  constructor(value: Readonly<Fields>, path: Path, positionOf: (path: Path) => Position | undefined) {
    this.#value = value;
    this.#path = path;
    this.#positionOf = positionOf;
  }

  text(name: string): string | undefined {
    const value = this.#value[name] ?? '';
    if (typeof value === 'boolean') return String(value);
    if (typeof value !== 'string') throw this.#wrong(name, 'not a string');
    return value === '' ? undefined : value;
  }

  flag(name: string): boolean {
    const value = this.#value[name] ?? false;
    if (typeof value !== 'boolean') throw this.#wrong(name, 'neither true nor false');
    return value;
  }

  texts(name: string): string[] {
    const value = this.#value[name] ?? [];
    if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) throw this.#wrong(name, 'not a list of strings');
    return value as string[];
  }

  /** Whether something other than null is there, of whatever type. */
  has(name: string): boolean {
    const value = this.#value[name] ?? '';
    return value !== '';
  }

  fields(name: string): KubeconfigFields | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined || value === '') return undefined;
    if (!isFields(value)) throw this.#wrong(name, 'not a mapping');
    return new KubeconfigFields(value, [...this.#path, name], this.#positionOf);
  }

  list(name: string): KubeconfigFields[] {
    const value = this.#value[name] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'not a list');
    return value.map((each: unknown, index) => {
      if (!isFields(each)) throw this.#wrong(name, 'a list with an entry that is not a mapping');
      return new KubeconfigFields(each, [...this.#path, name, index], this.#positionOf);
    });
  }

  names(): string[] {
    return Object.keys(this.#value);
  }

  /** The value as it is, for what is passed on unread. */
  raw(name: string): unknown {
    return this.#value[name];
  }

  position(name?: string): Position | undefined {
    return this.#positionOf(name === undefined ? this.#path : [...this.#path, name]);
  }

  #wrong(name: string, is: string): UnusableKubeconfig {
    const position = this.position(name);
    return new UnusableKubeconfig(`is not a kubeconfig: ${name} is ${is}${lineText(position)}`, position);
  }
}

/** ` (line 3)`, or nothing where the place is not known. */
export function lineText(position: Position | undefined): string {
  return position === undefined ? '' : ` (line ${position.line})`;
}

/** The top of a kubeconfig, YAML or JSON. Numbers stay the text they are, so that a token of digits is not a number. */
export function parseKubeconfig(text: string): KubeconfigFields {
  const { top, positionOf } = simpleTop(text) ?? libraryTop(text);
  if (!isFields(top)) throw new UnusableKubeconfig('is not a kubeconfig: it is empty or not a mapping');
  const fields = new KubeconfigFields(top, [], positionOf);
  const [kind = 'Config', version = 'v1'] = [fields.text('kind'), fields.text('apiVersion')];
  if (kind !== 'Config' || version !== 'v1') throw new UnusableKubeconfig('is not a kubeconfig: it is of another kind');
  return fields;
}

interface Top {
  top: unknown;
  positionOf: (path: Path) => Position | undefined;
}

/** Of a simple text; every scalar but null, true and false is the text that it is. */
function simpleTop(text: string): Top | undefined {
  const documents = readSimpleYaml(text);
  const [root] = documents ?? [];
  if (documents?.length !== 1 || !root) return undefined;
  const place = lineIndex(text);
  const positionOf = (path: Path): Position | undefined => {
    const node = simpleNodeAt(root, path);
    return node && place(node.offset);
  };
  const top = simpleValue(root, ({ plain, value }) => (value === null || typeof value === 'boolean' ? value : (plain ?? value)));
  return { top, positionOf };
}

function libraryTop(text: string): Top {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    // The parser's message quotes the text.
    const position = { line: error.linePos?.[0].line ?? 1, column: error.linePos?.[0].col ?? 1 };
    const what = error.code === 'DUPLICATE_KEY' ? 'a key appears twice in it' : 'it is not YAML';
    throw new UnusableKubeconfig(`is not a kubeconfig: ${what}${lineText(position)}`, position);
  }
  return { top: plain(document), positionOf: (path) => positionIn(document, lines, path) };
}

function plain(document: Document.Parsed): unknown {
  visit(document, {
    Scalar(_, node) {
      if (node.value !== null && typeof node.value !== 'boolean') node.value = node.source ?? String(node.value);
    },
  });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new UnusableKubeconfig('is not a kubeconfig: its aliases refer to nothing, or expand to too much');
  }
}

/** Undefined for what is not written at its own place (merged in). */
function positionIn(document: Document.Parsed, lines: LineCounter, path: Path): Position | undefined {
  const node: unknown = document.getIn(path, true);
  if (!isNode(node) || node.range === undefined || node.range === null) return undefined;
  const { line, col } = lines.linePos(node.range[0]);
  return { line, column: col };
}
