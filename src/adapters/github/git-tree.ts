import { createHash } from 'node:crypto';

/** An entry of a git tree as GitHub lists it. */
export interface TreeEntry {
  /** Name in its tree, or path below it. */
  path: string;
  /** 100644, 100755, 120000, 040000 or 160000. */
  mode: string;
  sha: string;
}

/** What git calls the mode of a plain file and of a folder. */
export const FILE_MODE = '100644';
export const FOLDER_MODE = '040000';

/** Sha of the git blob of a text (git names objects by the SHA-1 of kind, size and content: gitformat-pack, “object names”). */
export function blobSha(text: string): string {
  return objectSha('blob', Buffer.from(text));
}

/** Sha of the git tree that holds these files, given by their paths; undefined for none, since git keeps no empty folders. */
export function treeSha(files: readonly TreeEntry[]): string | undefined {
  if (files.length === 0) return undefined;
  const entries: TreeEntry[] = [];
  const folders = new Map<string, TreeEntry[]>();
  for (const file of files) {
    const slash = file.path.indexOf('/');
    if (slash === -1) {
      entries.push(file);
      continue;
    }
    const name = file.path.slice(0, slash);
    const below = folders.get(name) ?? [];
    below.push({ ...file, path: file.path.slice(slash + 1) });
    folders.set(name, below);
  }
  for (const [path, below] of folders) entries.push({ path, mode: FOLDER_MODE, sha: treeSha(below)! });
  return entriesSha(entries);
}

/** Sha of the git tree with these entries. */
export function entriesSha(entries: readonly TreeEntry[]): string {
  const sorted = entries.map((entry) => ({ entry, key: sortKey(entry) })).sort((a, b) => Buffer.compare(a.key, b.key));
  const parts = sorted.flatMap(({ entry: { path, mode, sha } }) => [
    Buffer.from(`${mode.replace(/^0/, '')} ${path}\0`),
    Buffer.from(sha, 'hex'),
  ]);
  return objectSha('tree', Buffer.concat(parts));
}

/** git sorts by bytes, a folder as if its name ended with a slash. */
function sortKey({ path, mode }: TreeEntry): Buffer {
  return Buffer.from(mode === FOLDER_MODE ? `${path}/` : path);
}

function objectSha(kind: string, content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
}
