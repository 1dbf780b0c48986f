import { expect, test } from '@jest/globals';
import type { ProposalResult } from '../../../src/model/propose.ts';
import type { Forge } from '../../../src/ports/forge.ts';
import type { Progress } from '../../../src/ports/reporter.ts';
import { carryOut, keepOpen } from '../../../src/proposal/carry-out.ts';
import { decideOpen, type Wanted } from '../../../src/proposal/decide.ts';
import { dryRun } from '../../../src/proposal/dry-run.ts';
import { see, seeOver } from '../../../src/proposal/seen.ts';
import { forgeOf } from '../../support/memory-forge.ts';
import { MemoryHub } from '../../support/memory-hub.ts';

const BRANCH = 'cn2-fleet/east';
const WRITES = new Set<string>([
  'commit',
  'advanceBranch',
  'replaceBranch',
  'removeBranch',
  'ensurePullRequest',
  'closePullRequest',
] satisfies (keyof Forge)[]);

interface World {
  hub: MemoryHub;
  ports: { forge: Forge; reporter: { progress(event: Progress): void } };
  said: string[];
}

function world(): World {
  const hub = new MemoryHub();
  hub.move('main', hub.commit({ parents: [], files: { 'clusters.yaml': 'c', 'rendered/old.yaml': 'o' }, message: 'begin' }).sha);
  const said: string[] = [];
  const progress = (event: Progress) => void said.push('text' in event ? event.text : '');
  return { hub, said, ports: { forge: forgeOf(hub), reporter: { progress } } };
}

/** A proposal of one file on what main has now; the old one goes. */
function wanted({ hub }: World, text = 'x: 1', more: Partial<Wanted> = {}): Wanted {
  const write = { 'x.yaml': text };
  return {
    fleet: 'east',
    branch: BRANCH,
    base: { name: 'main', sha: hub.main.sha, folder: 'rendered' },
    title: 'Attach cluster2',
    body: 'what it does\nand why',
    files: { ...write, 'plan.json': `plan of ${text}` },
    comparison: { write, remove: ['old.yaml'], created: ['x.yaml'], updated: [], unchanged: [], foreign: [] },
    ...more,
  };
}

/** Runs dry; that nothing is written is part of every test. */
async function dry({ hub, ports }: World, work: Wanted): Promise<ProposalResult> {
  const before = JSON.stringify([[...hub.branches], hub.pulls, hub.commits.size]);
  hub.onRequest = (name) => expect(WRITES.has(name)).toBe(false);
  const result = await dryRun(ports, decideOpen(work, await see(ports.forge, work)));
  hub.onRequest = () => undefined;
  expect(JSON.stringify([[...hub.branches], hub.pulls, hub.commits.size])).toBe(before);
  expect(result.dryRun).toBe(true);
  return result;
}

/** Runs dry and then in earnest: both end alike. */
async function both(around: World, work: Wanted): Promise<ProposalResult> {
  const result = await dry(around, work);
  const done = await keepOpen(around.ports, work);
  expect([done.operation, done.title]).toEqual([result.operation, result.title]);
  return result;
}

test('a first proposal would make branch, commit and pull request', async () => {
  const around = world();
  const base = around.hub.main.sha;
  const result = await both(around, wanted(around));
  expect(result).toMatchObject({ operation: 'created', branch: BRANCH, title: 'Attach cluster2' });
  expect(result.writes).toEqual({
    base: 'main',
    branch: 'created',
    commits: [
      {
        message: expect.stringMatching(/^Attach cluster2\n/),
        parents: [base],
        write: ['rendered/x.yaml', 'rendered/plan.json'],
        remove: ['rendered/old.yaml'],
      },
    ],
    pullRequest: { title: 'Attach cluster2', body: 'what it does\nand why' },
  });
  expect([result.headSha, result.number]).toEqual([undefined, undefined]);
});

test('the same again would write nothing, and says the head that is there', async () => {
  const around = world();
  const { headSha } = await keepOpen(around.ports, wanted(around));
  const result = await both(around, wanted(around));
  expect(result).toMatchObject({ operation: 'unchanged', number: 1, headSha });
  expect(result).not.toHaveProperty('writes');
});

test('another content would extend the branch, after a merge where the base has moved on', async () => {
  const around = world();
  await keepOpen(around.ports, wanted(around));
  const head = around.hub.branches.get(BRANCH);
  const next = await both(around, wanted(around, 'x: 2'));
  expect(next).toMatchObject({ operation: 'updated', number: 1 });
  expect(next.writes).toMatchObject({ branch: 'advanced', commits: [{ parents: [head] }] });
  expect(next.writes).not.toHaveProperty('pullRequest');

  around.hub.push('main', { 'README.md': 'r' });
  const later = around.hub.branches.get(BRANCH);
  const { writes } = await both(around, wanted(around, 'x: 3'));
  expect(writes?.commits.map(({ parents }) => parents)).toEqual([[later, around.hub.main.sha], undefined]);
  expect(writes?.commits[0]).toMatchObject({ write: [], remove: [] });
});

test('another text alone would update the pull request and leave the branch', async () => {
  const around = world();
  await keepOpen(around.ports, wanted(around));
  const { operation, writes } = await both(around, wanted(around, 'x: 1', { body: 'said otherwise' }));
  expect(operation).toBe('updated');
  expect(writes).toEqual({
    base: 'main',
    branch: 'unchanged',
    commits: [],
    pullRequest: { title: 'Attach cluster2', body: 'said otherwise' },
  });
});

test('a branch whose pull request was closed would be made anew, unless one into another base is open from it', async () => {
  const around = world();
  await keepOpen(around.ports, wanted(around));
  const [pull] = around.hub.pulls;
  Object.assign(pull!, { open: false });
  const { writes } = await dry(around, wanted(around, 'x: 2'));
  expect(writes).toMatchObject({ branch: 'replaced', commits: [{ parents: [around.hub.main.sha] }] });
  Object.assign(pull!, { open: true, baseBranch: 'release' });
  const beside = await dry(around, wanted(around, 'x: 2'));
  expect(beside.writes).toMatchObject({ branch: 'advanced', commits: [{ parents: [around.hub.branches.get(BRANCH)] }] });
});

test('where the base has another rendered folder by now, nothing would be proposed', async () => {
  const around = world();
  const early = wanted(around);
  around.hub.push('main', { 'rendered/new.yaml': 'n' });
  const result = await both(around, early);
  expect(result).toEqual({ operation: 'outdated', branch: BRANCH, dryRun: true });
  expect(around.said).toEqual([expect.stringContaining('has changed on main'), expect.stringContaining('has changed on main')]);
});

test('a commit of somebody else is refused by a dry run, too', async () => {
  const around = world();
  await keepOpen(around.ports, wanted(around));
  around.hub.push(BRANCH, { 'rendered/x.yaml': 'by hand' });
  await expect(dry(around, wanted(around, 'x: 2'))).rejects.toThrow('has a commit that cn2-fleet did not create');
});

test('what is over would be closed, with its comment; a branch with commits of people stays', async () => {
  const around = world();
  await keepOpen(around.ports, wanted(around));
  const { forge } = around.ports;
  const { base } = wanted(around);
  const over = { fleet: 'east', branch: BRANCH, base, why: 'approved' as const };
  const close = await seeOver(forge, over);
  const result = await dryRun(around.ports, close!);
  expect(result).toMatchObject({ operation: 'closed', number: 1, dryRun: true });
  expect(result.writes).toMatchObject({
    branch: 'removed',
    commits: [],
    comment: expect.stringMatching(/^Nothing is left to ap/),
  });
  expect(around.hub.pulls[0]?.open).toBe(true);

  around.hub.push(BRANCH, { 'rendered/x.yaml': 'by hand' });
  const kept = await seeOver(forge, over);
  expect((await dryRun(around.ports, kept!)).writes).toMatchObject({ branch: 'unchanged' });
  expect(await carryOut(around.ports, kept!)).toMatchObject({ operation: 'closed', number: 1 });
  expect(around.hub.branches.has(BRANCH)).toBe(true);
  expect(await seeOver(forge, over)).toBeUndefined();
});

test('nothing stays nothing', async () => {
  const { ports } = world();
  expect(await dryRun(ports, { kind: 'nothing', operation: 'approved', branch: BRANCH })).toEqual({
    operation: 'approved',
    branch: BRANCH,
    dryRun: true,
  });
});
