import type { Fleet } from '../model/fleet.ts';

/**
 * Whether a path is a folder or file itself, or lies below it; both relative to the declaration, in the one spelling that Files gives
 * them, so that a path which begins with '..' is outside the declaration's folder.
 */
export function contains(folder: string, path: string): boolean {
  if (/^(?:\.|\.\.(?:\/\.\.)*)$/.test(folder)) return levelsUp(path) <= levelsUp(folder);
  return folder === path || path.startsWith(`${folder}/`);
}

function levelsUp(path: string): number {
  return path.split('/').filter((part) => part === '..').length;
}

/** Whether a file is one of the user's own manifests, and not the vendor's. */
export function isExtraFile({ extra = [] }: Fleet, file: string): boolean {
  return extra.some(({ path }) => contains(path, file));
}
