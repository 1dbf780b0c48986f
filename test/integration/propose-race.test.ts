import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const BRANCH = 'cn2-fleet/guide';
let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

const someNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const pulls = () => world.hub.twin.repository(REPOSITORY).issues.filter(({ pull }) => pull !== undefined);
const openPulls = () => pulls().filter(({ state }) => state === 'open');

/** Something that somebody does right before a request of the tool is answered. */
const meanwhile = (method: string, path: string | RegExp, run: () => Promise<unknown>, skip = 0) =>
  world.hub.twin.faults.add({ method, path, skip, fault: { kind: 'call', run: async () => void (await run()) } });

/** What a person reads where it was refused. */
const refusal = async () => {
  const error = (await world.propose().catch((reason: unknown) => reason)) as { message: string; hint: string };
  return { message: error.message, hint: error.hint };
};

/** Lets the plan of the fleet differ from what was proposed. */
const moveCluster = () => world.cn2.central.put(someNamespace('alone'), 'kubectl');

describe('while it proposes', () => {
  test('the branch is deleted: that is said, and it is not made again behind the back of whoever did it', async () => {
    const { hub } = world;
    await world.propose();
    moveCluster();
    meanwhile('POST', /\/git\/commits$/, () => hub.ada('DELETE', `/git/refs/heads/${BRANCH}`));
    expect(await refusal()).toEqual({
      message: `the branch ${BRANCH} was deleted in the meantime`,
      hint: 'nothing was changed: run it again, and it is created again',
    });
    expect([hub.head(BRANCH), openPulls()]).toEqual([undefined, []]);
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
    expect((await hub.ada('GET', '/pulls/2/commits')).length).toBe(1);
  });

  test.each([
    ['keeps its branch', 'POST', /\/git\/commits$/, false],
    ['loses its branch', 'POST', /\/git\/commits$/, true],
    ['is merged after the last look', 'PATCH', /\/git\/refs\//, false],
  ] as const)('the pull request is merged and %s: it steps back', async (_, method, path, removed) => {
    const { hub } = world;
    hub.twin.repository(REPOSITORY).deleteBranchOnMerge = removed;
    await world.propose();
    moveCluster();
    meanwhile(method, path, () => hub.merge(1));
    expect(await world.propose()).toEqual({ operation: 'outdated', branch: BRANCH });
    expect(openPulls()).toEqual([]);
    expect(pulls()).toHaveLength(1);
    await world.checkOut();
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
  });

  test('a person commits: that stops it, and the commit stays', async () => {
    const { hub } = world;
    await world.propose();
    moveCluster();
    let added = '';
    meanwhile('POST', /\/git\/commits$/, async () => {
      added = await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'notes.md': 'mine' }, author: 'bob' });
    });
    const { message, hint } = await refusal();
    expect(message).toContain(`${added.slice(0, 7)} by bob`);
    expect(hint).toContain('delete the branch');
    expect(hub.head(BRANCH)).toBe(added);
  });

  test.each(['nothing is there yet', 'a pull request is open', 'a branch is left'])(
    'another run does too (%s)',
    async (start) => {
      const { hub } = world;
      if (start !== 'nothing is there yet') {
        await world.propose();
        if (start === 'a branch is left') await hub.ada('PATCH', '/pulls/1', { state: 'closed' });
        moveCluster();
      }
      const [one, two] = await Promise.all([world.propose(), world.propose({}, world.forge('propose'))]);
      expect(one.number).toBe(two.number);
      expect(openPulls().map(({ number }) => number)).toEqual([one.number]);
      const mark = hub.mark();
      expect(await world.propose()).toMatchObject({ operation: 'unchanged', headSha: hub.head(BRANCH) });
      expect(hub.writes(mark)).toEqual([]);
    },
  );
});

describe('while it closes', () => {
  beforeEach(async () => {
    const { hub, checkOut } = world;
    await world.propose();
    const files = await hub.twin.git(REPOSITORY).run(['ls-tree', '-r', '--name-only', BRANCH, 'rendered']);
    const texts = await Promise.all(files.split('\n').map(async (path) => [path, await hub.file(BRANCH, path)] as const));
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: Object.fromEntries(texts), author: 'ada' });
    await checkOut();
  });

  test('a person commits: the branch stays', async () => {
    const { hub } = world;
    let added = '';
    meanwhile('PATCH', /\/pulls\/1$/, async () => {
      added = await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'notes.md': 'mine' }, author: 'bob' });
    });
    expect(await world.propose()).toMatchObject({ operation: 'closed', number: 1 });
    expect(hub.issue(1).state).toBe('closed');
    expect(hub.head(BRANCH)).toBe(added);
  });

  test('a person has committed: the branch stays', async () => {
    const { hub } = world;
    const sha = await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'notes.md': 'mine' }, author: 'bob' });
    expect(await world.propose()).toMatchObject({ operation: 'closed', number: 1 });
    expect(hub.head(BRANCH)).toBe(sha);
  });

  test.each([
    ['GET', /\/git\/ref\/heads\/cn2-fleet/],
    ['GET', /\/compare\//],
    ['PATCH', /\/pulls\/1$/],
  ] as const)('the branch is deleted (before %s %s)', async (method, path) => {
    const { hub } = world;
    meanwhile(method, path, () => hub.ada('DELETE', `/git/refs/heads/${BRANCH}`));
    expect(await world.propose()).toMatchObject({ operation: 'closed', number: 1 });
    expect(hub.issue(1).state).toBe('closed');
    expect(hub.head(BRANCH)).toBeUndefined();
  });
});
