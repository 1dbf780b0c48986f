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

/** How the older run is late: which write of it is slow, by how much, and how much later the newer one begins; milliseconds. */
const ROUNDS: readonly (readonly ['POST' | 'PATCH', 'before' | 'after', number, number])[] = [
  ['POST', 'before', 200, 0],
  ['POST', 'before', 900, 0],
  ['POST', 'before', 1500, 300],
  ['POST', 'after', 600, 0],
  ['POST', 'after', 1500, 400],
  ['PATCH', 'before', 300, 0],
  ['PATCH', 'before', 900, 200],
  ['PATCH', 'before', 1600, 500],
  ['PATCH', 'after', 500, 0],
  ['PATCH', 'after', 1500, 300],
];
let round = 0;
let number = 0;

test.each(ROUNDS)(
  'two runs at the same time: one comment, the newer one’s (%s slow %s, %i ms, begun %i ms later)',
  async (method, when, milliseconds, later) => {
    round += 1;
    // A comment can be made once on a pull request; it is changed on the last one of them.
    const branch = `race-${Math.min(round, 5)}`;
    const [old, young] = [100 + 2 * round, 101 + 2 * round];
    if (method === 'POST') number = await hub.openPull(branch, withFinding(old));
    else await hub.twin.commit(REPOSITORY, { branch, files: withFinding(old), author: 'ada' });
    using older = await planOf(number, old);
    await hub.twin.commit(REPOSITORY, { branch, files: withFinding(young), author: 'ada' });
    using newer = await planOf(number, young);
    const rule: FaultRule = { method, path: '*/issues/*comments*', fault: { kind: 'slow', milliseconds, when } };
    const slow = hub.twin.faults.add(rule);
    const [first, second] = await Promise.all([older.run(), sleep(later).then(() => newer.run())]);
    expect([first.exitCode, second.exitCode, slow.met]).toEqual([3, 3, 1]);
    slow.remove();
    const comments = hub.comments(number);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain(`"run":${young},`);
    expect(comments[0]).toContain(`10.0.0.${young}/24`);
  },
  60_000,
);
