import { describe, expect, test } from '@jest/globals';
import type { BranchCommit, BranchHistory, Forge } from '../../../src/ports/forge.ts';
import { commitMessage, treeLine } from '../../../src/proposal/branch.ts';
import { foreignCommit } from '../../../src/proposal/foreign-commit.ts';

const ME = 'github-actions[bot]';

/** A commit with what it has in the rendered folder and outside of it. */
type Made = Partial<BranchCommit> & { sha: string; parents: string[]; folder: string; outside: string };

/** base0 ← base1 ← base2 are the base, with other files outside each; side has left it at base0. */
const BASE: Record<string, { folder: string; outside: string; after: string[] }> = {
  base0: { folder: 'r0', outside: 'o0', after: [] },
  base1: { folder: 'r0', outside: 'o1', after: ['base0'] },
  base2: { folder: 'r0', outside: 'o2', after: ['base0', 'base1', 'side'] },
  side: { folder: 'r0', outside: 'os', after: ['base0'] },
};

/** Trees are named in hexadecimal digits. */
const treeNamed = (folder: string) => Buffer.from(folder).toString('hex');
const own = (sha: string, parents: string[], more: Partial<Made> = {}): Made => {
  const folder = more.folder ?? `r-${sha}`;
  const message = `${commitMessage('Attach', `sha256:${'0'.repeat(64)}`).trim()}\n${treeLine(treeNamed(folder))}\n`;
  return { sha, parents, folder, outside: 'o0', message, ...more };
};
const merge = (sha: string, parents: string[], more: Partial<Made>): Made => ({
  sha,
  parents,
  folder: '',
  outside: '',
  message: 'Merge branch main',
  author: 'ada',
  account: 'user',
  committer: 'web-flow',
  ...more,
});

/** The sha of the commit that is not ours. */
async function judged(commits: Made[], { signsBots = true, me = ME } = {}): Promise<string | undefined> {
  const known = new Map<string, { folder: string; outside: string }>([
    ...Object.entries(BASE),
    ...commits.map((commit) => [commit.sha, commit] as const),
  ]);
  const forge = {
    whoami: async () => me,
    treeOf: async (sha: string) => treeNamed(known.get(sha)!.folder),
    treeWithout: async (sha: string) => known.get(sha)!.outside,
    contains: async (sha: string, earlier: string) => sha === earlier || BASE[sha]!.after.includes(earlier),
  } as unknown as Forge;
  const history: BranchHistory = {
    status: 'ahead',
    mergeBase: 'base0',
    signsBots,
    commits: commits.map(({ folder: _, outside: __, ...commit }) => ({
      url: '',
      author: ME,
      account: 'bot',
      committer: 'web-flow',
      tree: '',
      message: '',
      signature: 'forge',
      ...commit,
    })),
  };
  return (await foreignCommit(forge, { folder: 'rendered', history }))?.sha;
}

describe('is ours', () => {
  test('what we have made, one upon the other, and merges of the base between them', async () => {
    const commits = [
      own('a', ['base0']),
      own('b', ['a']),
      merge('m', ['b', 'base1'], { folder: 'r-b', outside: 'o1' }),
      own('c', ['m'], { outside: 'o1' }),
      own('d', ['c', 'base2'], { outside: 'o2' }),
    ];
    expect(await judged(commits)).toBeUndefined();
    expect(await judged([])).toBeUndefined();
  });

  test('what another bot of the repository has made', async () => {
    expect(await judged([own('a', ['base0'], { author: 'my-app[bot]' })])).toBeUndefined();
  });

  test('a merge by whoever clicked, signed or not', async () => {
    const signed = (signature: BranchCommit['signature']) =>
      judged([own('a', ['base0']), merge('m', ['a', 'base1'], { folder: 'r-a', outside: 'o1', signature })]);
    expect([await signed('none'), await signed('other'), await signed('forge')]).toEqual([undefined, undefined, undefined]);
  });

  test('what a person’s token has made, which no forge signs', async () => {
    const mona = { author: 'mona', account: 'user', committer: 'mona', signature: 'none' } as const;
    expect(await judged([own('a', ['base0'], mona)], { me: 'mona' })).toBeUndefined();
    expect(await judged([own('a', ['base0'], mona)])).toBe('a');
    expect(await judged([own('a', ['base0'], { ...mona, committer: 'bob' })], { me: 'mona' })).toBe('a');
  });

  test('what a bot has made on a server that signs nothing', async () => {
    const bot = own('a', ['base0'], { signature: 'none', committer: ME });
    expect(await judged([bot], { signsBots: false })).toBeUndefined();
    expect(await judged([bot])).toBe('a');
  });
});

describe('is not ours', () => {
  const onTop = (next: Made) => judged([own('a', ['base0']), next]);

  test.each<[string, Made]>([
    ['without our message', own('x', ['a'], { message: 'Fix' })],
    ['with half of our message', own('x', ['a'], { message: `Fix\n\n${treeLine(treeNamed('r-x'))}` })],
    ['with another folder than it says', own('x', ['a'], { message: own('y', ['a']).message! })],
    ['that changes something else', own('x', ['a'], { outside: 'evil' })],
    ['of a person', own('x', ['a'], { author: 'ada', account: 'user' })],
    ['with a signature of somebody else', own('x', ['a'], { signature: 'other' })],
    ['without a signature', own('x', ['a'], { signature: 'none' })],
    ['with no parents', own('x', [])],
    ['with three parents', own('x', ['a', 'base0', 'base1'])],
    ['on the base and on the branch', own('x', ['base1', 'a'], { outside: 'o1' })],
    ['on two commits of the branch', own('x', ['a', 'a'])],
    ['that goes on from an older base', own('x', ['a', 'base1'], { outside: 'o0' })],
  ])('a commit %s', async (_, commit) => {
    expect(await onTop(commit)).toBe('x');
  });

  test.each<[string, Made]>([
    ['changes the folder', merge('m', ['a', 'base1'], { folder: 'r0', outside: 'o1' })],
    ['changes something else', merge('m', ['a', 'base1'], { folder: 'r-a', outside: 'evil' })],
    ['merges what is not the base', merge('m', ['a', 'a'], { folder: 'r-a', outside: 'o0' })],
    ['merges the branch into the base', merge('m', ['base1', 'a'], { folder: 'r-a', outside: 'o1' })],
    ['has three parents', merge('m', ['a', 'base0', 'base1'], { folder: 'r-a', outside: 'o1' })],
  ])('a merge that %s', async (_, commit) => {
    expect(await onTop(commit)).toBe('m');
  });

  test('a merge that takes the base back to where it was, or aside', async () => {
    const on = (base: string, outside: string, next: string, then: string) =>
      judged([own('a', [base], { outside }), merge('m', ['a', next], { folder: 'r-a', outside: then })]);
    expect(await on('base2', 'o2', 'base1', 'o1')).toBe('m');
    expect(await on('base1', 'o1', 'side', 'os')).toBe('m');
    expect(await on('side', 'os', 'base2', 'o2')).toBeUndefined();
  });

  test('of several the newest is said', async () => {
    const foreign = (sha: string, parent: string) => own(sha, [parent], { message: 'Fix' });
    expect(await judged([own('a', ['base0']), foreign('x', 'a'), foreign('y', 'x'), own('b', ['y'])])).toBe('y');
  });
});
