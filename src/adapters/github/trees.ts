import type { TreeFile } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { isStatus } from './refusal.ts';

/** Sha of the tree of a commit. */
export async function treeOfCommit({ client, at }: Access, commit: string): Promise<string> {
  const { data } = await (await client()).rest.git.getCommit({ ...at, commit_sha: commit });
  return data.tree.sha;
}

/** Sha of the tree of a folder ('' is the top), or of a file, in a commit; undefined where there is no such commit or path. */
export async function treeOf(access: Access, commit: string, path: string): Promise<string | undefined> {
  try {
    const root = await treeOfCommit(access, commit);
    if (path === '') return root;
    const parts = path.split('/');
    const parent = await folderIn(access, root, parts.slice(0, -1).join('/'));
    if (parent === undefined) return undefined;
    return (await readTree(access, parent, false)).entries.find((entry) => entry.path === parts.at(-1))?.sha;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** What a tree holds; `recursive`: every file below it, folder by folder where GitHub cuts the listing short. */
export async function treeAt(access: Access, tree: string, recursive: boolean): Promise<TreeFile[]> {
  const { entries, truncated } = await readTree(access, tree, recursive);
  if (!recursive || !truncated) return entries.map(asFile).filter(({ mode }) => !recursive || mode !== FOLDER);
  const files: TreeFile[] = [];
  for (const entry of await treeAt(access, tree, false)) {
    const below = entry.mode === FOLDER ? await treeAt(access, entry.sha, true) : [];
    files.push(...(entry.mode === FOLDER ? below.map((file) => ({ ...file, path: `${entry.path}/${file.path}` })) : [entry]));
  }
  return files;
}

/** Mode of a folder. */
const FOLDER = '040000';

function asFile({ path, mode, sha }: { path: string; mode: string; sha: string }): TreeFile {
  return { path, mode, sha };
}

/** Those of the paths that are files in a tree. */
export async function existing(access: Access, tree: string, paths: readonly string[]): Promise<Set<string>> {
  const folder = commonFolder(paths);
  const root = await folderIn(access, tree, folder);
  return root === undefined ? new Set() : filesBelow(access, root, folder === '' ? '' : `${folder}/`, new Set(paths));
}

/** Sha of the tree of a folder in a tree; undefined where it does not have it. */
export async function folderIn(access: Access, tree: string, folder: string): Promise<string | undefined> {
  let sha: string | undefined = tree;
  for (const name of folder.split('/').filter((part) => part !== '')) {
    if (sha === undefined) return undefined;
    const { entries } = await readTree(access, sha, false);
    sha = entries.find((entry) => entry.path === name && entry.type === 'tree')?.sha;
  }
  return sha;
}

async function filesBelow(access: Access, tree: string, prefix: string, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const whole = await readTree(access, tree, true);
  // Beyond 100,000 entries GitHub cuts a recursive listing short: then folder by folder, where something is wanted.
  const { entries } = whole.truncated ? await readTree(access, tree, false) : whole;
  const found = new Set<string>();
  for (const { path, type, sha } of entries) {
    const full = `${prefix}${path}`;
    if (type !== 'tree' && wanted.has(full)) found.add(full);
    if (type === 'tree' && whole.truncated && [...wanted].some((each) => each.startsWith(`${full}/`))) {
      for (const each of await filesBelow(access, sha, `${full}/`, wanted)) found.add(each);
    }
  }
  return found;
}

/** What a tree holds; `recursive`: with all below it, which GitHub may cut short. */
export async function readTree({ client, at }: Access, tree: string, recursive: boolean) {
  const { data } = await (await client()).rest.git.getTree({ ...at, tree_sha: tree, ...(recursive ? { recursive: '1' } : {}) });
  return { entries: data.tree, truncated: data.truncated };
}

/** The deepest folder that holds all paths; '' is the top. */
export function commonFolder(paths: readonly string[]): string {
  let common = (paths[0] ?? '').split('/').slice(0, -1);
  for (const path of paths) {
    const parts = path.split('/');
    const differs = common.findIndex((part, index) => part !== parts[index]);
    if (differs !== -1) common = common.slice(0, differs);
  }
  return common.join('/');
}
