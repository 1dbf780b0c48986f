import { expect, test } from '@jest/globals';
import type { BranchCommit, BranchHistory, PullRequest } from '../../../src/ports/forge.ts';
import { decideClose, decideOpen, type SeenBranch, type Wanted } from '../../../src/proposal/decide.ts';

const BASE = { name: 'main', sha: 'b'.repeat(40), folder: 'fleets/east/rendered' };
const HEAD = 'a'.repeat(40);

const WANTED: Wanted = {
  fleet: 'east',
  branch: 'cn2-fleet/east',
  base: BASE,
  title: 'Attach cluster2',
  body: 'what it does',
  files: { 'index.json': '{}', 'c1/x.yaml': 'x: 1', 'plan.json': '{"plan":1}' },
  comparison: {
    write: { 'c1/x.yaml': 'x: 1' },
    remove: ['c1/old.yaml'],
    created: ['c1/x.yaml'],
    updated: [],
    unchanged: ['index.json'],
    foreign: [],
  },
};

const OWN: BranchCommit = {
  sha: HEAD,
  url: '',
  message: 'ours',
  parents: [BASE.sha],
  author: 'github-actions[bot]',
  account: 'bot',
  committer: 'github',
  tree: 't',
  signature: 'forge',
};

function branch(status: BranchHistory['status'], open: boolean, commits: BranchCommit[] = [OWN]): SeenBranch {
  return { head: HEAD, open, history: { status, commits, mergeBase: BASE.sha, signsBots: true } };
}

const OPEN: PullRequest = {
  number: 7,
  url: 'https://forge.example/7',
  title: 'Attach cluster2',
  headSha: HEAD,
  headBranch: WANTED.branch,
  baseBranch: 'main',
  open: true,
  merged: false,
};

test('without a branch it begins with a commit on the base, which has what differs and the plan', () => {
  const { push, ...proposal } = decideOpen(WANTED, { isUnchanged: false, baseTree: 't0' });
  const { fleet, branch: name, base, title, body } = WANTED;
  expect(proposal).toEqual({ kind: 'open', fleet, branch: name, base, title, body });
  expect(push).toMatchObject({
    how: 'begin',
    commit: {
      filesOf: BASE.sha,
      write: { 'fleets/east/rendered/c1/x.yaml': 'x: 1', 'fleets/east/rendered/plan.json': '{"plan":1}' },
      remove: ['fleets/east/rendered/c1/old.yaml'],
    },
  });
  expect(push?.commit.message).toMatch(/^Attach cluster2\n\n.+\n\nCn2-Fleet-Content: sha256:[0-9a-f]{64}\n$/);
  expect(push?.commit.trailer?.line('0f')).toBe('Cn2-Fleet-Tree: 0f');
  expect(push).not.toHaveProperty('merge');
});

test('the content of a commit is another one where the base has another folder', () => {
  const message = (baseTree?: string) =>
    decideOpen(WANTED, { isUnchanged: false, ...(baseTree === undefined ? {} : { baseTree }) }).push?.commit.message;
  expect(new Set([message(), message('t0'), message('t1'), message('t1')]).size).toBe(3);
});

test.each([
  ['a branch without commits of its own begins anew from its head', 'behind', false, [], 'begin', false],
  ['one without a pull request is made anew', 'ahead', false, [OWN], 'replace', false],
  ['where that cannot be, what it lacks of the base is merged first', 'diverged', false, [OWN], 'replace', true],
  ['one with a pull request is extended', 'ahead', true, [OWN], 'extend', false],
  ['one that lacks some of the base gets a merge first', 'diverged', true, [OWN], 'extend', true],
] as const)('%s', (_, status, open, commits, how, merges) => {
  const seen = { branch: branch(status, open, [...commits]), isUnchanged: false, ...(open ? { open: OPEN } : {}) };
  const { push, head } = decideOpen(WANTED, seen);
  expect([head, push?.how, push?.merge !== undefined]).toEqual([HEAD, how, merges]);
  if (merges)
    expect(push?.merge).toEqual({
      parents: [HEAD, BASE.sha],
      filesOf: BASE.sha,
      folderOf: { folder: BASE.folder, commit: HEAD },
      message: "Merge branch 'main' into cn2-fleet/east\n",
      write: {},
      remove: [],
    });
});

test('a branch that is as wanted gets no commit, and still its pull request', () => {
  const proposal = decideOpen({ ...WANTED, footer: 'the run' }, { branch: branch('ahead', true), open: OPEN, isUnchanged: true });
  expect(proposal).toMatchObject({ kind: 'open', head: HEAD, open: OPEN, footer: 'the run' });
  expect(proposal).not.toHaveProperty('push');
});

test('a branch to which somebody else has committed is left alone, with the name of the commit', () => {
  const foreign = { ...OWN, sha: 'c0ffee0'.padEnd(40, '0'), author: 'ada', message: 'by hand\n\nmore' };
  const decide = () => decideOpen(WANTED, { branch: branch('ahead', true), open: OPEN, isUnchanged: false, foreign });
  expect(decide).toThrow(
    'branch cn2-fleet/east has a commit that cn2-fleet did not create: c0ffee0 by ada (“by hand”); nothing was changed',
  );
});

test('what is over is closed with the reason; the branch goes only where all of it is ours', () => {
  const over = { fleet: 'east', branch: WANTED.branch };
  const close = decideClose({ ...over, why: 'nothing' }, OPEN, HEAD);
  expect(close).toMatchObject({
    kind: 'close',
    open: OPEN,
    remove: HEAD,
    comment: {
      marker: { kind: 'closing', fleet: 'east', subject: 'nothing' },
      body: expect.stringMatching(/^Nothing is left to do/),
    },
  });
  const kept = decideClose({ ...over, why: 'approved' }, OPEN, undefined);
  expect(kept.comment.body).toMatch(/^Nothing is left to approve/);
  expect(kept).not.toHaveProperty('remove');
});
