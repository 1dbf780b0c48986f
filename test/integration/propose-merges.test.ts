import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const BRANCH = 'cn2-fleet/guide';
let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

/** Changes the declaration on main and checks it out; `more` changes other files there. */
async function declare(vn: string, more: Record<string, string> = {}): Promise<void> {
  const { hub, checkOut } = world;
  const text = (await hub.file('main', 'clusters.yaml')).replace(/vn: (vn3|other\d*)/, `vn: ${vn}`);
  await hub.twin.commit(REPOSITORY, { branch: 'main', files: { ...more, 'clusters.yaml': text }, author: 'ada' });
  await checkOut();
}

const treeOf = async (ref: string, path: string) =>
  (await world.hub.twin.git(REPOSITORY).run(['rev-parse', `${ref}:${path}`])).trim();

describe.each(['merge', 'squash', 'rebase'] as const)('a repository that allows %s alone', (method) => {
  beforeEach(() => {
    world.hub.twin.repository(REPOSITORY).allowedMerges = [method];
  });

  test.each([false, true])('takes three proposals in a row (the branch removed with each merge: %s)', async (removed) => {
    const { hub, checkOut } = world;
    hub.twin.repository(REPOSITORY).deleteBranchOnMerge = removed;
    for (const [index, vn] of ['vn3', 'other1', 'other2'].entries()) {
      if (index > 0) await declare(vn);
      const proposal = await world.propose();
      expect(proposal).toMatchObject({ operation: 'created', number: index + 1 });
      const proposed = await treeOf(proposal.headSha ?? '', 'rendered');
      await hub.merge(index + 1, method);
      expect(await treeOf('main', 'rendered')).toBe(proposed);
      await checkOut();
      expect(await world.propose()).toEqual({ operation: 'approved', branch: BRANCH });
      expect(hub.head(BRANCH) === undefined).toBe(removed);
    }
    expect(await hub.twin.git(REPOSITORY).run(['grep', '--count', 'other2', 'main', '--', 'rendered'])).not.toBe('');
  });

  test('takes one that was brought up to date while it was open', async () => {
    const { hub, checkOut } = world;
    await world.propose();
    for (const vn of ['other1', 'other2']) {
      await declare(vn, { 'README.md': vn });
      expect(await world.propose()).toMatchObject({ operation: 'updated', number: 1 });
      const mark = hub.mark();
      expect(await world.propose()).toMatchObject({ operation: 'unchanged', number: 1 });
      expect(hub.writes(mark)).toEqual([]);
    }
    const proposed = await treeOf(BRANCH, 'rendered');
    await hub.merge(1, method);
    expect(await treeOf('main', 'rendered')).toBe(proposed);
    expect(await hub.file('main', 'README.md')).toBe('other2');
    await checkOut();
    expect(await world.propose()).toEqual({ operation: 'approved', branch: BRANCH });
  });
});
