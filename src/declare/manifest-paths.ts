import type { Fleet } from '../model/fleet.ts';

/** The files and folders with manifests that a fleet is rendered from, relative to the declaration: the vendor's and the user's own. */
export function manifestPaths({ release, extra = [] }: Pick<Fleet, 'release' | 'extra'>): string[] {
  return [release.manifests, ...extra.map(({ path }) => path)].filter((path) => path !== '');
}
