import { beforeAll, describe, expect, test } from '@jest/globals';
import { below } from '../../support/memory-trees.ts';
import { applied, approve, declare, proposes, record, routers } from '../../support/trust-cases.ts';
import { attachedWorld, freshWorld, settle } from '../../support/trust-property.ts';
import { BRANCH } from '../../support/trust-steps.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let attached: TrustWorld;
beforeAll(async () => {
  attached = await attachedWorld();
});
const begin = () => new TrustWorld(attached);

const DONE = { code: 0, text: 'done: ' };
const NOTHING = { code: 0, text: 'nothing: ', writes: 0 };

describe('what goes through', () => {
  test('two proposals in a row, the first of which was never applied', async () => {
    const world = begin();
    const first = await approve(world, 'connection');
    const second = await approve(world, 'extra');
    expect(await applied(world, { sha: first })).toMatchObject({
      code: 4,
      text: expect.stringContaining('only the newest approval is applied'),
      writes: 0,
    });
    expect(await applied(world, { sha: second })).toMatchObject(DONE);
    expect(record(world)).toMatchObject({ serial: 3, commit: second, finished: true });
    expect(await applied(world)).toEqual(NOTHING);
    await settle(world);
  });

  test('a proposal that is merged while another is applied, at whatever moment', async () => {
    const codes = new Set<number>();
    for (let at = 0; at <= 90; at += 6) {
      const world = begin();
      const first = await approve(world, 'connection');
      declare(world, 'extra');
      const { number } = await world.propose();
      const merge = () => void world.hub.mergePull(number ?? 0, 'merge');
      const running = await applied(world, { sha: first, meanwhile: { at, work: merge } });
      // Merged before the first write, it is the newest word; after it, the run goes on to its end.
      if (running.code === 4) expect([at, routers(world)]).toEqual([at, ['vnr1', 'vnr2']]);
      else expect([at, running]).toMatchObject([at, DONE]);
      codes.add(running.code);
      merge();
      expect([at, await applied(world)]).toMatchObject([at, DONE]);
      expect([at, record(world)]).toMatchObject([at, { serial: 3, commit: world.hub.main.sha, finished: true }]);
      await settle(world);
    }
    expect(codes).toEqual(new Set([0, 4]));
  });

  test('a revert commit, of the proposal and of the declaration', async () => {
    const world = begin();
    const merged = await approve(world, 'connection');
    expect(await applied(world)).toMatchObject(DONE);
    expect(routers(world)).toEqual([]);
    const declared = world.hub.at(merged).parents[0] ?? '';
    expect([world.hub.revert(merged), world.hub.revert(declared)]).toEqual([true, true]);
    // What was put back is the plan that was applied first: its turn is over.
    expect(await applied(world)).toMatchObject({
      code: 4,
      text: expect.stringContaining('is older than what was applied since'),
    });
    expect((await proposes(world)).how).toBe('created');
    await settle(world);
    expect(routers(world)).toEqual(['vnr1', 'vnr2']);
  });

  test('a run that was killed, with newer inputs on the branch', async () => {
    for (const killedAfter of [1, 2, 3, 4]) {
      const world = begin();
      const merged = await approve(world, 'connection');
      await world.apply({ sha: merged, job: true, killedAfter });
      declare(world, 'extra');
      expect([killedAfter, await applied(world, { sha: merged })]).toMatchObject([killedAfter, DONE]);
      expect(record(world)).toMatchObject({ serial: 2, commit: merged, finished: true });
      expect(await applied(world)).toMatchObject({ code: 4, text: expect.stringMatching(/^stopped: outdated: clusters\.yaml/) });
      await settle(world);
    }
  });

  test('a part of the fleet, then the whole', async () => {
    const world = begin();
    await approve(world, 'connection');
    expect(await applied(world, { only: ['cluster1'] })).toMatchObject(DONE);
    expect(record(world)).toMatchObject({ serial: 2, finished: false });
    expect(await applied(world)).toMatchObject(DONE);
    expect(record(world)).toMatchObject({ serial: 2, finished: true });
    expect(routers(world)).toEqual([]);
  });

  test('a commit that is checked out detached and is on no branch: what it holds decides', async () => {
    const world = begin();
    await approve(world, 'connection');
    const { parents } = world.hub.main;
    world.hub.deleteBranch('cn2-fleet/guide');
    expect(await applied(world, { sha: parents[1] ?? '' })).toMatchObject(DONE);
    expect(record(world)).toMatchObject({ commit: parents[1], finished: true });
  });

  test('a merge queue: main moves on to the commit of the queue', async () => {
    const world = begin();
    const { hub } = world;
    declare(world, 'connection');
    const { headSha = '' } = await world.propose();
    const queued = hub.commit({ parents: [hub.main.sha, headSha], files: hub.at(headSha).files, message: 'Merge queue' });
    hub.branches.set('gh-readonly-queue/main/pr-1', queued.sha);
    expect(await applied(world, { sha: queued.sha })).toMatchObject({ code: 4, writes: 0 });
    hub.move('main', queued.sha);
    hub.branches.delete('gh-readonly-queue/main/pr-1');
    expect(await applied(world, { sha: queued.sha })).toMatchObject(DONE);
    await settle(world);
  });

  test('the very first apply: there is no Lease yet', async () => {
    const world = freshWorld();
    expect((await proposes(world)).how).toBe('created');
    world.hub.mergePull(1, 'squash');
    expect(record(world)).toBeUndefined();
    expect(await applied(world)).toMatchObject(DONE);
    expect(record(world)).toMatchObject({ serial: 1, commit: world.hub.main.sha, finished: true });
  });
});

describe('what is replaced by a new proposal', () => {
  const GONE = { 'rendered/plan.json': undefined };

  test('a plan that is gone or was edited, where nothing is to be done', async () => {
    for (const change of [GONE, { 'rendered/plan.json': '{}\n' }]) {
      const world = begin();
      world.hub.push('main', change);
      expect((await applied(world)).code).not.toBe(0);
      expect((await proposes(world)).how).toBe('created');
      await settle(world);
      expect(await applied(world)).toEqual(NOTHING);
    }
  });

  test('an approval whose turn was over when a run was killed before its proof', async () => {
    const world = begin();
    const old = world.hub.main.files['rendered/plan.json'];
    const merged = await approve(world, 'label');
    await world.apply({ sha: merged, job: true, killedAfter: 3 });
    world.hub.push('main', { 'rendered/plan.json': old });
    await settle(world);
    expect(record(world)).toMatchObject({ finished: true });
  });

  test('a proposal whose branch was updated from a base that has taken the same back since', async () => {
    for (const open of [false, true]) {
      const world = begin();
      const { hub } = world;
      const before = below(hub.main.files, 'rendered');
      declare(world, 'vendor');
      const { number = 0, headSha = '' } = await world.propose();
      expect(open ? hub.merge(headSha, 'rebase') : hub.mergePull(number, 'rebase')).toBe(true);
      expect(hub.updateBranch(BRANCH)).toBe(true);
      hub.push('main', Object.fromEntries(Object.entries(before).map(([path, text]) => [`rendered/${path}`, text])));
      expect((await proposes(world)).how).toBe(open ? 'updated' : 'created');
      await settle(world);
    }
  });
});
