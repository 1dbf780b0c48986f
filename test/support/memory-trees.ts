import { createHash } from 'node:crypto';
import { blobId as gitBlobId } from '../../src/render/blob-id.ts';

/** All files of a commit, path from the top → text; never changed once it is in a commit. */
export type Tree = Readonly<Record<string, string>>;

/** Names are of this length. */
const SHA_1 = '0'.repeat(40);
const blobs = new Map<string, string>();
const trees = new WeakMap<Tree, Map<string, string | undefined>>();

/** Git's name of a text. */
export function blobId(text: string): string {
  const known = blobs.get(text);
  if (known !== undefined) return known;
  const made = gitBlobId(text, SHA_1);
  blobs.set(text, made);
  return made;
}

/** A name of what a commit has at a path: that of a file, or one that two folders share only with equal content; '' is the top. */
export function treeId(files: Tree, path: string): string | undefined {
  const known = trees.get(files) ?? new Map<string, string | undefined>();
  trees.set(files, known);
  if (!known.has(path)) known.set(path, made(files, path));
  return known.get(path);
}

function made(files: Tree, path: string): string | undefined {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (file !== undefined) return blobId(file);
  const prefix = path === '' ? '' : `${path}/`;
  const entries = Object.keys(files)
    .filter((each) => each.startsWith(prefix))
    .sort()
    .map((each) => [each.slice(prefix.length), blobId(files[each] ?? '')]);
  return entries.length === 0 ? undefined : createHash('sha1').update(JSON.stringify(entries)).digest('hex');
}

/** Files below a folder, path below it → text. */
export function below(files: Tree, folder: string): Record<string, string> {
  const entries = Object.entries(files).filter(([path]) => path.startsWith(`${folder}/`));
  return Object.fromEntries(entries.map(([path, text]) => [path.slice(folder.length + 1), text]));
}

/** The files without those below a folder. */
export function without(files: Tree, folder: string): Tree {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(`${folder}/`)));
}

/** The files with these written, and those without a text removed. */
export function changed(files: Tree, change: Readonly<Record<string, string | undefined>>): Tree {
  const all = Object.entries({ ...files, ...change });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A three-way merge, file by file; undefined where both sides changed one file in different ways. */
export function mergedFiles(base: Tree, ours: Tree, theirs: Tree): Tree | undefined {
  const result: Record<string, string> = {};
  for (const path of new Set([...Object.keys(base), ...Object.keys(ours), ...Object.keys(theirs)])) {
    const [was, our, their] = [base[path], ours[path], theirs[path]];
    if (our !== their && our !== was && their !== was) return undefined;
    const text = our === was ? their : our;
    if (text !== undefined) result[path] = text;
  }
  return result;
}
