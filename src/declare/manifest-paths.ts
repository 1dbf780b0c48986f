import type { Fleet } from '../model/fleet.ts';
import { manifestFolders } from '../model/manifest-folders.ts';

/** The files and folders with manifests that a fleet is rendered from, relative to the declaration: the vendor's and the user's own. */
export function manifestPaths(fleet: Pick<Fleet, 'release' | 'distributed' | 'extra'>): string[] {
  const folders = manifestFolders(fleet).map(({ folder }) => folder);
  return [...folders, ...(fleet.extra ?? []).map(({ path }) => path)].filter((path) => path !== '');
}
