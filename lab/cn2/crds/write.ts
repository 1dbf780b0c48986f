/** Writes the crd loaders' folders: `node lab/cn2/crds/write.ts`. A test keeps the folders equal to what this would write. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crdFiles } from './files.ts';

/** Folder → its files. Releases up to 22.3 load the first two, 23.3 and later the `-v1` ones. */
export function crdFolders(): Record<string, Record<string, string>> {
  const [old, current] = [crdFiles('22.2'), crdFiles('23.4')];
  return {
    crd: old.crd,
    'distributed-crd': old.distributedCrd,
    'crd-v1': current.crd,
    'distributed-crd-v1': current.distributedCrd,
  };
}

if (process.argv[1] === import.meta.filename) {
  for (const [folder, files] of Object.entries(crdFolders())) {
    const path = join(import.meta.dirname, folder);
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  }
}
