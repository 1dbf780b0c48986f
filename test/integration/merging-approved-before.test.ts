import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/plan.ts';
import { planCommentMarkdown } from '../../src/report/markdown/plan-comment.ts';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

let world: CommandWorld;

beforeAll(async () => {
  world = await commandWorld();
}, 120_000);
afterAll(async () => world?.[Symbol.asyncDispose]());

const declare = (branch: string, text: string) =>
  world.hub.twin.commit(REPOSITORY, { branch, files: { 'clusters.yaml': text }, author: 'ada' });

async function planOf(number: number) {
  const sha = await world.checkOut(`refs/pull/${number}/merge`);
  const { headSha, baseBranch } = world.hub.issue(number).pull!;
  const { document } = await world.verb(['plan'], {
    origin: { event: 'pull_request', sha, pullRequest: { number, headSha, baseBranch, untrusted: false } },
  });
  const { merging, ...plan } = document as Plan;
  return { merging, words: planCommentMarkdown({ plan: { ...plan, merging: merging! }, findings: [], elsewhere: '' }) };
}

test('a pull request that makes the declaration what was approved before does not say that it approves nothing yet', async () => {
  const first = await world.hub.file('main', 'clusters.yaml');
  const { number } = await world.propose();
  await world.hub.merge(number ?? 0);
  // Not applied yet; the declaration moves on, and the apply would say that it is outdated.
  await declare('main', first.replace('vn: vn3', 'vn: other'));
  const other = await world.hub.openPull('another', { 'clusters.yaml': first.replace('vn: vn3', 'vn: third') });
  expect(await planOf(other)).toMatchObject({
    merging: { touches: 'inputs', approves: 'nothing' },
    words: expect.stringContaining('approves nothing yet'),
  });
  const back = await world.hub.openPull('back', { 'clusters.yaml': first });
  expect(await planOf(back)).toMatchObject({
    merging: { touches: 'inputs', approves: 'covered' },
    words: expect.stringContaining('the next apply does it'),
  });
});
