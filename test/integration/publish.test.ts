import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { allSecretForms } from '../../src/report/redact.ts';
import { cli } from '../support/cli.ts';
import { type OpenApiRecorder, recordOpenApi } from '../support/github-openapi.ts';
import { withoutSmoke } from '../support/guide-fleet.ts';
import { type PlainGuide, startPlainGuide, toolRequests } from '../support/plain-guide.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { type JobRequest, type PublishJob, publishJob, type StepOptions } from '../support/publish-job.ts';
import { renderedFaults } from '../support/rendered-markdown.ts';
import type { StepResult } from '../support/runner-step.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const NETWORKS: Resource = {
  group: CORE,
  version: 'v1alpha1',
  kind: 'VirtualNetwork',
  plural: 'virtualnetworks',
  namespaced: true,
};
const BINDINGS: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
};
const BRANCH = 'cn2-fleet/guide';
/** Without pods there is nothing to ping from: the lab's end-to-end test has the smoke test. */

let guide: PlainGuide;
let hub: PublishForge;
let recorder: OpenApiRecorder;
let central: Cluster;
let distributed: Cluster;
let declaration: string;
/** All that people and machines could read of the runs, masks left out: those are the runner's. */
const said: string[] = [];

beforeAll(async () => {
  guide = await startPlainGuide();
  hub = await publishForge((text) => guide.declare(withoutSmoke(text)));
  recorder = await recordOpenApi(hub.twin);
  central = await kubernetesConnector().connect('cluster1', guide.central.kubeconfig);
  distributed = await kubernetesConnector().connect('cluster2', guide.distributed.kubeconfig);
  declaration = await hub.file('main', 'clusters.yaml');
}, 180_000);

afterAll(async () => {
  await Promise.all([central, distributed].map((cluster) => cluster?.[Symbol.asyncDispose]()));
  await hub?.[Symbol.asyncDispose]();
  await guide?.[Symbol.asyncDispose]();
});

const job = (command: JobRequest['command'], event: JobRequest['event'], more: Partial<JobRequest> = {}): Promise<PublishJob> =>
  publishJob({ twin: hub.twin, repository: REPOSITORY, command, event, token: hub.token, secrets: guide.environment, ...more });
const heard = (result: StepResult): StepResult => {
  const lines = result.lines.filter((line) => !line.startsWith('::add-mask::'));
  said.push(...lines, result.summary, JSON.stringify(result.outputs));
  for (const name of ['plan-path', 'page-path']) {
    const path = result.outputs[name];
    if (path !== undefined) said.push(readFileSync(path, 'utf8'));
  }
  return { ...result, lines };
};
const run = async (...request: Parameters<typeof job>): Promise<StepResult> => {
  using one = await job(...request);
  return heard(await one.run());
};
const onMain = () => ({ name: 'push' as const, branch: 'main', after: hub.head('main') ?? '' });
const nightly = { name: 'schedule' as const, cron: '23 3 * * *' };
const clusterWrites = () =>
  [guide.central, guide.distributed].map((server) => toolRequests(server).filter(({ write }) => write).length);
/** Nothing is written anywhere while this runs. */
const quietly = async (work: () => Promise<StepResult>): Promise<StepResult> => {
  const [mark, before] = [hub.mark(), clusterWrites()];
  const result = await work();
  expect([hub.writes(mark), clusterWrites()]).toEqual([[], before]);
  return result;
};
const state = () => hub.twin.repository(REPOSITORY);
const checksOf = (sha: string | undefined) => state().checkRuns.filter((check) => check.sha === sha);

describe('a pull request that changes the declaration', () => {
  let number: number;
  const planOf = () => run('plan', { name: 'pull_request', number });
  const headSha = () => hub.issue(number).pull?.headSha;
  const push = (text: string) =>
    hub.twin.commit(REPOSITORY, { branch: 'topic', files: { 'clusters.yaml': text }, author: 'ada' });

  test('gets one comment and a check with remarks on its lines; outputs and summary say the same; it does not fail', async () => {
    number = await hub.openPull('topic', { 'clusters.yaml': declaration.replace('vn: vn3', 'vn: y') });
    const { exitCode, outputs, summary } = await planOf();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      result: 'changes',
      'exit-code': '2',
      changed: 'true',
      'to-create': '39',
      'to-update': '0',
      'to-delete': '0',
      conflicts: '0',
      'unknown-clusters': '',
    });
    const [comment = '', ...more] = hub.comments(number);
    expect(more).toEqual([]);
    expect(comment).toMatch(
      /^<!-- cn2-fleet \{"schema":1,"kind":"plan",.*"run":\d+,"attempt":1,.*\} -->\n📋 \*\*Plan for guide: /,
    );
    expect(comment).toContain('merging it approves nothing yet');
    expect(state().comments[0]).toMatchObject({ author: 'github-actions[bot]', id: Number(outputs['comment-id']) });
    for (const text of [comment, summary]) expect(text).toContain(outputs['plan-digest']);
    const [check, ...others] = checksOf(headSha());
    expect(others).toEqual([]);
    expect(check).toMatchObject({ name: 'cn2-fleet plan (clusters.yaml)', status: 'completed', conclusion: 'success' });
    // GitHub does not look at the details address of a workflow's check: its text leads to the run.
    expect([check?.detailsUrl, check?.text]).toEqual([
      null,
      expect.stringMatching(/^<sub>\[Run \d+\]\(http.*\/actions\/runs\/\d+\)/),
    ]);
    // The node of an API server alone has no address, which E30 says at the cluster's entry.
    const warning = { path: 'clusters.yaml', annotation_level: 'warning' };
    expect(check?.annotations).toMatchObject([
      { ...warning, start_line: 22, title: 'E30 (cluster2)' },
      { ...warning, start_line: 39, title: 'yaml11' },
    ]);
  }, 60_000);

  test('is left as it is by a second run; the command line ends with 2 for the same', async () => {
    using one = await job('plan', { name: 'pull_request', number });
    expect((await quietly(() => one.run())).outputs['comment-id']).toBeDefined();
    const { exitCode, stdout } = await cli(one.workspace, ['plan'], { environment: guide.environment });
    expect(exitCode).toBe(2);
    said.push(stdout);
  }, 60_000);

  test('fails while the declaration is broken, in the same comment and check', async () => {
    await push(declaration.replace('10.0.0.0/24', '10.0.0.5/24'));
    const { exitCode, outputs } = await planOf();
    expect(exitCode).toBe(3);
    expect(outputs).toMatchObject({ result: 'rule-broken', 'failure-reason': expect.stringMatching(/^E4: subnet 10.0.0.5/) });
    expect(hub.comments(number)).toHaveLength(1);
    expect(hub.comments(number)[0]).toContain('**E4**');
    const [check, ...others] = checksOf(headSha());
    expect(others).toEqual([]);
    expect(check).toMatchObject({ name: 'cn2-fleet plan (clusters.yaml)', conclusion: 'failure' });
    expect(check?.annotations).toContainEqual(
      expect.objectContaining({ path: 'clusters.yaml', start_line: 36, annotation_level: 'failure' }),
    );

    await push(declaration.replace('vn: vn3', 'vn: vn5'));
    expect((await planOf()).exitCode).toBe(0);
    expect(hub.comments(number)).toHaveLength(1);
    expect(hub.comments(number)[0]).not.toContain('**E4**');
    expect(checksOf(headSha()).map(({ conclusion }) => conclusion)).toEqual(['success']);
  }, 60_000);

  test('in a merge queue there is a check alone', async () => {
    const mark = hub.mark();
    expect((await run('plan', { name: 'merge_group', number })).exitCode).toBe(0);
    expect(hub.writes(mark)).toEqual(['POST /check-runs 201']);
    expect(checksOf(hub.issue(number).pull?.trialSha).map(({ name }) => name)).toEqual(['cn2-fleet plan (clusters.yaml)']);
    await hub.merge(number);
  }, 60_000);
});

describe('the proposal', () => {
  test('holds the bytes that render and plan --out write', async () => {
    using one = await job('plan', onMain());
    const tool = (...args: string[]) => cli(one.workspace, args, { environment: guide.environment });
    const here = async () => [await tool('render'), await tool('plan', '--out', 'rendered/plan.json')];
    const [{ exitCode, outputs }, local] = await Promise.all([run('propose', onMain()), here()]);
    expect(local.map((result) => result.exitCode)).toEqual([0, 2]);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      'pull-request-operation': 'created',
      'pull-request-number': '2',
      'pull-request-url': `${hub.twin.url}/${REPOSITORY}/pull/2`,
      'pull-request-head-sha': hub.head(BRANCH),
      result: 'changes',
    });
    const git = hub.twin.git(REPOSITORY);
    const paths = (await git.run(['ls-tree', '-r', '--name-only', BRANCH, 'rendered'])).split('\n');
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      expect([path, await hub.file(BRANCH, path)]).toEqual([path, readFileSync(join(one.workspace, path), 'utf8')]);
    }
    expect(await git.run(['log', '-1', '--format=%an', BRANCH])).toBe('github-actions[bot]');
  }, 60_000);

  test('is left as it is by a second run, and gets a further commit when a cluster has moved', async () => {
    const { outputs } = await quietly(() => run('propose', onMain()));
    expect(outputs['pull-request-operation']).toBe('unchanged');
    await central.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alone' } });
    const moved = await run('propose', onMain());
    expect(moved.outputs).toMatchObject({ 'pull-request-operation': 'updated', 'pull-request-number': '2' });
    expect(await hub.ada('GET', '/pulls/2/commits')).toHaveLength(2);
  }, 60_000);

  test('says on its own pull request that merging approves it', async () => {
    await run('plan', { name: 'pull_request', number: 2 });
    expect(hub.comments(2)[0]).toContain('**merging it approves exactly this plan.**');
    await hub.merge(2);
  }, 60_000);
});

describe('the apply of what was merged', () => {
  const apply = () => run('apply', onMain());
  /** With the step that cleans up after it, and how many requests that one sends. */
  const applyJob = (step: StepOptions = {}) =>
    (async () => {
      using one = await job('apply', onMain());
      const result = heard(await one.run(step));
      const mark = hub.twin.requests.length;
      const cleaned = heard(await one.cleanUp());
      return { result, cleaned, requests: hub.twin.requests.length - mark };
    })();
  const told = () => {
    const sha = hub.head('main');
    const comments = hub.comments(2).filter((body) => body.includes('"kind":"apply"'));
    const statuses = state().statuses.filter((each) => each.sha === sha);
    const deployments = state().deployments.filter((each) => each.sha === sha);
    return {
      comment: comments.join('\n—\n'),
      statuses: statuses.map((each) => `${each.context} ${each.state}`),
      deployments: deployments.map(
        ({ environment, statuses: all }) => `${environment} ${all.map((each) => each.state).join(' ')}`,
      ),
    };
  };

  test('killed in the middle, it is put in order and told', async () => {
    const { result, cleaned } = await applyJob({ killAt: (line) => line.includes('10-access create Namespace contrail-deploy') });
    expect(result.exitCode ?? result.endedBy).toBe('SIGKILL');
    expect(cleaned.exitCode).toBe(0);
    expect(cleaned.lines.join('\n')).toContain('cluster1: released the lock of the killed run');
    expect(told()).toEqual({
      comment: expect.stringMatching(/was cut off\.\*\* Its lock was released\.\n\n\*\*Next:\*\* Re-run this job/),
      statuses: ['cn2-fleet/apply (guide) pending', 'cn2-fleet/apply (guide) error'],
      deployments: ['guide in_progress error'],
    });
  }, 60_000);

  test('run again it goes on at once to the end, in the same comment; then there is nothing to put in order', async () => {
    const { result, cleaned, requests } = await applyJob();
    expect(result.lines.join('\n')).not.toContain('waiting for the lock');
    expect(result.exitCode).toBe(0);
    expect([cleaned.exitCode, cleaned.lines, requests]).toEqual([0, [], 0]);
    expect(result.outputs).toMatchObject({ result: 'ok', changed: 'true' });
    const { comment, statuses, deployments } = told();
    expect(comment).toMatch(/^<!-- .* -->\n✅ \*\*Apply of guide: everything was applied and every gate passed\*\*/);
    expect(statuses.slice(-2)).toEqual(['cn2-fleet/apply (guide) pending', 'cn2-fleet/apply (guide) success']);
    expect(deployments).toEqual(['guide in_progress error in_progress success']);
  }, 60_000);

  test('then no command writes anything, here or there', async () => {
    const [mark, before] = [hub.mark(), clusterWrites()];
    expect((await apply()).outputs).toMatchObject({ result: 'ok', changed: 'false' });
    const [propose, drift, plan] = await Promise.all([run('propose', onMain()), run('drift', nightly), run('plan', onMain())]);
    expect(propose.outputs).toMatchObject({ 'pull-request-operation': 'none', changed: 'false', result: 'ok' });
    expect(drift.outputs).toMatchObject({ changed: 'false', result: 'ok', issues: '' });
    expect(plan.outputs).toMatchObject({ changed: 'false', result: 'ok' });
    expect([hub.writes(mark), clusterWrites()]).toEqual([[], before]);
  }, 60_000);

  test('what was not approved is refused: exit 4, and what to do next', async () => {
    await edit('vn: other');
    const result = await apply();
    expect(result.exitCode).toBe(4);
    expect(result.outputs['failure-reason']).toContain('no longer the approved plan');
    const { comment, statuses } = told();
    expect(comment).toContain('run the propose workflow again and merge its pull request');
    expect(statuses.at(-1)).toBe('cn2-fleet/apply (guide) failure');
  }, 60_000);
});

/** Who edits by hand; a name that would do things in a log or on a page. */
const HAND = '`k` <b>@ada</b> --> ::set-output name=x::y ##[error]z #1';
async function edit(label: string): Promise<void> {
  const [key = '', value = ''] = label.split(': ');
  const network = await central.get({ resource: NETWORKS, namespace: 'ns1', name: 'vn1' });
  const { metadata } = network!;
  const labels = { ...metadata.labels, [key]: value };
  await central.update(NETWORKS, { ...network!, metadata: { ...metadata, labels } }, { fieldManager: HAND });
}

describe('drift', () => {
  /** What is deleted by hand and put back. */
  let binding: KubernetesObject;
  const target = { resource: BINDINGS, name: 'contrail-system-rolebinding' };
  const issues = () => state().issues.filter(({ pull }) => pull === undefined);

  test('one issue for the cluster that differs: who, which fields; again, and nothing is written', async () => {
    const { exitCode, outputs, lines, summary, annotations } = await run('drift', nightly);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'changes', changed: 'true', issues: String(issues()[0]?.number) });
    expect(issues().map(({ title, state: open }) => `${open} ${title}`)).toEqual([
      'open Drift: cluster1 of guide is not as approved',
    ]);
    const body = issues()[0]?.body ?? '';
    expect(body).toContain('/metadata/labels/vn');
    const own = body.replace(/^<!--[^\n]*-->\n/, '').replace(/\n<sub>\[Run [^\n]*<\/sub>$/, '');
    expect([own, summary].map(renderedFaults)).toEqual([[], []]);
    expect(own).toMatch(/^\*\*By \\`k\\` &lt;b&gt;.* \\\(Update\\\)\*\*$/m);
    expect(own).toMatch(/written last at 20\S+, first seen at 20\S+Z, \*\*breaks 2 paths: /);
    expect(own).toMatch(/^Last looked at: 20\S+Z /m);
    expect(annotations).toEqual([]);
    expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
    await quietly(() => run('drift', nightly));
  }, 60_000);

  test('a further change is in the same issue; that of a cluster that does not answer stays as it is', async () => {
    binding = (await distributed.get(target))!;
    await distributed.delete(target);
    await run('drift', nightly);
    expect(issues().map(({ title }) => title)).toEqual([
      'Drift: cluster1 of guide is not as approved',
      'Drift: cluster2 of guide is not as approved',
    ]);
    const before = issues()[1];
    await edit('more: than-approved');
    await edit('vn: another');
    const { host, hostname } = new URL(guide.distributed.url);
    const gone = guide.distributed.kubeconfig.replace(host, `${hostname}:1`);
    const mark = hub.mark();
    const result = await run('drift', nightly, { secrets: { ...guide.environment, KUBECONFIG_CLUSTER2: gone } });
    expect(result.exitCode).toBe(8);
    expect(result.outputs).toMatchObject({ result: 'unknown-cluster', 'unknown-clusters': 'cluster2' });
    expect(result.summary).toMatch(/not judged: [^\n]*; judged last at 20\S+Z/);
    expect(hub.writes(mark)).toEqual([`PATCH /issues/${issues()[0]?.number} 200`]);
    expect(issues()[0]?.body).toContain('another');
    expect(issues()[1]).toEqual(before);
  }, 60_000);

  test('the label on an issue opens a pull request in which the declaration says what is live on that cluster', async () => {
    const [issue] = issues();
    if (issue === undefined) throw new Error('there is no issue');
    const { number } = issue;
    expect(issue.body).toContain('`cn2-fleet/adopt`');
    await hub.ada('POST', `/issues/${number}/labels`, { labels: ['cn2-fleet/adopt'] });
    const labelled = { name: 'issues' as const, number, label: 'cn2-fleet/adopt' };
    const before = clusterWrites();
    const adopt = () => run('drift', labelled, { inputs: { adopt: 'true' } });
    const { exitCode, outputs, summary } = await adopt();
    expect(exitCode).toBe(0);
    expect(clusterWrites()).toEqual(before);
    const pull = hub.issue(Number(outputs['pull-request-number']));
    expect(pull).toMatchObject({ title: 'Adopt what drifted on cluster1', state: 'open' });
    expect(pull.body).toContain(`#${number}`);
    expect(pull.pull).toMatchObject({ headBranch: 'cn2-fleet-adopt/guide.cluster1', baseBranch: 'main' });
    const [old, now] = await Promise.all(
      ['main', 'cn2-fleet-adopt/guide.cluster1'].map(async (branch) => (await hub.file(branch, 'clusters.yaml')).split('\n')),
    );
    const changed = now!.filter((line, at) => line !== old![at]);
    expect(changed).toEqual([expect.stringMatching(/name: vn1, labels: \{vn: another.*, v4: /)]);
    expect(now).toHaveLength(old!.length);
    // The link to the issue is ours.
    const text = (pull.body ?? '').replace(`#${number}`, 'the issue');
    const own = text.replace(/^<!--[^\n]*-->\n/, '').replace(/\n<sub>\[Run [^\n]*<\/sub>$/, '');
    expect([own, summary].map(renderedFaults)).toEqual([[], []]);
    // The same again writes nothing, and the plan of the pull request is one of the cluster as it is.
    await quietly(adopt);
    await hub.ada('PATCH', `/pulls/${pull.number}`, { state: 'closed' });
    // Another issue of the same repository asks for nothing.
    const other = (await hub.ada('POST', '/issues', { title: 'Something else', labels: ['cn2-fleet/adopt'] })).number as number;
    const mark = hub.mark();
    const nothing = await run('drift', { ...labelled, number: other }, { inputs: { adopt: 'true' } });
    expect([nothing.exitCode, hub.writes(mark)]).toEqual([0, []]);
    expect(nothing.lines.join('\n')).toContain('is about no drift of this fleet');
    await hub.ada('PATCH', `/issues/${other}`, { state: 'closed' });
  }, 90_000);

  test('undone by hand it closes the issues with a word', async () => {
    await edit('vn: vn1');
    const { name, labels } = binding.metadata;
    await distributed.create(BINDINGS, { ...binding, metadata: { name, ...(labels === undefined ? {} : { labels }) } });
    const { exitCode, outputs } = await run('drift', nightly);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'ok', changed: 'false', issues: '' });
    for (const issue of issues().filter(({ title }) => title.startsWith('Drift: '))) {
      expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' });
      expect(hub.comments(issue.number)).toEqual([expect.stringContaining('is as approved again.')]);
    }
    await quietly(() => run('drift', nightly));
  }, 60_000);
});

describe('after all of that', () => {
  test('no secret is anywhere: git, GitHub, logs, summaries, outputs', async () => {
    const objects = await hub.twin.git(REPOSITORY).attempt(['cat-file', '--batch-all-objects', '--batch']);
    const everything = [objects.stdout.toString('latin1'), JSON.stringify(state()), ...said].join('\n');
    const token = /token: (\S+)\}/.exec(guide.central.kubeconfig)?.[1] ?? '';
    expect([said.length > 100, everything.length > 100_000, token.length > 10]).toEqual([true, true, true]);
    for (const canary of allSecretForms([token, 'canary-of-the-pull-secret', hub.token])) {
      expect([canary, everything.includes(canary)]).toEqual([canary, false]);
    }
  });

  test('everything that was asked and answered is in GitHub’s description of its API', () => {
    recorder.assertValid();
    expect(hub.twin.unknown).toEqual([]);
  });
});
