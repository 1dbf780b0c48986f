import { type Document, parseAllDocuments, type ScalarTag } from 'yaml';
import { type SimpleNode, simpleNodeAt, simpleValue } from '../declare/simple-node.ts';
import { readSimpleYaml } from '../declare/simple-yaml.ts';
import { lineIndex } from '../declare/text-lines.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type LooseText, readLooseQuotes } from './loose-quotes.ts';
import { type NotKept, notKept } from './vendor-scalars.ts';

/** Keys and indexes from the top of an object. */
export type ObjectPath = readonly (string | number)[];

/** One object of a vendor file, with the places of its fields. */
export interface VendorDocument {
  file: string;
  object: KubernetesObject;
  /** The place of the value at a path; that of the nearest enclosing value if there is none. */
  at(path: ObjectPath): FilePosition;
}

/** A YAML file's documents in order, empty ones left out; findings where it is not YAML or a document is not a Kubernetes object. */
export interface ParsedFile {
  documents: VendorDocument[];
  findings: Finding[];
}

/** One document of a file as data, whatever it is. */
export interface FileDocument extends Pick<VendorDocument, 'at'> {
  value: unknown;
}

/** Words that YAML 1.1 reads as true or false. */
const KUBECTL_TRUTH = /^(?:[Yy]|[Yy]es|YES|[Oo]n|ON|[Nn]|[Nn]o|NO|[Oo]ff|OFF)$/;

/**
 * The scalars that kubectl (YAML 1.1 in this) reads otherwise than YAML 1.2 does. A vendor file must mean here what it means when
 * it is applied by hand: `defaultMode: 0644` is 420.
 */
const KUBECTL_SCALARS: ScalarTag[] = [
  {
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'OCT',
    test: /^[-+]?0[0-7]+$/,
    resolve: (text) => Number.parseInt(text, 8),
  },
  {
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: KUBECTL_TRUTH,
    resolve: (text) => /^(?:y|yes|on)$/i.test(text),
  },
];

/** Reads a file of Kubernetes objects as kubectl would. Never throws. */
export function parseVendorFile(file: string, text: string): ParsedFile {
  return parseAt(text, (line, column) => ({ file, line, column }));
}

/** Reads a file's documents as kubectl would, empty ones left out, whatever they hold; findings where it is not YAML. Never throws. */
export function readDocuments(file: string, text: string): { documents: FileDocument[]; findings: Finding[] } {
  return documentsAt(text, (line, column) => ({ file, line, column }));
}

/** Reads objects that stand as text inside another object (block literal at `path` of `outer`), with their places in the file. */
export function parseEmbedded(outer: VendorDocument, path: ObjectPath, text: string, fileText: string): ParsedFile {
  const start = outer.at(path);
  const lines = fileText.split('\n');
  const header = lines[start.line - 1]?.slice(start.column - 1) ?? '';
  // Only in a literal do the lines of the value stand one to one in the file.
  if (!header.startsWith('|')) return parseAt(text, () => start);
  const first = lines.slice(start.line).find((line) => line.trim() !== '') ?? '';
  const indent = first.length - first.trimStart().length;
  return parseAt(text, (line, column) => ({ file: outer.file, line: start.line + line, column: column + indent }));
}

function parseAt(text: string, place: Place): ParsedFile {
  const { documents: all, findings } = documentsAt(text, place);
  const documents: VendorDocument[] = [];
  for (const { value, at } of all) {
    if (isKubernetesObject(value)) documents.push({ file: at([]).file, object: value, at });
    else {
      findings.push(
        unreadable(at([]), 'is not a Kubernetes object', 'Every document needs apiVersion, kind and metadata.name: take it out.'),
      );
    }
  }
  return { documents, findings };
}

type Place = (line: number, column: number) => FilePosition;

function documentsAt(text: string, place: Place): { documents: FileDocument[]; findings: Finding[] } {
  const simple = readSimpleYaml(text);
  const { readings, ...read } = simple?.every(isAlikeToKubectl)
    ? { readings: simple.map(simpleReading), text, added: undefined }
    : libraryReadings(text);
  const positions = lineIndex(read.text);
  const position = (offset: number): FilePosition => {
    const { line, column } = positions(offset);
    return place(line, Math.max(1, column - (read.added?.get(line) ?? 0)));
  };
  const documents: FileDocument[] = [];
  const findings: Finding[] = [];
  for (const reading of readings) {
    if ('remedy' in reading) {
      findings.push(unreadable(position(reading.offset), reading.message, reading.remedy));
      continue;
    }
    const { value } = reading;
    if (value === null || value === undefined) continue;
    documents.push({ value, at: (path) => position(reading.offsetOf(path)) });
  }
  return { documents, findings };
}

/** A document as data, with the places in the text of what is at a path. */
interface Reading {
  value: unknown;
  offsetOf(path: ObjectPath): number;
}

/** Nothing in a simple document but these words is something else to kubectl. */
function isAlikeToKubectl(node: SimpleNode | null): boolean {
  if (node === null) return true;
  if (node.type === 'list') return node.items.every(isAlikeToKubectl);
  if (node.type === 'map') return node.keys.every(isAlikeToKubectl) && node.values.every(isAlikeToKubectl);
  return node.plain === undefined || typeof node.value !== 'string' || !KUBECTL_TRUTH.test(node.plain);
}

function simpleReading(node: SimpleNode | null): Reading {
  return node === null
    ? { value: null, offsetOf: () => 0 }
    : { value: simpleValue(node), offsetOf: (path) => simpleOffset(node, path) };
}

function simpleOffset(node: SimpleNode, path: ObjectPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const found = simpleNodeAt(node, path.slice(0, length));
    if (found !== undefined) return found.offset;
  }
  return node.offset;
}

function parse(text: string): Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    prettyErrors: false,
    logLevel: 'silent',
    // kubectl follows merge keys.
    merge: true,
    customTags: (tags) => [...KUBECTL_SCALARS, ...tags],
  });
  return Array.isArray(parsed) ? parsed : [];
}

function libraryReadings(original: string): Pick<LooseText, 'text' | 'added'> & { readings: (Reading | NotKept)[] } {
  const { documents, text, added } = readLooseQuotes(original, parse);
  const readings = documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      return {
        offset: error.pos[0],
        message: `is not YAML: ${error.message}`,
        remedy: 'Download the file again, or repair this line.',
      };
    return notKept(document) ?? { value: plainValue(document), offsetOf: (path: ObjectPath) => offsetOf(document, path) };
  });
  return { text, added, readings };
}

/** The document as JSON; aliases that lead to themselves or explode are not an object of Kubernetes. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return false;
  }
}

function offsetOf(document: Document, path: ObjectPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] | null } | undefined;
    if (node?.range) return node.range[0];
  }
  return document.range?.[0] ?? 0;
}

/** Whether a value is an object that a cluster could take: kind, name, and metadata of the right types. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata !== 'object' || metadata === null)
    return false;
  const { name, namespace, labels, annotations } = metadata as Record<string, unknown>;
  const isMap = (map: unknown) =>
    map === undefined ||
    map === null ||
    (typeof map === 'object' && !Array.isArray(map) && Object.values(map).every((item) => typeof item === 'string'));
  return (
    typeof name === 'string' && (namespace === undefined || typeof namespace === 'string') && isMap(labels) && isMap(annotations)
  );
}

function unreadable(position: FilePosition, message: string, remedy: string): Finding {
  return { rule: 'manifests', severity: 'error', ...position, message: `${position.file} ${message}`, remedy };
}
