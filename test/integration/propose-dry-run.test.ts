import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ProposeDocument } from '../../src/model/propose.ts';
import { PLAIN } from '../../src/model/style.ts';
import { shown } from '../../src/verbs/propose/run.ts';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const BRANCH = 'cn2-fleet/guide';

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

/** `propose` as the command line runs it; the requests that wrote something to the forge. */
async function propose(...flags: string[]) {
  const mark = world.hub.mark();
  const ended = await world.verb(['propose', ...flags]);
  return { ...ended, writes: world.hub.writes(mark) };
}

test('a dry run of a first proposal writes nothing, and ends as the run that writes', async () => {
  const dry = await propose('--dry-run');
  expect(dry.writes).toEqual([]);
  const document = dry.document as ProposeDocument;
  expect(document.proposal).toMatchObject({
    operation: 'created',
    branch: 'cn2-fleet/guide',
    title: 'Attach cluster2',
    dryRun: true,
    writes: { base: 'main', branch: 'created', pullRequest: { title: 'Attach cluster2' } },
  });
  expect(document.proposal.writes?.commits[0]?.write).toContain('rendered/plan.json');
  expect(shown.text(document, PLAIN)).toContain('Dry run, nothing is written to GitHub. Would open a pull request');
  expect(shown.markdown?.(document)).toContain('\n- branch cn2\\-fleet/guide: created');
  expect(shown.summary?.(document, undefined)).toMatch(/^Dry run, nothing is written to GitHub\./);

  const real = await propose();
  expect(real.writes.length).toBeGreaterThan(0);
  expect(real.conditions).toEqual(dry.conditions);
  const { 'pull-request-number': number, 'pull-request-url': url, 'pull-request-head-sha': headSha, ...outputs } = real.outputs!;
  expect([number, url?.endsWith('/pull/1'), headSha?.length]).toEqual(['1', true, 40]);
  expect(dry.outputs).toEqual(outputs);
  // The text that would be written is the text that is.
  expect(world.hub.issue(1).body).toContain(document.proposal.writes?.pullRequest?.body);
});

test('of a proposal that is there it says whether it would be touched', async () => {
  await propose();
  const same = await propose('--dry-run');
  expect([same.writes, same.outputs?.['pull-request-operation']]).toEqual([[], 'unchanged']);
  expect(same.outputs?.['pull-request-head-sha']).toMatch(/^[0-9a-f]{40}$/);

  world.cn2.central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns1' } });
  const moved = await propose('--dry-run');
  expect([moved.writes, moved.outputs?.['pull-request-operation']]).toEqual([[], 'updated']);
  expect((await propose()).outputs?.['pull-request-operation']).toBe('updated');
});

test('when what it holds came to the base in another way, it says that it would close, and leaves it open', async () => {
  const { hub } = world;
  await propose();
  const paths = (await hub.twin.git(REPOSITORY).run(['ls-tree', '-r', '--name-only', BRANCH, 'rendered'])).trim().split('\n');
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await hub.file(BRANCH, path)] as const)));
  await hub.twin.commit(REPOSITORY, { branch: 'main', files, author: 'ada' });
  await world.checkOut();
  const dry = await propose('--dry-run');
  expect([dry.writes, hub.issue(1).state]).toEqual([[], 'open']);
  const { proposal } = dry.document as ProposeDocument;
  expect(proposal).toMatchObject({ operation: 'closed', number: 1, writes: { branch: 'removed', commits: [] } });
  const real = await propose();
  expect([real.outputs, real.conditions, hub.issue(1).state]).toEqual([dry.outputs, dry.conditions, 'closed']);
  expect(hub.comments(1).join()).toContain(proposal.writes?.comment);
});
