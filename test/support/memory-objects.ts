import type { Json, KubernetesObject, ManagedFieldsEntry } from '../../src/model/kubernetes.ts';

/** Leaf paths of an object as server-side apply owns them: maps are entered, lists are atomic (CRD lists without markers). */
export type Leaves = Map<string, Json>;

const SERVER_OWNED = new Set([
  'apiVersion',
  'kind',
  'status',
  '/metadata/name',
  '/metadata/namespace',
  '/metadata/uid',
  '/metadata/resourceVersion',
  '/metadata/generation',
  '/metadata/creationTimestamp',
  '/metadata/deletionTimestamp',
  '/metadata/managedFields',
]);

export function leavesOf(object: KubernetesObject): Leaves {
  const leaves: Leaves = new Map();
  const walk = (value: unknown, path: string) => {
    if (SERVER_OWNED.has(path)) return;
    const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (!isMap || Object.keys(value).length === 0) {
      leaves.set(path, value as Json);
      return;
    }
    for (const [key, member] of Object.entries(value)) walk(member, `${path}/${escapePointer(key)}`);
  };
  for (const [key, member] of Object.entries(object)) {
    if (!SERVER_OWNED.has(key)) walk(member, `/${escapePointer(key)}`);
  }
  leaves.delete('/metadata');
  return leaves;
}

export function setLeaf(object: KubernetesObject, path: string, value: Json): void {
  const keys = segments(path);
  let at = object as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) {
    if (at[key] === null || typeof at[key] !== 'object') at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  const last = keys.at(-1);
  if (last !== undefined) at[last] = structuredClone(value);
}

export function removeLeaf(object: KubernetesObject, path: string): void {
  const keys = segments(path);
  const maps: Record<string, unknown>[] = [object as Record<string, unknown>];
  for (const key of keys.slice(0, -1)) {
    const next = maps.at(-1)?.[key];
    if (next === null || typeof next !== 'object') return;
    maps.push(next as Record<string, unknown>);
  }
  for (let level = keys.length - 1; level >= 0; level -= 1) {
    const key = keys[level] as string;
    const map = maps[level] as Record<string, unknown>;
    if (level === keys.length - 1 || Object.keys(map[key] as object).length === 0) delete map[key];
  }
}

/** Owners as managedFields show them. */
export function managedFields(
  owners: ReadonlyMap<string, { operation: 'Apply' | 'Update'; paths: ReadonlySet<string>; time: string }>,
  apiVersion: string,
): ManagedFieldsEntry[] {
  return [...owners]
    .filter(([, owner]) => owner.paths.size > 0)
    .map(([key, owner]) => ({
      manager: key.slice(key.indexOf(' ') + 1),
      operation: owner.operation,
      apiVersion,
      time: owner.time,
      fieldsV1: fieldsTree(owner.paths),
    }));
}

/** Leaf paths of a record, as the owners of this double are kept. */
export function pathsOf(tree: { [key: string]: Json }, at = ''): Set<string> {
  return new Set(
    Object.entries(tree).flatMap(([mark, part]) => {
      if (!mark.startsWith('f:')) return [];
      const path = `${at}/${escapePointer(mark.slice(2))}`;
      const below = pathsOf(part as { [key: string]: Json }, path);
      return below.size === 0 ? [path] : [...below];
    }),
  );
}

function fieldsTree(paths: ReadonlySet<string>): { [key: string]: Json } {
  const tree: { [key: string]: Json } = {};
  for (const path of paths) {
    let at = tree;
    for (const segment of segments(path)) {
      const key = `f:${segment}`;
      at[key] ??= {};
      at = at[key] as { [key: string]: Json };
    }
  }
  return tree;
}

function segments(path: string): string[] {
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
