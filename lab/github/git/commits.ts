import type { Git } from './run.ts';

export interface Signature {
  name: string;
  email: string;
  /** ISO 8601, UTC. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
  /** The armored signature, where the commit has one. */
  signature?: string;
  /** The commit without its signature: what was signed. */
  payload: string;
}

/** Full sha of a commit-ish; undefined where there is none. */
export async function resolveCommit(git: Git, name: string): Promise<string | undefined> {
  if (name.startsWith('-')) return undefined;
  const result = await git.attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

/** Commits of revisions as `git rev-list` reads them, in its order. */
export async function commitsOf(git: Git, revisions: readonly string[]): Promise<Commit[]> {
  const list = await git.run(['rev-list', ...revisions]);
  return readCommits(git, list === '' ? [] : list.split('\n'));
}

/** The commits with these shas, in this order. */
export async function readCommits(git: Git, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return [];
  const { stdout } = await git.attempt(['cat-file', '--batch'], { input: `${shas.join('\n')}\n` });
  const commits: Commit[] = [];
  let at = 0;
  while (at < stdout.length) {
    const end = stdout.indexOf(10, at);
    const [sha = '', type, size] = stdout.toString('utf8', at, end).split(' ');
    if (type !== 'commit') throw new Error(`${sha} is not a commit`);
    const from = end + 1;
    const to = from + Number(size);
    commits.push(parseCommit(sha, stdout.toString('utf8', from, to)));
    at = to + 1;
  }
  return commits;
}

export async function readCommit(git: Git, sha: string): Promise<Commit> {
  const [commit] = await readCommits(git, [sha]);
  return commit!;
}

function parseCommit(sha: string, text: string): Commit {
  const gap = text.indexOf('\n\n');
  const message = text.slice(gap + 2);
  const parents: string[] = [];
  const one: Record<string, string> = {};
  const unsigned: string[] = [];
  let key = '';
  for (const line of text.slice(0, gap).split('\n')) {
    if (line.startsWith(' ')) {
      one[key] += `\n${line.slice(1)}`;
    } else {
      const space = line.indexOf(' ');
      key = line.slice(0, space);
      const value = line.slice(space + 1);
      if (key === 'parent') parents.push(value);
      else one[key] = value;
    }
    if (key !== 'gpgsig') unsigned.push(line);
  }
  return {
    sha,
    tree: one['tree'] ?? '',
    parents,
    author: parseSignature(one['author'] ?? ''),
    committer: parseSignature(one['committer'] ?? ''),
    message: message.replace(/\n+$/, ''),
    payload: `${unsigned.join('\n')}\n\n${message}`,
    ...(one['gpgsig'] === undefined ? {} : { signature: one['gpgsig'] }),
  };
}

function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<(.*?)> (\d+) [+-]\d{4}$/s.exec(text);
  const date = new Date(Number(match?.[3] ?? 0) * 1000);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date: `${date.toISOString().slice(0, 19)}Z` };
}
