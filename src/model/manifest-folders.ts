import type { Fleet } from './fleet.ts';

/** A folder of the vendor's manifests, and the JSON pointer at which the declaration names it first. */
export interface ManifestFolder {
  folder: string;
  at: string;
}

/** The folders that a declaration names, each once, that of the release first. What a detached cluster had is not read any more. */
export function manifestFolders({ release, distributed }: Pick<Fleet, 'release' | 'distributed'>): ManifestFolder[] {
  const folders = new Map([[release.manifests, '/release/manifests']]);
  for (const [position, { manifests, state }] of distributed.entries())
    if (state === 'attached' && manifests !== undefined && !folders.has(manifests))
      folders.set(manifests, `/distributed/${position}/manifests`);
  return [...folders].map(([folder, at]) => ({ folder, at })).filter(({ folder }) => folder !== '');
}
