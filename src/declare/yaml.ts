import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments } from 'yaml';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding, Position } from '../model/finding.ts';
import { pointer } from './pointer.ts';
import { readSimpleDocument } from './simple-document.ts';
import { readSimpleYaml } from './simple-yaml.ts';
import { lineIndex, tooDeepAt } from './text-lines.ts';
import type { YamlDocument } from './yaml-document.ts';
import { yaml11Finding } from './yaml11.ts';

/** Nodes reached through aliases after which a document counts as an attack on memory. */
const ALIAS_BUDGET = 20_000;

/** Reads every document of a YAML 1.2 text. Never throws: an error is a finding of the document it is in. */
export function readYaml(text: string, file: string): YamlDocument[] {
  const place = lineIndex(text);
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const finding = yamlFinding(file, place(deep), 'nested too deeply to be a declaration', 'Write plain YAML.');
    return [{ ...emptyDocument(file), broken: true, findings: [finding] }];
  }
  const simple = readSimpleYaml(text)?.map((node) => node && readSimpleDocument(node, file, place));
  // What stands for an empty document is left to the library.
  if (simple !== undefined && !simple.includes(null)) return simple as YamlDocument[];
  return readWithLibrary(text, file, place);
}

/** How the library reads a declaration: whoever edits one has to read it alike. */
export const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** The same for any text: what a simple one is measured by. `place`: of an offset of the text. */
export function readWithLibrary(text: string, file: string, place: (offset: number) => Position): YamlDocument[] {
  const documents = parseAllDocuments(text, YAML_OPTIONS);
  if (!Array.isArray(documents) || documents.length === 0) return [emptyDocument(file)];
  return documents.map((document) => new Reader(document, file, place).read());
}

function emptyDocument(file: string): YamlDocument {
  const source = recordedPlaces(file, { '': { line: 1, column: 1 } }, {});
  return { value: null, source, findings: [], prototypeKeys: [], broken: false };
}

/** Keys begin with a slash, or are '': never a name that is on the prototype. */
function recordedPlaces(file: string, values: Record<string, Position>, keys: Record<string, Position>): SourceMap {
  return { file, valueAt: (path) => values[path], keyAt: (path) => keys[path] };
}

function yamlFinding(file: string, position: Position, message: string, remedy: string): Finding {
  return { rule: 'yaml', severity: 'error', file, ...position, message, remedy };
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #file: string;
  readonly #place: (offset: number) => Position;
  readonly #findings: Finding[] = [];
  readonly #prototypeKeys: FilePosition[] = [];
  readonly #values: Record<string, Position> = {};
  readonly #keys: Record<string, Position> = {};
  /** Collections that are being read: an alias to one of them would never end. */
  readonly #open = new Set<unknown>();
  /** The latest node of each anchor, as far as the document was read. */
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #targets = new Map<ParsedNode, ParsedNode | undefined>();
  #aliasDepth = 0;
  #aliasNodes = 0;

  constructor(document: Document.Parsed, file: string, place: (offset: number) => Position) {
    this.#document = document;
    this.#file = file;
    this.#place = place;
  }

  read(): YamlDocument {
    const { errors, warnings, directives, contents } = this.#document;
    for (const { message, pos } of errors) this.#report(pos[0], sentence(message), 'Correct the YAML here.');
    for (const { message, pos } of warnings) this.#report(pos[0], sentence(message), 'Write the value without a tag.');
    if (directives?.yaml.explicit && directives.yaml.version !== '1.2')
      this.#report(
        contents?.range[0] ?? 0,
        `%YAML ${directives.yaml.version} asks for another YAML version`,
        'Remove the directive: YAML 1.2 is read.',
      );
    const value = contents ? this.#value(contents as ParsedNode, '') : null;
    this.#values[''] ??= this.#place(contents?.range[0] ?? 0);
    const source = recordedPlaces(this.#file, this.#values, this.#keys);
    return { value, source, findings: this.#findings, prototypeKeys: this.#prototypeKeys, broken: errors.length > 0 };
  }

  #report(offset: number, message: string, remedy: string): void {
    this.#findings.push(yamlFinding(this.#file, this.#place(offset), message, remedy));
  }

  #value(node: ParsedNode | null, path: string, at?: number): unknown {
    this.#values[path] = this.#place(at ?? node?.range[0] ?? 0);
    if (node === null) return null;
    if (this.#aliasDepth > 0 && ++this.#aliasNodes > ALIAS_BUDGET) return null;
    if (this.#aliasDepth === 0 && !isAlias(node) && node.anchor) this.#anchors.set(node.anchor, node);
    if (isAlias(node)) return this.#alias(node as ParsedNode & { source: string }, path);
    if (isScalar(node)) {
      if (node.type === 'PLAIN' && this.#aliasDepth === 0) this.#warnOfYaml11(node.source ?? '', node.range![0]);
      return node.value;
    }
    this.#open.add(node);
    const value = isMap(node) ? this.#map(node, path) : isSeq(node) ? this.#list(node, path) : null;
    this.#open.delete(node);
    return value;
  }

  #alias(node: ParsedNode & { source: string }, path: string): unknown {
    // Inside an expansion an alias means what it meant where it is written, which was read before.
    if (this.#aliasDepth === 0) this.#targets.set(node, this.#anchors.get(node.source));
    const target = this.#targets.get(node);
    if (!target || this.#open.has(target)) {
      const message = target ? `*${node.source} is inside what it refers to` : `*${node.source} refers to no earlier anchor`;
      this.#report(node.range[0], message, 'Write the value out.');
      return null;
    }
    const before = this.#aliasNodes;
    this.#aliasDepth++;
    const value = this.#value(target, path, node.range[0]);
    this.#aliasDepth--;
    if (before <= ALIAS_BUDGET && this.#aliasNodes > ALIAS_BUDGET && this.#aliasDepth === 0)
      this.#report(node.range[0], 'aliases expand to more than a declaration can hold', 'Write the values out.');
    return value;
  }

  #list(node: { items: unknown[] }, path: string): unknown[] {
    return node.items.map((item, index) => this.#value(item as ParsedNode, path + pointer(index)));
  }

  #map(node: { items: { key: unknown; value: unknown }[] }, path: string): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of node.items) {
      const key = pair.key as ParsedNode | null;
      const offset = key?.range[0] ?? 0;
      if (key !== null && !isScalar(key)) {
        this.#report(offset, 'a key must be plain text', 'Write one word before the colon.');
        continue;
      }
      const name = keyText(key);
      const below = path + pointer(name);
      const first = this.#keys[below];
      if (entries.has(name) && first) {
        this.#findings.push({
          ...yamlFinding(
            this.#file,
            this.#place(offset),
            `key ${name} appears twice`,
            `Keep one of the two; the first is on line ${first.line}.`,
          ),
          related: [{ file: this.#file, ...first, message: `${name} first appears here` }],
        });
        continue;
      }
      this.#keys[below] = this.#place(offset);
      if (name === '__proto__') this.#prototypeKeys.push({ file: this.#file, ...this.#place(offset) });
      if (key?.type === 'PLAIN' && this.#aliasDepth === 0) this.#warnOfYaml11(key.source ?? '', offset);
      const value = pair.value as ParsedNode | null;
      entries.set(name, this.#value(value, below, value ? undefined : offset));
    }
    // fromEntries defines own members, so a key __proto__ stays a key.
    return Object.fromEntries(entries);
  }

  #warnOfYaml11(scalar: string, offset: number): void {
    const finding = yaml11Finding(scalar, () => ({ file: this.#file, ...this.#place(offset) }));
    if (finding !== undefined) this.#findings.push(finding);
  }
}

/** A key as text: numbers and booleans in the spelling of the file. */
function keyText(key: ParsedNode | null): string {
  if (key === null || !isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function sentence(message: string): string {
  const first = message.split('\n')[0] ?? message;
  return first.charAt(0).toLowerCase() + first.slice(1);
}
