import type { Git } from './run.ts';

export interface Ref {
  /** refs/heads/main */
  name: string;
  sha: string;
  type: string;
}

/** Refs below a prefix such as refs/heads/, by name. */
export async function listRefs(git: Git, prefix = 'refs/'): Promise<Ref[]> {
  const text = await git.run(['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', type = '', ...name] = line.split(' ');
      return { sha, type, name: name.join(' ') };
    })
    .filter(({ name }) => name.startsWith(prefix));
}

export async function findRef(git: Git, name: string): Promise<Ref | undefined> {
  return (await listRefs(git, name)).find((ref) => ref.name === name);
}

/** Branch → commit. */
export async function branchHeads(git: Git): Promise<Record<string, string>> {
  const refs = await listRefs(git, 'refs/heads/');
  return Object.fromEntries(refs.map(({ name, sha }) => [name.slice('refs/heads/'.length), sha]));
}

/** Sets (or, with undefined, removes) refs in one transaction. */
export async function setRefs(git: Git, refs: readonly { name: string; sha: string | undefined }[]): Promise<void> {
  if (refs.length === 0) return;
  const lines = refs.map(({ name, sha }) => (sha === undefined ? `delete ${name}` : `update ${name} ${sha}`));
  await git.run(['update-ref', '--stdin'], { input: `${lines.join('\n')}\n` });
}

export async function isAncestor(git: Git, ancestor: string, of: string): Promise<boolean> {
  return (await git.attempt(['merge-base', '--is-ancestor', ancestor, of])).exitCode === 0;
}

export async function mergeBase(git: Git, left: string, right: string): Promise<string | undefined> {
  const result = await git.attempt(['merge-base', left, right]);
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

/** Type of an object (commit, tree, blob, tag); undefined where there is none of this sha. */
export async function typeOf(git: Git, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const result = await git.attempt(['cat-file', '-t', sha]);
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : undefined;
}
