import { FIELD_MANAGER } from '../cn2/names.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { groupOf, type KubernetesObject, type ManagedFieldsEntry } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import type { Conflict } from './fields.ts';
import { sameJson } from './json.ts';
import { ownEntry } from './ownership.ts';

/**
 * A Secret of core/v1: the kind whose content comes from credentials. It is never sent to be tried, since whoever answers at the
 * address of a kubeconfig would have it before anybody approved.
 */
export function isSecret(object: KubernetesObject): boolean {
  return object.kind === 'Secret' && groupOf(object.apiVersion) === '';
}

/** What a server-side apply of a Secret would make of it. */
export type SecretVerdict =
  | { status: 'merged'; result: KubernetesObject; conflicts: Conflict[] }
  /** The server would refuse it for what the Secret already is; in its own words. */
  | { status: 'refused'; message: string };

/** Members of an object that server-side apply owns one by one, or as a whole: a path from the top. */
type Path = readonly string[];

/** Maps whose members have owners of their own; every other member of a Secret is owned as a whole. */
const MAP_PATHS: readonly Path[] = [['data'], ['metadata', 'labels'], ['metadata', 'annotations']];
const MAPS = new Set(MAP_PATHS.map((path) => path.join('.')));
/** Where an object without any record gets its owners from (Kubernetes, managedfields/internal/skipnonapplied.go). */
const UNRECORDED = 'before-first-apply';

/**
 * The merge of a wanted Secret into the live one as the API server does it, from the owners that managedFields names (structured merge
 * of Kubernetes 1.36; compared with a real server by the tests). Admission webhooks cannot be foreseen: their word comes with the write.
 */
export function mergeSecret(wanted: KubernetesObject, live: KubernetesObject): SecretVerdict {
  const own = ownEntry(live);
  const others = ownersBeside(own, live);
  const result = structuredClone(live);
  const conflicts: Conflict[] = [];
  const leaves = leavesOf(wanted);
  const claim = (path: Path) => {
    for (const { manager, owns } of others) if (owns.has(textOf(path))) conflicts.push({ field: serverPath(path), manager });
  };
  for (const path of leaves) {
    const [now, then] = [valueAt(live, path), valueAt(wanted, path)];
    // An empty map merges into whatever is there. Owners are asked about the text as it is sent, also of the same bytes.
    if (sameJson(now, then) || (now !== undefined && isEmptyMap(then))) continue;
    claim(path);
    if (!isEmptyMap(then)) setAt(result, path, canonical(path, then));
  }
  for (const path of MAP_PATHS) if (valueAt(live, path) === undefined && valueAt(result, path) !== undefined) claim(path);
  const kept = new Set(leaves.map(textOf));
  for (const path of own?.fieldsV1 === undefined ? [] : pathsIn(own.fieldsV1)) {
    const text = textOf(path);
    // An empty map that we set once may have members of others by now.
    if (MAPS.has(path.join('.'))) continue;
    if (!kept.has(text) && !others.some(({ owns }) => owns.has(text))) removeAt(result, path);
  }
  result['type'] ??= 'Opaque';
  const refusal = refusalOf(result, live);
  if (refusal !== undefined) return { status: 'refused', message: refusal };
  return { status: 'merged', result: recorded(result, own, leaves), conflicts };
}

/** Data as the server gives it back: one spelling for the same bytes. */
function canonical(path: Path, value: unknown): unknown {
  return path[0] === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('base64') : value;
}

/** Why the server would not take the result, in its own words. */
function refusalOf(result: KubernetesObject, live: KubernetesObject): string | undefined {
  const name = `secrets ${objectName(live.metadata)}`;
  if (result['type'] !== live['type']) return `${name}: type: field is immutable`;
  const fixed = live['immutable'] === true && !sameJson(result['data'] ?? {}, live['data'] ?? {});
  return fixed ? `${name}: data: field is immutable when \`immutable\` is set` : undefined;
}

/** The other managers with what they own, each under the name that a conflict gives it. */
function ownersBeside(own: ManagedFieldsEntry | undefined, live: KubernetesObject): { manager: string; owns: Set<string> }[] {
  const entries = live.metadata.managedFields ?? [];
  if (entries.length === 0) return [{ manager: UNRECORDED, owns: new Set(leavesOf(live).map(textOf)) }];
  return entries
    .filter((entry) => entry !== own && entry.fieldsV1 !== undefined)
    .map(({ manager, fieldsV1 }) => ({ manager: manager ?? '', owns: new Set(pathsIn(fieldsV1!).map(textOf)) }));
}

/** Every path that an object sets, ending where server-side apply sees one field. */
function leavesOf(object: KubernetesObject): Path[] {
  const { name: _, namespace: __, ...metadata } = object.metadata;
  const { apiVersion: ___, kind: ____, metadata: _____, ...content } = object;
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => WANTED_METADATA.has(key)));
  return [...members(content, []), ...members(own, ['metadata'])];
}

/** What a manifest may set there; the rest is the server's. */
const WANTED_METADATA = new Set(['labels', 'annotations', 'finalizers', 'ownerReferences']);

function members(fields: Fields, at: Path): Path[] {
  return Object.entries(fields).flatMap(([key, value]): Path[] => {
    const path = [...at, key];
    if (value === undefined || value === null) return [];
    if (!MAPS.has(path.join('.')) || !isFields(value) || Object.keys(value).length === 0) return [path];
    return Object.keys(value).map((member) => [...path, member]);
  });
}

/** The paths of a record (FieldsV1); members of lists count as their list. */
function pathsIn(record: Fields, at: Path = []): Path[] {
  // Who answers at a server's address may answer anything.
  if (!isFields(record)) return [];
  return Object.entries(record).flatMap(([key, member]): Path[] => {
    if (!key.startsWith('f:')) return [];
    const path = [...at, key.slice(2)];
    const below = isFields(member) ? Object.keys(member).filter((part) => part.startsWith('f:')) : [];
    return below.length > 0 && isFields(member) ? pathsIn(member, path) : [path];
  });
}

/** The record of ours after the merge: the one that is there where it owns the same, so that equal records are equal. */
function recorded(result: KubernetesObject, own: ManagedFieldsEntry | undefined, leaves: readonly Path[]): KubernetesObject {
  const wanted = leaves.filter((path) => !isEmptyMap(valueAt(result, path) ?? {}));
  const owned = own?.fieldsV1 === undefined ? [] : pathsIn(own.fieldsV1);
  const before = owned.filter((path) => !MAPS.has(path.join('.'))).map(textOf);
  if (own !== undefined && sameJson([...before].sort(), wanted.map(textOf).sort())) return result;
  const fieldsV1: Fields = {};
  for (const path of leaves) {
    let part = fieldsV1;
    for (const name of path) {
      part[`f:${name}`] ??= {};
      part = part[`f:${name}`] as Fields;
    }
  }
  const entry = { manager: FIELD_MANAGER, operation: 'Apply', apiVersion: 'v1', fieldsV1 } as ManagedFieldsEntry;
  const rest = (result.metadata.managedFields ?? []).filter((candidate) => !sameJson(candidate, own));
  return { ...result, metadata: { ...result.metadata, managedFields: [...rest, entry] } };
}

function isEmptyMap(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

function textOf(path: Path): string {
  return JSON.stringify(path);
}

/** As a conflict names a field: .data.kubeconfig */
function serverPath(path: Path): string {
  return path.map((name) => `.${name}`).join('');
}

function valueAt(object: KubernetesObject, path: Path): unknown {
  return path.reduce<unknown>((value, name) => (isFields(value) ? ownMember(value, name) : undefined), object);
}

function setAt(object: KubernetesObject, path: Path, value: unknown): void {
  let at = object as Fields;
  for (const name of path.slice(0, -1)) {
    if (!isFields(ownMember(at, name))) put(at, name, {});
    at = ownMember(at, name) as Fields;
  }
  put(at, path.at(-1)!, structuredClone(value));
}

/** As a member of its own: an assignment to __proto__ would make none. */
function put(fields: Fields, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}

function removeAt(object: KubernetesObject, path: Path): void {
  const parent = valueAt(object, path.slice(0, -1));
  if (isFields(parent)) delete parent[path.at(-1)!];
}
