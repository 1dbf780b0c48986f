import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { selfSigned } from '../support/certificate.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { type JobRequest, type PublishJob, publishJob } from '../support/publish-job.ts';

type Payload = Record<string, unknown>;

let hub: PublishForge;
let number: number;
/** Connections to what the kubeconfigs of the test name as API servers. */
let connections = 0;
const apiServer = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let secrets: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => apiServer.listen(0, '127.0.0.1', resolve));
  const { port } = apiServer.address() as { port: number };
  const authority = Buffer.from(selfSigned({ names: ['127.0.0.1'] }).certificate).toString('base64');
  const kubeconfig = [
    'apiVersion: v1',
    'kind: Config',
    'current-context: here',
    `clusters: [{name: here, cluster: {server: "https://127.0.0.1:${port}", certificate-authority-data: ${authority}}}]`,
    'users: [{name: me, user: {token: canary-of-a-credential}}]',
    'contexts: [{name: here, context: {cluster: here, user: me}}]',
  ].join('\n');
  secrets = {
    KUBECONFIG_CLUSTER1: kubeconfig,
    KUBECONFIG_CLUSTER2: kubeconfig,
    CN2_PULL_SECRET: '{"auths":{"lab.local":{"auth":"bGFiOmNhbmFyeQ=="}}}',
  };
  hub = await publishForge();
  await hub.twin.createRepository({ owner: 'mallory', name: 'fleet', forkOf: REPOSITORY });
  const declaration = await hub.file('main', 'clusters.yaml');
  await hub.twin.commit('mallory/fleet', { branch: 'change', files: { 'clusters.yaml': `${declaration}# a change\n` } });
  number = (await hub.ada('POST', '/pulls', { title: 'A change', head: 'mallory:change', base: 'main' })).number;
});
afterAll(async () => {
  apiServer.close();
  await hub?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  connections = 0;
});

const jobOf = (command: JobRequest['command'], inputs: Record<string, string>, more: Partial<JobRequest> = {}) =>
  publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command,
    inputs,
    event: { name: 'pull_request', number },
    token: hub.token,
    secrets,
    ...more,
  });

/** A document of GitHub's own as the event of the job. */
function eventOf(job: PublishJob, name: string, change: (payload: Payload) => void) {
  const known = (examples as unknown as { name: string; examples: Payload[] }[]).find((entry) => entry.name === name);
  const payload = structuredClone(known?.examples[0]) as Payload;
  change(payload);
  const path = join(job.workspace, '../given-event.json');
  writeFileSync(path, JSON.stringify(payload));
  return { environment: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path } };
}

const LIVE: [JobRequest['command'], Record<string, string>][] = [
  ['validate', { live: 'true' }],
  ['render', {}],
  ['propose', {}],
  ['propose', { publish: 'false' }],
  ['apply', {}],
  ['apply', { publish: 'false' }],
  ['smoke', {}],
  ['drift', {}],
  ['drift', { publish: 'false' }],
];

describe('a run on the pull request of a fork, with every credential there', () => {
  test.each(LIVE)(
    '%s %j ends with the reason, and asks and writes nothing',
    async (command, inputs) => {
      using job = await jobOf(command, inputs);
      const mark = hub.mark();
      const { exitCode, outputs, annotations, lines } = await job.run();
      expect(exitCode).toBe(1);
      expect(outputs['failure-reason']).toContain('this run is of a pull request from the fork mallory/fleet');
      expect(outputs).toMatchObject({ result: 'usage', 'exit-code': '1' });
      expect(annotations.map(({ level }) => level)).toEqual(['error']);
      expect(lines.join('\n')).toContain('push the branch to the repository acme/fleet');
      expect(hub.writes(mark)).toEqual([]);
      expect(connections).toBe(0);
      expect(await job.cleanUp()).toMatchObject({ exitCode: 0, lines: [] });
    },
    60_000,
  );

  test.each([
    ['validate', {}, 0],
    // Nothing is rendered yet: the check says so.
    ['render', { check: 'true' }, 4],
    ['plan', {}, 0],
    ['plan', { publish: 'false' }, 0],
    ['plan', { offline: 'false', publish: 'false' }, 0],
  ] as const)(
    '%s %j is made without any cluster',
    async (command, inputs, code) => {
      using job = await jobOf(command, inputs);
      const mark = hub.mark();
      const { exitCode, summary } = await job.run();
      expect(exitCode).toBe(code);
      if (command === 'plan') expect(summary).toContain('**Offline: no cluster was looked at.**');
      expect(hub.writes(mark)).toEqual([]);
      expect(connections).toBe(0);
    },
    60_000,
  );

  test('a run that somebody has left in the folder of the job is not cleaned up', async () => {
    using job = await jobOf('plan', {});
    const kept = join(job.workspace, '../temp/cn2-fleet');
    mkdirSync(kept);
    const run = { schemaVersion: 1, command: 'apply', runId: 'x', fleet: 'guide', sha: 'f'.repeat(40) };
    writeFileSync(join(kept, 'unfinished-run.json'), JSON.stringify(run));
    const mark = hub.mark();
    expect(await job.cleanUp()).toMatchObject({ exitCode: 0, lines: [] });
    expect(hub.writes(mark)).toEqual([]);
    expect(connections).toBe(0);
  }, 60_000);
});

describe('an event of another kind that is a stranger’s', () => {
  test.each([
    ['workflow_run', (payload: Payload) => Object.assign(payload['workflow_run'] as Payload, { head_repository: null })],
    ['check_suite', (payload: Payload) => Object.assign(payload['check_suite'] as Payload, { head_branch: null })],
    ['issue_comment', (payload: Payload) => Object.assign(payload['issue'] as Payload, { pull_request: { url: 'x' } })],
    ['push', (payload: Payload) => Object.assign(payload['sender'] as Payload, { login: 'dependabot[bot]' })],
  ])(
    '%s: drift ends with the reason, a plan is made without any cluster',
    async (name, change) => {
      const event = { name: 'push', branch: 'main' } as const;
      using drift = await jobOf('drift', { publish: 'false' }, { event });
      expect(await drift.run(eventOf(drift, name, change))).toMatchObject({ exitCode: 1 });
      using plan = await jobOf('plan', {}, { event });
      const mark = hub.mark();
      const { summary } = await plan.run(eventOf(plan, name, change));
      expect(summary).toContain('**Offline: no cluster was looked at.**');
      expect(hub.writes(mark)).toEqual([]);
      expect(connections).toBe(0);
    },
    60_000,
  );

  test('a document that is not there ends every command, also without publishing', async () => {
    using job = await jobOf('plan', { publish: 'false' });
    const { exitCode, lines } = await job.run({ environment: { GITHUB_EVENT_PATH: '/nonexistent' } });
    expect(exitCode).toBe(1);
    expect(lines.join('\n')).toContain('so it is not known whether the run can be trusted');
    expect(connections).toBe(0);
  }, 60_000);

  test('the team’s own run does ask', async () => {
    using job = await jobOf('plan', { publish: 'false' }, { event: { name: 'push', branch: 'main' } });
    const { lines } = await job.run();
    expect(lines.join('\n')).toContain('cluster1');
    expect(connections).toBeGreaterThan(0);
  }, 60_000);
});
