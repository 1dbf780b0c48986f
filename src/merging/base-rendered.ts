import type { Forge, TreeFile } from '../ports/forge.ts';
import { blobId } from '../render/blob-id.ts';
import { parseIndex } from '../render/index-file.ts';
import { FLEET_FILE, INDEX_FILE } from '../render/tree.ts';
import { exactly, FOLDER, type Place } from './places.ts';
import type { Touched } from './touched.ts';

/** Files that are read at the same time. */
const AT_ONCE = 8;

/** Every file below a folder of a tree; none where there is no such folder. */
export async function filesAt(forge: Forge, places: readonly Place[], path: string): Promise<TreeFile[]> {
  const place = exactly(places, path);
  return place?.mode === FOLDER ? forge.treeAt(place.sha, true) : [];
}

/**
 * What was approved before, read through the forge: the rendered folder that a merge is made on, path below it → text. Only what its
 * own index lists, and of that only what is not in `fresh` (a fresh render) byte for byte is asked for.
 */
export async function baseRendered(
  forge: Forge,
  touched: Touched,
  fresh: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const entries = new Map((await filesAt(forge, touched.before, touched.rendered)).map((file) => [file.path, file]));
  const files: Record<string, string> = {};
  const read = async (path: string) => {
    const entry = entries.get(path);
    if (entry === undefined) return;
    const text = fresh[path];
    files[path] = text !== undefined && blobId(text, entry.sha) === entry.sha ? text : await forge.textAt(entry.sha);
  };
  await read(INDEX_FILE);
  const index = parseIndex(files[INDEX_FILE] ?? '');
  const paths = [FLEET_FILE, ...(index?.objects ?? []).map(({ path }) => path)];
  for (let at = 0; at < paths.length; at += AT_ONCE) await Promise.all(paths.slice(at, at + AT_ONCE).map(read));
  return files;
}

/** The fleet as it was approved before; text of fleet.json where there is one. */
export async function baseFleet(forge: Forge, touched: Touched): Promise<Record<string, string>> {
  const entry = (await filesAt(forge, touched.before, touched.rendered)).find(({ path }) => path === FLEET_FILE);
  return entry === undefined ? {} : { [FLEET_FILE]: await forge.textAt(entry.sha) };
}
