import type { FileChanges } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { blobSha, entriesSha, FILE_MODE, FOLDER_MODE, type TreeEntry, treeSha } from './git-tree.ts';
import { commonFolder, readTree, treeOfCommit } from './trees.ts';

/** The empty tree, which every git repository knows. */
const EMPTY = entriesSha([]);

/**
 * Sha of the tree that a commit's files would be with some written and some removed. Reckoned here from what GitHub lists, so that
 * asking writes nothing, not even an object that nobody refers to.
 */
export async function treeWith(access: Access, commit: string, { write, remove }: FileChanges): Promise<string> {
  const folder = commonFolder([...Object.keys(write), ...remove]);
  const prefix = folder === '' ? '' : `${folder}/`;
  return withFolder(access, await treeOfCommit(access, commit), parts(folder), async (tree) => {
    const files = new Map((tree === undefined ? [] : await leaves(access, tree)).map((file) => [file.path, file]));
    for (const path of remove) files.delete(path.slice(prefix.length));
    for (const [path, text] of Object.entries(write)) {
      const below = path.slice(prefix.length);
      files.set(below, { path: below, mode: FILE_MODE, sha: blobSha(text) });
    }
    return treeSha([...files.values()]);
  });
}

/** Sha of the tree that a commit's files would be without a folder. */
export async function treeWithout(access: Access, commit: string, folder: string): Promise<string> {
  return withFolder(access, await treeOfCommit(access, commit), parts(folder), async () => undefined);
}

/** Sha of a tree in which a folder has become another one, or is gone (undefined). */
async function withFolder(
  access: Access,
  root: string,
  path: readonly string[],
  become: (tree: string | undefined) => Promise<string | undefined>,
): Promise<string> {
  const next = async (tree: string | undefined, [name, ...rest]: readonly string[]): Promise<string | undefined> => {
    if (name === undefined) return become(tree);
    const entries = tree === undefined ? [] : (await readTree(access, tree, false)).entries;
    const there = entries.find((entry) => entry.path === name);
    const sha = await next(there?.type === 'tree' ? there.sha : undefined, rest);
    const kept: TreeEntry[] = entries.filter((entry) => entry !== there);
    const all = sha === undefined ? kept : [...kept, { path: name, mode: FOLDER_MODE, sha }];
    return all.length === 0 ? undefined : entriesSha(all);
  };
  return (await next(root, path)) ?? EMPTY;
}

/** All files below a tree (links and submodules too), by path. */
async function leaves(access: Access, tree: string): Promise<TreeEntry[]> {
  const whole = await readTree(access, tree, true);
  if (!whole.truncated) return whole.entries.filter(({ type }) => type !== 'tree');
  const found: TreeEntry[] = [];
  for (const entry of (await readTree(access, tree, false)).entries) {
    if (entry.type !== 'tree') found.push(entry);
    else for (const below of await leaves(access, entry.sha)) found.push({ ...below, path: `${entry.path}/${below.path}` });
  }
  return found;
}

function parts(folder: string): string[] {
  return folder.split('/').filter((part) => part !== '');
}
