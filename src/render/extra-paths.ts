import type { Fleet } from '../model/fleet.ts';

/** Whether a path is a folder or file itself, or lies below it; both are plain and relative to the declaration. */
export function contains(folder: string, path: string): boolean {
  return folder === path || path.startsWith(`${folder}/`) || (folder === '.' && path !== '..' && !path.startsWith('../'));
}

/** Whether a file is one of the user's own manifests, and not the vendor's. */
export function isExtraFile({ extra = [] }: Fleet, file: string): boolean {
  return extra.some(({ path }) => contains(path, file));
}
