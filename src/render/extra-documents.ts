import type { FilePosition, Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { type Fields, isDeeper, isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { contains } from './extra-paths.ts';
import { type FileDocument, type ObjectPath, readDocuments } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

/** One object of the user's own manifests, for one cluster. */
export interface ExtraDocument {
  cluster: string;
  /** Position of the entry of `extra`. */
  entry: number;
  file: string;
  /** At least apiVersion, kind and metadata are of their types. */
  object: KubernetesObject;
  /** The place of the value at a path; that of the nearest enclosing value if there is none. */
  at(path: ObjectPath): FilePosition;
}

/** Nothing that is applied is nested deeper; a text of brackets may be. */
const MOST_LEVELS = 64;

/**
 * The objects of the files that the declaration names under `extra`, in order of its entries, of their files by name, and of the documents
 * of a file. A list (`kind: List`, with items) is its items, as kubectl takes it. Findings where something is not YAML or not an object.
 */
export function extraDocuments(
  fleet: Pick<Fleet, 'extra'>,
  extraFiles: Readonly<Record<string, string>>,
): { documents: ExtraDocument[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const read = new Map<string, Omit<ExtraDocument, 'cluster' | 'entry'>[]>();
  for (const [file, text] of Object.entries(extraFiles)) {
    const found = readDocuments(file, text);
    findings.push(...found.findings);
    if (found.documents.length === 0 && found.findings.length === 0) findings.push(emptyFile(file));
    const single = found.documents.flatMap(flattened);
    findings.push(...single.flatMap((document) => shapeFinding(file, document) ?? []));
    read.set(
      file,
      single.flatMap(({ value, at }) => (isObject(value) ? [{ file, object: value, at }] : [])),
    );
  }
  const documents = (fleet.extra ?? []).flatMap(({ cluster, path }, entry) =>
    [...read.keys()]
      .filter((file) => contains(path, file))
      .sort()
      .flatMap((file) => read.get(file)!.map((document): ExtraDocument => ({ ...document, cluster, entry }))),
  );
  return { documents, findings };
}

function flattened({ value, at }: FileDocument): FileDocument[] {
  if (!isFields(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List')) return [{ value, at }];
  const { items } = value;
  if (!Array.isArray(items)) return [{ value, at }];
  // A list inside a list is not an object either, and is reported as what it is.
  return items.map((item: unknown, index) => ({ value: item, at: (path) => at(['items', index, ...path]) }));
}

/** Most often all of it is commented out: what it held is deleted, which its author may not mean. */
function emptyFile(file: string): Finding {
  const message = `${file} holds no object`;
  return { ...vendorProblem({ file, line: 1, column: 1 }, message, 'Write one, or remove the file.'), severity: 'warning' };
}

const COMPLETE = 'Every object needs apiVersion, kind and metadata.name: complete it, or take it out.';

function shapeFinding(file: string, { value, at }: FileDocument): Finding | undefined {
  const problem = (path: ObjectPath, message: string, remedy = COMPLETE) => vendorProblem(at(path), `${file} ${message}`, remedy);
  if (!isFields(value)) return problem([], 'is not a Kubernetes object');
  if (isDeeper(value, MOST_LEVELS)) return problem([], `is nested deeper than ${MOST_LEVELS} levels`, 'Take it out.');
  const { kind, metadata } = value;
  if (typeof kind === 'string' && kind.endsWith('List'))
    return problem(['kind'], `has a list inside a list, or one without items (${kind})`, 'Write its objects as documents.');
  for (const field of ['name', 'namespace'] as const) {
    const written = isFields(metadata) ? metadata[field] : undefined;
    if (typeof written === 'number' || typeof written === 'boolean')
      return problem(
        ['metadata', field],
        `has a metadata.${field} that is read as a ${typeof written}, not as text`,
        'Quote it.',
      );
  }
  if (!hasForm(value)) return problem([], 'is not a Kubernetes object');
  const { name, generateName } = metadata as Fields;
  if (generateName !== undefined)
    return problem(
      ['metadata', 'generateName'],
      `has a ${String(kind)} with metadata.generateName, which would be another object each time`,
      'Write metadata.name instead.',
    );
  if (typeof name !== 'string' || name === '')
    return problem(['metadata'], `has a ${String(kind)} without metadata.name`, 'Give it a name: it is found again by it.');
  for (const field of ['labels', 'annotations'] as const) {
    const wrong = notText((metadata as Fields)[field]);
    if (wrong !== undefined)
      return problem(['metadata', field, wrong], `has a value under metadata.${field} that is not text`, 'Quote it.');
  }
  return undefined;
}

const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?v[0-9][a-z0-9]*$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;

/** What of an object decides where it belongs; nothing else is judged here. */
function hasForm({ apiVersion, kind, metadata }: Fields): boolean {
  if (typeof apiVersion !== 'string' || !API_VERSION.test(apiVersion)) return false;
  if (typeof kind !== 'string' || !KIND.test(kind) || !isFields(metadata)) return false;
  const { namespace } = metadata;
  return namespace === undefined || namespace === null || typeof namespace === 'string';
}

/** The key of the first value that is not a text; '' where it is not a mapping of texts at all. */
function notText(map: unknown): string | undefined {
  if (map === undefined || map === null) return undefined;
  if (!isFields(map)) return '';
  return Object.keys(map).find((key) => typeof map[key] !== 'string');
}

function isObject(value: unknown): value is KubernetesObject {
  return isFields(value) && shapeFinding('', { value, at: () => NOWHERE }) === undefined;
}

const NOWHERE: FilePosition = { file: '', line: 1, column: 1 };
