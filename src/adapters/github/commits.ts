import { present } from '../../model/present.ts';
import type { NewCommit } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { REPEATABLE } from './client.ts';
import { existing, folderIn, treeOfCommit } from './trees.ts';

/** With more, GitHub takes longer than a request may take. */
const ENTRIES_PER_REQUEST = 250;
const CHARACTERS_PER_REQUEST = 1_000_000;

type Entry =
  | ({ path: string; mode: '100644'; type: 'blob' } & ({ content: string } | { sha: string | null }))
  | { path: string; mode: '040000'; type: 'tree'; sha: string };

/**
 * Makes a commit whose files are those of another one with some written and some removed, and gives its sha. No author is named, so
 * GitHub signs it for the account of the token. Objects are named by their content: each request may be repeated.
 */
export async function makeCommit(access: Access, commit: NewCommit): Promise<string> {
  const { client, at } = access;
  const octokit = await client();
  const from = commit.filesOf ?? commit.parents[0];
  const base = from === undefined ? undefined : await treeOfCommit(access, from);
  const tree = await makeTree(access, base, [
    ...(await takenOver(access, commit)),
    ...(await removals(access, base, commit.remove)),
    ...(await Promise.all(Object.entries(commit.write).map(([path, text]) => fileEntry(access, path, text)))),
  ]);
  const { data } = await octokit.rest.git.createCommit({
    ...at,
    message: await messageOf(access, commit, tree),
    tree,
    parents: commit.parents,
    request: REPEATABLE,
  });
  return data.sha;
}

async function takenOver(access: Access, { folderOf }: NewCommit): Promise<Entry[]> {
  if (folderOf === undefined) return [];
  const { folder, commit } = folderOf;
  const sha = await folderIn(access, await treeOfCommit(access, commit), folder);
  if (sha === undefined) throw new Error(`commit ${commit} has no folder ${folder}`);
  return [{ path: folder, mode: '040000', type: 'tree', sha }];
}

async function messageOf(access: Access, { message, trailer }: NewCommit, tree: string): Promise<string> {
  if (trailer === undefined) return message;
  return `${message.trimEnd()}\n${trailer.line((await folderIn(access, tree, trailer.folder)) ?? '')}\n`;
}

async function makeTree({ client, at }: Access, base: string | undefined, entries: readonly Entry[]): Promise<string> {
  const octokit = await client();
  let tree = base;
  for (const part of parts(entries)) {
    const { data } = await octokit.rest.git.createTree({
      ...at,
      tree: part,
      ...present({ base_tree: tree }),
      request: REPEATABLE,
    });
    tree = data.sha;
  }
  if (tree === undefined) throw new Error('a commit without parents needs at least one file');
  return tree;
}

/** GitHub refuses to remove what does not exist. */
async function removals(access: Access, base: string | undefined, paths: readonly string[]): Promise<Entry[]> {
  if (base === undefined || paths.length === 0) return [];
  const there = await existing(access, base, paths);
  return paths.filter((path) => there.has(path)).map((path) => ({ path, mode: '100644', type: 'blob', sha: null }));
}

/** Text travels in the tree itself; what JSON does not carry unchanged (NUL, halves of characters) as a blob of its own. */
async function fileEntry({ client, at }: Access, path: string, text: string): Promise<Entry> {
  if (text.isWellFormed() && !text.includes('\0')) return { path, mode: '100644', type: 'blob', content: text };
  const octokit = await client();
  const content = Buffer.from(text).toString('base64');
  const { data } = await octokit.rest.git.createBlob({ ...at, content, encoding: 'base64', request: REPEATABLE });
  return { path, mode: '100644', type: 'blob', sha: data.sha };
}

function* parts(entries: readonly Entry[]): Generator<Entry[]> {
  let part: Entry[] = [];
  let characters = 0;
  for (const entry of entries) {
    const size = 'content' in entry ? entry.content.length : 0;
    if (part.length === ENTRIES_PER_REQUEST || (part.length > 0 && characters + size > CHARACTERS_PER_REQUEST)) {
      yield part;
      part = [];
      characters = 0;
    }
    part.push(entry);
    characters += size;
  }
  if (part.length > 0) yield part;
}
