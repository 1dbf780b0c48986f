import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { sha256 } from '../../src/declare/digest.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import type { RenderIndex } from '../../src/model/manifest.ts';
import type { ApprovedPlan } from '../../src/model/plan.ts';
import { planDigest } from '../../src/plan/digest.ts';
import { indexEntry, sealedIndex } from '../../src/render/tree.ts';
import { writeJson, writeYaml } from '../../src/render/yaml-writer.ts';
import { documentJson } from '../../src/report/json/document.ts';
import { toolRequests } from '../support/plain-guide.ts';
import { REPOSITORY } from '../support/publish-forge.ts';
import type { JobRequest } from '../support/publish-job.ts';
import { type PublishWorld, publishWorld } from '../support/publish-world.ts';
import type { StepResult } from '../support/runner-step.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const BRANCH = 'cn2-fleet/guide';

let world: PublishWorld;
let guide: PublishWorld['guide'];
let hub: PublishWorld['hub'];
let declaration: string;

beforeAll(async () => {
  world = await publishWorld();
  ({ guide, hub, declaration } = world);
}, 180_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const run = async (
  command: JobRequest['command'],
  event: JobRequest['event'],
  more: Partial<JobRequest> = {},
): Promise<StepResult> => {
  const done = await world.job(command, event, more);
  if (done.exitCode === 1) throw new Error(done.lines.join('\n'));
  return done;
};
const onMain = () => ({ name: 'push' as const, branch: 'main', after: hub.head('main') ?? '' });
const planOf = (number: number, more: Partial<JobRequest> = {}) => run('plan', { name: 'pull_request', number }, more);
const asked = () => [guide.central, guide.distributed].map((server) => toolRequests(server).length);
/** The newest check of each name on the head of a pull request: what GitHub shows. */
const checks = (number: number) => {
  const sha = hub.issue(number).pull?.headSha;
  const all = hub.twin.repository(REPOSITORY).checkRuns.filter((check) => check.sha === sha);
  return [...new Map(all.map(({ name, conclusion }) => [name, conclusion]))];
};
const [GREEN, RED] = ['success', 'failure'].map((conclusion) => [['cn2-fleet plan (clusters.yaml)', conclusion]]);

/** Files of rendered/ on a branch with further objects in them, sealedIndex as the tool seals them. */
async function resealed(from: string, objects: { stage: string; object: Record<string, unknown> }[]) {
  const index = JSON.parse(await hub.file(from, 'rendered/index.json')) as RenderIndex;
  const { digest: _, ...rest } = index;
  const files: Record<string, string> = {};
  const added = objects.map(({ stage, object }) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
    const path = `cluster1/${stage}/${kind.toLowerCase()}.${metadata.namespace ?? '_'}.${metadata.name}.yaml`;
    const text = writeYaml(object);
    files[`rendered/${path}`] = text;
    const first = index.objects[0]!;
    return indexEntry({ ...first, stage: stage as never, path, object: object as never, text, digest: sha256(text) });
  });
  const text = writeJson(sealedIndex({ ...rest, objects: [...index.objects, ...added] }));
  files['rendered/index.json'] = text;
  return { files, index: sha256(text) };
}

const EVIL = [
  {
    stage: '10-access',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'helpful', labels: { 'app.kubernetes.io/managed-by': 'cn2-fleet' } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mallory' }],
    },
  },
  {
    stage: '20-deployer',
    object: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'miner', namespace: 'kube-system' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'x', image: 'evil.example/x', securityContext: { privileged: true } }] },
        },
      },
    },
  },
  {
    stage: '10-access',
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'theirs', namespace: 'mallory', annotations: { 'cn2-fleet/content': 'handover:cluster1' } },
      type: 'Opaque',
    },
  },
];

describe('the proposal of the tool', () => {
  test('is green under the name of the plan job as soon as it is there, and says that merging approves it', async () => {
    const { exitCode, outputs } = await run('propose', onMain());
    expect([exitCode, outputs['pull-request-number']]).toEqual([0, '1']);
    expect(checks(1)).toEqual([['cn2-fleet plan', 'success']]);
    expect(hub.twin.repository(REPOSITORY).checkRuns.at(-1)?.text).toMatch(/^<sub>\[Run \d+\]\(http/);
    expect(hub.issue(1).body).toContain('writes the check “cn2-fleet plan” itself');
    const plan = await planOf(1);
    expect([plan.exitCode, plan.outputs['result']]).toEqual([0, 'changes']);
    expect(hub.comments(1)[0]).toContain('**merging it approves exactly this plan.**');
    expect(checks(1)).toContainEqual(['cn2-fleet plan (clusters.yaml)', 'success']);
  }, 90_000);

  test('without `checks: write` that is a warning: the proposal stands', async () => {
    const { contents, ...rest } = { contents: 'write', 'pull-requests': 'write', checks: 'none' } as const;
    const token = hub.twin.addToken({ permissions: { contents, ...rest } });
    const { exitCode, lines, outputs } = await run('propose', onMain(), { token });
    expect([exitCode, outputs['pull-request-operation']]).toEqual([0, 'unchanged']);
    expect(lines.join('\n')).toContain('the check “cn2-fleet plan” is not on the proposal');
    expect(lines.join('\n')).toContain('checks: write');
  }, 60_000);

  test.each([
    [
      'one more delete',
      (plan: ApprovedPlan) =>
        plan.clusters[0]?.changes.push({ ...plan.clusters[0].changes[0]!, action: 'delete', name: 'theirs' }),
    ],
    ['no uid of a cluster', (plan: ApprovedPlan) => delete plan.clusters[0]?.uid],
  ])(
    'its plan.json with %s, sealedIndex again, is refused',
    async (_, edit) => {
      const before = hub.head(BRANCH)!;
      const plan = JSON.parse(await hub.file(BRANCH, 'rendered/plan.json')) as ApprovedPlan;
      edit(plan);
      await hub.twin.commit(REPOSITORY, {
        branch: BRANCH,
        files: { 'rendered/plan.json': documentJson({ ...plan, digest: planDigest(plan) }) },
        author: 'mallory',
      });
      const { exitCode } = await planOf(1);
      expect(exitCode).toBe(3);
      const [comment = ''] = hub.comments(1);
      expect(comment).not.toContain('approves exactly');
      expect(comment).toContain('`rendered/plan.json:1:1` **rendered**');
      expect(checks(1)).toEqual(RED);
      await hub.ada('PATCH', `/git/refs/heads/${BRANCH}`, { sha: before, force: true });
    },
    90_000,
  );

  test('is refused when the clusters have moved since, until it is proposed again', async () => {
    await using central = kubernetesConnector().connect('cluster1', guide.central.kubeconfig);
    await central.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alone' } });
    expect((await planOf(1)).exitCode).toBe(3);
    const [comment = ''] = hub.comments(1);
    expect(comment).toContain('is not the current plan: 1 with different content');
    expect(comment).toContain('- 🛑 plan.json has different content: create `Namespace alone` on `cluster1`');
    expect(comment).toContain('Run the propose workflow');
    expect(checks(1)).toContainEqual(['cn2-fleet plan (clusters.yaml)', 'failure']);
    expect((await run('propose', onMain())).outputs['pull-request-operation']).toBe('updated');
    expect((await planOf(1)).exitCode).toBe(0);
    expect(hub.comments(1)[0]).toContain('approves exactly');
  }, 90_000);
});

describe('a pull request', () => {
  beforeAll(async () => {
    await hub.merge(1);
    expect((await run('apply', onMain())).exitCode).toBe(0);
  }, 120_000);

  test('that touches no file of the fleet is green at once: no cluster is asked, no comment is made', async () => {
    const number = await hub.openPull('readme', { 'README.md': 'x' });
    const before = asked();
    const { exitCode, outputs, summary } = await planOf(number, { secrets: {} });
    expect([exitCode, outputs['result'], outputs['changed']]).toEqual([0, 'ok', 'false']);
    expect(summary).toContain('no file of the fleet is touched');
    expect(asked()).toEqual(before);
    expect(hub.comments(number)).toEqual([]);
    expect(checks(number)).toEqual(GREEN);
    // The same where nothing is to be written.
    const quiet = await planOf(number, { secrets: {}, inputs: { publish: 'false' } });
    expect([quiet.exitCode, quiet.outputs['changed'], asked()]).toEqual([0, 'false', before]);
    // Its old comment would say something else.
    const branch = 'readme';
    await hub.twin.commit(REPOSITORY, {
      branch,
      files: { 'clusters.yaml': declaration.replace('vn: vn1', 'vn: x') },
      author: 'ada',
    });
    await planOf(number);
    expect(hub.comments(number)).toEqual([expect.stringContaining('merging it approves nothing yet')]);
    await hub.twin.commit(REPOSITORY, { branch, files: { 'clusters.yaml': declaration }, author: 'ada' });
    await planOf(number);
    expect(hub.comments(number)).toEqual([expect.stringContaining('no file of the fleet is touched')]);
    expect(checks(number)).toEqual(GREEN);
  }, 120_000);

  test('that edits rendered/ alone, index and plan sealedIndex again, fails and names every object', async () => {
    const { files, index } = await resealed('main', EVIL);
    const plan = { ...(JSON.parse(await hub.file('main', 'rendered/plan.json')) as ApprovedPlan), index };
    const number = await hub.openPull('evil', {
      ...files,
      'rendered/plan.json': documentJson({ ...plan, digest: planDigest(plan) }),
    });
    const { exitCode, outputs, lines } = await planOf(number);
    expect([exitCode, outputs['result']]).toEqual([3, 'rule-broken']);
    const [comment = ''] = hub.comments(number);
    expect(comment).not.toMatch(/approves nothing|approves exactly/);
    for (const object of ['ClusterRoleBinding helpful', 'DaemonSet kube-system/miner', 'Secret mallory/theirs'])
      for (const text of [comment, lines.join('\n')])
        expect(text).toMatch(new RegExp(`not declared: .?${object}.? on .?cluster1`));
    for (const path of Object.keys(files)) expect(comment).toContain(`\`${path}:`);
    expect(checks(number)).toEqual(RED);
    // From a stranger: the same, and nothing of it is called a delete.
    const reading = hub.twin.addToken({ permissions: 'read' });
    const stranger = await planOf(number, { token: reading, secrets: {}, actor: 'dependabot[bot]' });
    expect(stranger.exitCode).toBe(3);
    expect(stranger.outputs).toMatchObject({ 'to-delete': '0', 'to-create': '0' });
    expect(stranger.summary).toContain('not declared: `ClusterRoleBinding helpful` on `cluster1`');
  }, 120_000);

  test('that removes rendered/ fails', async () => {
    const git = hub.twin.git(REPOSITORY);
    const paths = (await git.run(['ls-tree', '-r', '--name-only', 'main', 'rendered'])).split('\n');
    const number = await hub.openPull('gone', Object.fromEntries(paths.map((path) => [path, undefined])));
    expect((await planOf(number)).exitCode).toBe(3);
    expect(hub.comments(number)[0]).toContain('rendered is removed');
    expect(checks(number)).toEqual(RED);
  }, 60_000);
});

test('a fork’s plan is compared with what is rendered on the base branch, whatever the fork has there', async () => {
  await hub.twin.createRepository({ owner: 'mallory', name: 'fleet', forkOf: REPOSITORY });
  const reading = hub.twin.addToken({ permissions: 'read' });
  const { files } = await resealed('main', EVIL);
  const more = declaration.replace('vn: vn1', 'vn: other');
  await hub.twin.commit('mallory/fleet', { branch: 'evil', files: { ...files, 'clusters.yaml': more } });
  const { number } = await hub.ada('POST', '/pulls', { title: 'evil', head: 'mallory:evil', base: 'main' });
  const mark = hub.mark();
  const { exitCode, outputs, summary } = await planOf(number, { token: reading, secrets: {} });
  expect(exitCode).toBe(3);
  // Of the base's files only those are read that the declaration renders otherwise.
  const blobs = hub.twin.requests.slice(mark).filter(({ path }) => path.includes('/git/blobs/'));
  expect(blobs.length).toBeLessThan(7);
  expect(outputs).toMatchObject({ 'to-delete': '0', 'to-create': '0', 'to-update': '2' });
  expect(summary).toContain('not declared: `Secret mallory/theirs` on `cluster1`');
  expect(summary).not.toContain('🛑 delete');
  // The same where nothing is to be published: no cluster is asked, whatever the runner has.
  const before = asked();
  const quiet = await planOf(number, { token: reading, inputs: { publish: 'false' } });
  expect([quiet.exitCode, quiet.outputs['to-delete'], asked()]).toEqual([3, '0', before]);
}, 90_000);
