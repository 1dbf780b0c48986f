import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
  await world.propose();
});
afterEach(async () => world[Symbol.asyncDispose]());

const state = () => world.hub.twin.repository(REPOSITORY);
const deployed = () => state().deployments.map(({ environment, statuses }) => `${environment} ${statuses.at(-1)?.state}`);

test('a squashed proposal hears of its apply', async () => {
  const sha = await world.hub.merge(1, 'squash');
  await world.checkOut();
  expect((await world.verb(['apply'])).conditions).toEqual([]);
  expect(world.hub.comments(1)).toEqual([expect.stringContaining('everything was applied')]);
  expect(state().statuses.map((each) => [each.sha, each.state])).toEqual([
    [sha, 'pending'],
    [sha, 'success'],
  ]);
});

test('an apply that is started by hand is no matter of the pull request that was merged last, unless that is a proposal', async () => {
  await world.hub.merge(1);
  const other = await world.hub.openPull('topic', { 'README.md': 'x' });
  const sha = await world.hub.merge(other);
  await world.checkOut();
  const { failures, outputs } = await world.verb(['apply'], { origin: { event: 'workflow_dispatch' } });
  expect([failures, outputs?.['comment-id']]).toEqual([[], undefined]);
  expect([world.hub.comments(1), world.hub.comments(other)]).toEqual([[], []]);
  expect(state().statuses.at(-1)).toMatchObject({ sha, context: 'cn2-fleet/apply (guide)', state: 'success' });
});

test('a proposal hears of an apply that is started by hand on its merge', async () => {
  await world.hub.merge(1);
  await world.checkOut();
  const { outputs } = await world.verb(['apply'], { origin: { event: 'workflow_dispatch' } });
  expect(state().comments.map(({ id, number }) => [String(id), number])).toEqual([[outputs?.['comment-id'], 1]]);
});

test.each([
  ['prod', ['prod success']],
  ['', []],
])('the deployment is to the environment that is named, “” for none: “%s”', async (environment, expected) => {
  await world.hub.merge(1);
  await world.checkOut();
  expect((await world.verb(['apply', `--environment=${environment}`])).failures).toEqual([]);
  expect(deployed()).toEqual(expected);
});

test('of two runs of propose at the same time the slower one overwrites nothing and says so', async () => {
  const { hub, cn2 } = world;
  const faster = async () => {
    cn2.central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns1' } }, 'kubectl');
    expect(await world.propose()).toMatchObject({ operation: 'updated' });
  };
  cn2.central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alone' } }, 'kubectl');
  hub.twin.faults.add({ method: 'PATCH', path: `/repos/${REPOSITORY}/git/refs/*`, fault: { kind: 'call', run: faster } });
  const slower = await world.propose().catch((error: { message: string; hint: string }) => `${error.message}\n${error.hint}`);
  expect(slower).toBe('the branch cn2-fleet/guide has moved in the meantime\nsomebody else was faster: run it again');
  expect(await hub.ada('GET', '/pulls/1/commits')).toHaveLength(2);
  expect(await world.propose()).toMatchObject({ operation: 'unchanged', number: 1 });
});
