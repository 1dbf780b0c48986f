import { type Document, LineCounter, parseAllDocuments, type ScalarTag } from 'yaml';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { notKept } from './vendor-scalars.ts';

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
    test: /^(?:[Yy]|[Yy]es|YES|[Oo]n|ON|[Nn]|[Nn]o|NO|[Oo]ff|OFF)$/,
    resolve: (text) => /^(?:y|yes|on)$/i.test(text),
  },
];

/** Reads a file of Kubernetes objects as kubectl would. Never throws. */
export function parseVendorFile(file: string, text: string): ParsedFile {
  return parseAt(text, (line, column) => ({ file, line, column }));
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

function parseAt(text: string, place: (line: number, column: number) => FilePosition): ParsedFile {
  const counter = new LineCounter();
  const position = (offset: number): FilePosition => {
    const { line, col } = counter.linePos(offset);
    return place(Math.max(line, 1), Math.max(col, 1));
  };
  const parsed = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'silent',
    // kubectl follows merge keys.
    merge: true,
    customTags: (tags) => [...KUBECTL_SCALARS, ...tags],
  });
  const documents: VendorDocument[] = [];
  const findings: Finding[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const [error] = document.errors;
    if (error !== undefined) {
      findings.push(
        unreadable(position(error.pos[0]), `is not YAML: ${error.message}`, 'Download the file again, or repair this line.'),
      );
      continue;
    }
    const unkept = notKept(document);
    if (unkept !== undefined) {
      findings.push(unreadable(position(unkept.offset), unkept.message, unkept.remedy));
      continue;
    }
    const value = plainValue(document);
    if (value === null || value === undefined) continue;
    const at = (path: ObjectPath): FilePosition => position(offsetOf(document, path));
    if (isKubernetesObject(value)) documents.push({ file: at([]).file, object: value, at });
    else {
      findings.push(
        unreadable(at([]), 'is not a Kubernetes object', 'Every document needs apiVersion, kind and metadata.name: take it out.'),
      );
    }
  }
  return { documents, findings };
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

function isKubernetesObject(value: unknown): value is KubernetesObject {
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
