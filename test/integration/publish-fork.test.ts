import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { type JobRequest, publishJob } from '../support/publish-job.ts';
import { renderedFaults } from '../support/rendered-markdown.ts';
import type { StepResult } from '../support/runner-step.ts';

let hub: PublishForge;
let declaration: string;
/** What GitHub gives a run that it does not trust. */
let reading: string;

beforeAll(async () => {
  hub = await publishForge();
  declaration = await hub.file('main', 'clusters.yaml');
  reading = hub.twin.addToken({ permissions: 'read' });
  await hub.twin.createRepository({ owner: 'mallory', name: 'fleet', forkOf: REPOSITORY });
});
afterAll(async () => hub?.[Symbol.asyncDispose]());

const broken = () => declaration.replace('10.0.0.0/24', '10.0.0.5/24');
/** A pull request from the fork. */
const fromFork = async (branch: string, text: string): Promise<number> => {
  await hub.twin.commit('mallory/fleet', { branch, files: { 'clusters.yaml': text } });
  return (await hub.ada('POST', '/pulls', { title: branch, head: `mallory:${branch}`, base: 'main' })).number;
};
const here = (branch: string, text: string) => hub.openPull(branch, { 'clusters.yaml': text });

/** A plan on a pull request that neither has credentials nor may write. */
const planOf = async (number: number, more: Partial<JobRequest> = {}): Promise<StepResult> => {
  using job = await publishJob({
    twin: hub.twin,
    repository: REPOSITORY,
    command: 'plan',
    event: { name: 'pull_request', number },
    token: reading,
    ...more,
  });
  const mark = hub.mark();
  const result = await job.run();
  expect(hub.writes(mark)).toEqual([]);
  return result;
};

describe.each([
  ['a fork', fromFork, {}],
  ['the same repository without credentials', here, {}],
  ['Dependabot', here, { actor: 'dependabot[bot]' }],
] as const)('a pull request from %s', (who, open, more) => {
  test('is compared with the committed manifests: in the summary, nothing is tried to be written', async () => {
    const number = await open(`clean ${who}`.replaceAll(' ', '-'), declaration.replace('vn: vn1', 'vn: other'));
    const { exitCode, summary, outputs } = await planOf(number, more);
    expect(exitCode).toBe(0);
    expect(summary).toContain('**Offline: no cluster was looked at.**');
    expect(outputs).toMatchObject({ result: 'ok', 'exit-code': '0', changed: 'true', 'to-create': '41' });
    expect(outputs).not.toHaveProperty('comment-id');
  }, 30_000);

  test('fails by its findings', async () => {
    const { exitCode, summary, outputs, lines } = await planOf(await open(`broken ${who}`.replaceAll(' ', '-'), broken()), more);
    expect(exitCode).toBe(3);
    expect(lines.join('\n')).toContain('clusters.yaml:36:82 error E4');
    expect(summary).toContain('**E4**');
    expect(outputs).toMatchObject({ result: 'rule-broken', 'exit-code': '3' });
    expect(outputs['failure-reason']).toContain('E4');
  }, 30_000);
});

test('a fork’s declaration decides nothing about credentials: none is read, whatever it names', async () => {
  const greedy = declaration
    .replace('{env: KUBECONFIG_CLUSTER1}', '{env: SECRET_OF_THE_HOST}')
    .replace('{env: KUBECONFIG_CLUSTER2}', '{file: /proc/self/environ}');
  const { exitCode, lines, summary } = await planOf(await fromFork('greedy', greedy), {
    secrets: { SECRET_OF_THE_HOST: 'canary-of-the-host' },
  });
  expect(exitCode).toBe(0);
  expect(summary + lines.join('\n')).not.toContain('canary');
}, 30_000);

test('what is written into a declaration is text, in the log as on the page', async () => {
  const text = 'a`b <img src=x> @ada #1 --> ::set-output name=x::y ##[error]z\\n::error::owned\\r::stop-commands::x';
  const hostile = declaration
    .replace('  name: guide', `  name: "${text}"\n  "${text}": 1`)
    .replace('{ns: ns1}', `{ns: "${text}"}`)
    .replace('server: https://172.27.115.180:6443', `server: "${text}"`);
  const { exitCode, lines, summary, annotations, outputs } = await planOf(await fromFork('hostile', hostile));
  expect(exitCode).toBe(3);
  expect(annotations).toEqual([]);
  // What the runner is to hide is said to it in commands of the tool's own.
  const commands = lines.filter((line) => /^\s*::|##\[/.test(line));
  expect(commands.filter((line) => !/^::add-mask::[\w+/=-]+$/.test(line))).toEqual([]);
  expect(summary).toContain('owned');
  expect(renderedFaults(summary)).toEqual([]);
  expect(outputs['failure-reason']).toContain('metadata.name');
  expect(Object.keys(outputs)).not.toContain('x');
}, 30_000);
