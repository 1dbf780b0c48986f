import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { applyCommand } from '../../src/commands/apply.ts';
import { driftCommand } from '../../src/commands/drift.ts';
import { publishDrift } from '../../src/publish/drift.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { OPTIONS } from '../support/ports.ts';
import { APPLY_OPTIONS, type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const HOUR = 60 * 60 * 1000;

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
  await world.attach();
});
afterEach(async () => world[Symbol.asyncDispose]());

/** A look so many milliseconds from now, and what it does on GitHub. */
async function drift(later = 0) {
  const forge = world.forge('drift');
  const ports = { ...world.ports(forge), clock: new FakeClock(Date.now() + later) };
  const { document, conditions } = (await driftCommand(ports, { ...OPTIONS, repository: ports.repository })).result;
  const origin = {
    repository: { owner: 'acme', name: 'fleet' },
    serverUrl: '',
    event: 'schedule',
    sha: '',
    order: { run: 1, attempt: 1 },
  };
  const published = await publishDrift({ forge, origin }, document, Date.now() + later);
  const awaiting = document.clusters.flatMap(({ changes }) => changes.map((change) => change.awaitingApply === true));
  return { awaiting, conditions, issues: published.issues };
}

async function approveAnother(): Promise<void> {
  const text = await world.hub.file('main', 'clusters.yaml');
  await world.hub.twin.commit(REPOSITORY, {
    branch: 'main',
    files: { 'clusters.yaml': text.replace('vn: vn3', 'vn: other') },
    author: 'ada',
  });
  await world.checkOut();
  await approve();
}

async function approve(): Promise<void> {
  const { number } = await world.propose();
  await world.hub.merge(number ?? 0);
  await world.checkOut();
}

/** By hand. */
function label(namespace: string, name: string, vn: string): void {
  const network = world.cn2.central.peek('VirtualNetwork', namespace, name)!;
  const { metadata } = network;
  world.cn2.central.put({ ...network, metadata: { ...metadata, labels: { ...metadata.labels, vn } } });
}

test('what was merged and is not applied yet makes no issue for a day, then it does', async () => {
  await approveAnother();
  expect(await drift()).toEqual({ awaiting: [true], conditions: ['changes'], issues: [] });
  expect(await drift(23 * HOUR)).toEqual({ awaiting: [true], conditions: ['changes'], issues: [] });
  const late = await drift(25 * HOUR);
  expect(late).toMatchObject({ awaiting: [false], conditions: ['changes'] });
  expect(late.issues).toHaveLength(1);
});

test('what nobody approved is drift at once, also beside an approval; after the apply all of it is', async () => {
  await approveAnother();
  label('ns1', 'vn1', 'hand');
  const mixed = await drift();
  expect(mixed.awaiting.sort()).toEqual([false, true]);
  expect(mixed.issues).toHaveLength(1);
  await approve();
  const ports = world.ports(world.forge('apply'));
  const { document } = await applyCommand(ports, { ...APPLY_OPTIONS, repository: ports.repository });
  expect(document.reason).toBeUndefined();
  label('alone', 'vn3', 'vn3');
  expect((await drift()).awaiting).toEqual([false]);
});

test('a commit that says it is of a day to come keeps nothing from being drift', async () => {
  await approveAnother();
  const { ada, head } = world.hub;
  const tree = (await world.git('rev-parse', 'HEAD^{tree}')).trim();
  const person = { name: 'Ada', email: 'ada@example.org', date: new Date(Date.now() + 1000 * HOUR).toISOString() };
  const parents = [(await world.git('rev-parse', 'HEAD~1')).trim()];
  const { sha } = await ada('POST', '/git/commits', { message: 'Later', tree, parents, author: person, committer: person });
  await ada('PATCH', '/git/refs/heads/main', { sha, force: true });
  expect(head('main')).toBe(await world.checkOut());
  const later = await drift();
  expect(later.awaiting).toEqual([false]);
  expect(later.issues).toHaveLength(1);
});

test('where the clone has no history, every commit would make an approval young again: its age is not known', async () => {
  await approveAnother();
  await world.git('fetch', '--quiet', '--depth=1', `file://${world.hub.twin.git(REPOSITORY).folder}`, 'main');
  await world.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  expect((await drift()).awaiting).toEqual([false]);
  await world.git('fetch', '--quiet', '--unshallow', `file://${world.hub.twin.git(REPOSITORY).folder}`, 'main');
  expect((await drift()).awaiting).toEqual([true]);
});
