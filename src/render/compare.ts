import type { RenderedTree } from '../model/manifest.ts';
import { INDEX_FILE, PLAN_FILE } from './tree.ts';

/** What turns the committed files into the rendered ones. Paths are below the rendered folder, sorted. */
export interface TreeComparison {
  /** Files to write: created and updated ones. */
  write: Record<string, string>;
  /** Files to remove: listed by the previous index and no longer rendered. */
  remove: string[];
  created: string[];
  updated: string[];
  unchanged: string[];
  /** Files that neither index lists: never touched, but apply refuses a folder that holds them. */
  foreign: string[];
}

/**
 * Compares everything below rendered/ with a fresh render. Removes what the previous index listed and nothing else, also where
 * that index was edited: a path counts only when it is one of the committed files. plan.json is left alone.
 */
export function compareTrees(committed: Record<string, string>, tree: RenderedTree): TreeComparison {
  const paths = Object.keys(tree.files).sort();
  const created = paths.filter((path) => committed[path] === undefined);
  const updated = paths.filter((path) => committed[path] !== undefined && committed[path] !== tree.files[path]);
  const stale = Object.keys(committed)
    .filter((path) => !Object.hasOwn(tree.files, path) && path !== PLAN_FILE)
    .sort();
  const listed = new Set(previousPaths(committed[INDEX_FILE]));
  return {
    write: Object.fromEntries([...created, ...updated].map((path) => [path, tree.files[path]!])),
    remove: stale.filter((path) => listed.has(path)),
    created,
    updated,
    unchanged: paths.filter((path) => committed[path] === tree.files[path]),
    foreign: stale.filter((path) => !listed.has(path)),
  };
}

/** Every path below rendered/ (the plan aside) at which what is committed is not, byte for byte, a fresh render; sorted. */
export function differingFiles(
  committed: Readonly<Record<string, string>>,
  tree: RenderedTree,
): { path: string; problem: 'edited' | 'missing' | 'extra' }[] {
  const paths = new Set([...Object.keys(committed), ...Object.keys(tree.files)]);
  paths.delete(PLAN_FILE);
  return [...paths].sort().flatMap((path) => {
    const [is, should] = [committed[path], tree.files[path]];
    if (is === should) return [];
    return [{ path, problem: is === undefined ? 'missing' : should === undefined ? 'extra' : 'edited' } as const];
  });
}

/** Reads leniently: an index of another version still says what render once wrote. */
function previousPaths(indexText: string | undefined): string[] {
  try {
    const index = JSON.parse(indexText ?? '{}') as { objects?: { path?: unknown }[] } | null;
    return (Array.isArray(index?.objects) ? index.objects : []).map((entry) => String(entry?.path));
  } catch {
    return [];
  }
}
