import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FaultRule } from '../../lab/github/faults.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { type PublishJob, publishJob } from '../support/publish-job.ts';

let hub: PublishForge;
let declaration: string;

beforeAll(async () => {
  hub = await publishForge();
  declaration = await hub.file('main', 'clusters.yaml');
});
afterAll(async () => hub?.[Symbol.asyncDispose]());

/** A declaration with a finding of its own, by which its comment is known. */
const withFinding = (host: number) => ({ 'clusters.yaml': declaration.replace('10.0.0.0/24', `10.0.0.${host}/24`) });
/** A run of the plan workflow about the pull request as it is now. */
const planOf = (number: number, run: number): Promise<PublishJob> =>
  publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command: 'plan',
    inputs: { offline: 'true' },
    event: { name: 'pull_request', number },
    token: hub.token,
    run,
  });

/** How the older run is late: whether before or after its write, by how much, and how much later the newer one begins; milliseconds. */
type Lateness = readonly ['before' | 'after', number, number];

/** Two runs at the same time, the older one's write `path` slow: one comment, the newer one's. */
async function race(
  number: number,
  branch: string,
  run: number,
  slowed: Omit<FaultRule, 'fault'>,
  late: Lateness,
): Promise<void> {
  const [when, milliseconds, later] = late;
  await hub.twin.commit(REPOSITORY, { branch, files: withFinding(run), author: 'ada' });
  using older = await planOf(number, run);
  await hub.twin.commit(REPOSITORY, { branch, files: withFinding(run + 1), author: 'ada' });
  using newer = await planOf(number, run + 1);
  const slow = hub.twin.faults.add({ ...slowed, fault: { kind: 'slow', milliseconds, when } });
  const [first, second] = await Promise.all([older.run(), sleep(later).then(() => newer.run())]);
  expect([late, first.exitCode, second.exitCode, slow.met]).toEqual([late, 3, 3, 1]);
  slow.remove();
  const [comment, ...more] = hub.comments(number);
  expect([late, more]).toEqual([late, []]);
  expect(comment).toContain(`"run":${run + 1},`);
  expect(comment).toContain(`10.0.0.${run + 1}/24`);
}

/** Two at a time: on as many cores they take half the time. */
async function inTurn<Item>(items: readonly Item[], work: (item: Item, position: number) => Promise<void>): Promise<void> {
  for (const [position, item] of items.entries()) await work(item, position);
}

test('two runs at the same time leave one comment, the newer one’s, however late the older one writes', async () => {
  const made: readonly Lateness[] = [
    ['before', 200, 0],
    ['before', 900, 0],
    ['before', 1500, 300],
    ['after', 600, 0],
    ['after', 1500, 400],
  ];
  const changed: readonly Lateness[] = [
    ['before', 300, 0],
    ['before', 900, 200],
    ['before', 1600, 500],
    ['after', 500, 0],
    ['after', 1500, 300],
  ];
  const there = await hub.openPull('changed', withFinding(99));
  using before = await planOf(there, 99);
  await before.run();
  const id = hub.twin.repository(REPOSITORY).comments.find(({ number }) => number === there)?.id;
  await Promise.all([
    inTurn(made, async (late, position) => {
      const number = await hub.openPull(`made-${position}`, withFinding(1));
      const slowed = { method: 'POST', path: `*/issues/${number}/comments` };
      await race(number, `made-${position}`, 100 + 2 * position, slowed, late);
    }),
    inTurn(changed, (late, position) =>
      race(there, 'changed', 120 + 2 * position, { method: 'PATCH', path: `*/issues/comments/${id}` }, late),
    ),
  ]);
}, 120_000);
