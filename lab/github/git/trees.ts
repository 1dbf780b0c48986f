import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from './run.ts';

export interface TreeEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size?: number;
}

/** What a tree is told to hold: a blob or tree by sha, a file by its text, or nothing (null). */
export interface TreeChange {
  path: string;
  mode: string;
  sha?: string | null;
  content?: string;
}

export async function listTree(git: Git, tree: string, recursive: boolean): Promise<TreeEntry[]> {
  const text = await git.run(['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), tree]);
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      return { path: line.slice(tab + 1), mode, type, sha, ...(size === '-' ? {} : { size: Number(size) }) };
    });
}

export async function writeBlobs(git: Git, contents: readonly (string | Buffer)[]): Promise<string[]> {
  if (contents.length === 0) return [];
  const [only] = contents;
  if (contents.length === 1) return [await git.run(['hash-object', '-w', '--stdin'], { input: only! })];
  const folder = await mkdtemp(join(tmpdir(), 'github-twin-blobs-'));
  try {
    const paths = contents.map((_, index) => join(folder, String(index)));
    await Promise.all(paths.map((path, index) => writeFile(path, contents[index]!)));
    const shas = await git.run(['hash-object', '-w', '--no-filters', '--stdin-paths'], { input: `${paths.join('\n')}\n` });
    return shas.split('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a tree: a base (or nothing) with changes. Undefined where a path to be removed is not there. */
export async function writeTree(git: Git, base: string | undefined, changes: readonly TreeChange[]): Promise<string | undefined> {
  const index = join(tmpdir(), `github-twin-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.run(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    const texts = changes.filter(({ content }) => content !== undefined);
    const blobs = await writeBlobs(
      git,
      texts.map(({ content }) => content!),
    );
    const shaOf = new Map(texts.map((change, at) => [change, blobs[at]!]));
    const lines: string[] = [];
    for (const change of changes) {
      if (change.sha === null) {
        const there = await git.run(['ls-files', '-z', '--', `:(literal)${change.path}`], { env });
        if (there === '') return undefined;
        for (const path of there.split('\0').filter((name) => name !== '')) lines.push(`0 ${'0'.repeat(40)}\t${path}`);
      } else if (change.mode === '040000') {
        // It takes the place of what was there.
        const there = await git.run(['ls-files', '-z', '--', `:(literal)${change.path}`], { env });
        for (const path of there.split('\0').filter((name) => name !== '')) lines.push(`0 ${'0'.repeat(40)}\t${path}`);
        for (const entry of (await listTree(git, change.sha ?? '', true)).filter(({ type }) => type !== 'tree'))
          lines.push(`${entry.mode} ${entry.sha}\t${change.path}/${entry.path}`);
      } else {
        lines.push(`${change.mode} ${shaOf.get(change) ?? change.sha}\t${change.path}`);
      }
    }
    if (lines.length > 0)
      await git.run(['update-index', '--add', '--replace', '-z', '--index-info'], { env, input: `${lines.join('\0')}\0` });
    return await git.run(['write-tree'], { env });
  } finally {
    await rm(index, { force: true });
  }
}
