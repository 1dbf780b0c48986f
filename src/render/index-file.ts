import { isFields } from '../model/json-object.ts';
import { manifestPath, type RenderIndex, STAGES } from '../model/manifest.ts';
import { sealedIndex } from './tree.ts';
import { writeJson } from './yaml-writer.ts';

/** Reads index.json; undefined when it is not an index of this version or leads out of the folder. */
export function parseIndex(text: string): RenderIndex | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isIndex(value) ? value : undefined;
}

/** Whether an index's bytes are as they were written. */
export function isAsWritten(index: RenderIndex, text: string): boolean {
  const { digest, ...rest } = index;
  if (!hasOnly(index, INDEX_KEYS) || !index.objects.every(isPlainEntry)) return false;
  if (!index.sources.every((source) => hasOnly(source, ['file', 'digest']))) return false;
  return writeJson(index) === text && sealedIndex(rest).digest === digest;
}

function isIndex(value: unknown): value is RenderIndex {
  if (!isFields(value) || value['schemaVersion'] !== 1) return false;
  const { sources, objects } = value;
  return (
    hasTexts(value, ['fleet', 'declaration', 'fleetDigest', 'digest']) &&
    Array.isArray(sources) &&
    sources.every((source) => isFields(source) && hasTexts(source, ['file', 'digest'])) &&
    Array.isArray(objects) &&
    objects.every(isEntry)
  );
}

const INDEX_KEYS = ['schemaVersion', 'fleet', 'declaration', 'fleetDigest', 'sources', 'objects', 'digest'];

function isPlainEntry(entry: object): boolean {
  return hasOnly(entry, [...ENTRY_TEXTS, 'namespace']);
}

/** What render does not write is not read past: it would be approved without meaning anything. */
function hasOnly(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

const ENTRY_TEXTS = ['path', 'cluster', 'stage', 'for', 'declaredAt', 'apiVersion', 'kind', 'name', 'digest'];

function isEntry(value: unknown): boolean {
  if (!isFields(value) || !hasTexts(value, ENTRY_TEXTS)) return false;
  const { path, cluster, stage, kind, namespace, name } = value as Record<string, string | undefined>;
  return (
    (STAGES as readonly string[]).includes(stage!) &&
    (namespace === undefined || typeof namespace === 'string') &&
    path === manifestPath(cluster!, stage!, { kind: kind!, namespace, name: name! }) &&
    !path.split('/').includes('..')
  );
}

function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}
