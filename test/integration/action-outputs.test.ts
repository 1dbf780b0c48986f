import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { publishJob } from '../support/publish-job.ts';

let hub: PublishForge;

beforeAll(async () => {
  hub = await publishForge((text) => text.replace('10.0.0.0/24', '10.0.0.5/24'));
});
afterAll(async () => hub?.[Symbol.asyncDispose]());
/** The declaration with a remark: a pull request that touches no file of the fleet is not planned at all. */
const touched = async (remark: string) => ({
  'clusters.yaml': `${await hub.file('main', 'clusters.yaml')}# ${remark}\n`,
});

test('result is the word for the exit code, also where a comment that is refused decides it', async () => {
  const number = await hub.openPull('topic', await touched('x'));
  using job = await publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command: 'plan',
    event: { name: 'pull_request', number },
    token: hub.twin.addToken({ permissions: 'read' }),
    // One that is there, so that the run counts as one with credentials.
    secrets: { KUBECONFIG_CLUSTER1: 'apiVersion: v1' },
  });
  const { exitCode, outputs } = await job.run();
  expect(exitCode).toBe(1);
  expect(outputs).toMatchObject({ result: 'usage', 'exit-code': '1' });
  expect(outputs['failure-reason']).toContain('pull-requests: write');
}, 30_000);

test('without a look at anything nothing is said to be unchanged', async () => {
  const number = await hub.openPull('unseen', await touched('y'));
  using job = await publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command: 'plan',
    event: { name: 'pull_request', number },
    token: hub.token,
  });
  const { exitCode, summary } = await job.run();
  expect(exitCode).toBe(3);
  expect(summary).toContain('unknown: the declaration has errors');
  expect(summary).not.toContain('no changes to');
}, 30_000);

test('doctor in a job: the summary has what is to do, and nothing is written to GitHub', async () => {
  const from = hub.twin.requests.length;
  using job = await publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command: 'doctor',
    event: { name: 'workflow_dispatch', workflow: 'doctor.yml' },
    token: hub.twin.addToken({ permissions: { contents: 'read' } }),
  });
  const { exitCode, outputs, summary } = await job.run();
  expect(exitCode).toBe(3);
  expect(outputs).toMatchObject({ result: 'rule-broken', 'exit-code': '3' });
  expect(summary).toMatch(/❌ `clusters\.yaml` 1 error: /);
  expect(summary).toContain('❔ `GitHub Actions`');
  expect(hub.twin.requests.slice(from).filter(({ kind, method }) => kind === 'api' && method !== 'GET')).toEqual([]);
}, 30_000);
