import { expect, test } from '@jest/globals';
import { Actions } from '../../lab/github/actions/actions.ts';
import { forgeTwin, REPOSITORY, refusalOf } from '../support/forge-twin.ts';

const DRIFT = `name: drift
on: {schedule: [{cron: '23 3 * * *'}], workflow_dispatch: , issues: {types: [labeled]}}
jobs: {drift: {}}
`;

test('when a workflow has last judged everything: as its schedule or a person started it, whatever failed since', async () => {
  await using at = await forgeTwin();
  await at.twin.commit(REPOSITORY, { branch: 'main', files: { '.github/workflows/drift.yml': DRIFT } });
  let conclusion: 'success' | 'failure' = 'failure';
  await using actions = new Actions(at.twin, REPOSITORY, async () => conclusion);
  const night = async (ends: typeof conclusion) => {
    conclusion = ends;
    const [run] = await actions.happens({ name: 'schedule', cron: '23 3 * * *' });
    await actions.settled();
    return run!;
  };
  const forge = at.forge();
  const first = await night('failure');
  expect(await forge.lastGoodRun(first.id)).toBe(at.twin.repository(REPOSITORY).createdAt);
  const good = await night('success');
  const bad = await night('failure');
  expect(await forge.lastGoodRun(bad.id)).toBe(good.createdAt);
  // A run does not speak for itself.
  expect(await forge.lastGoodRun(good.id)).toBe(at.twin.repository(REPOSITORY).createdAt);
  const without = at.forge({ token: at.twin.addToken({ permissions: { contents: 'read', issues: 'write' } }) });
  expect(await refusalOf(without.lastGoodRun(bad.id))).toMatchObject({ reason: 'forbidden', permission: 'actions: read' });
});
