import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { LEASE_RESOURCE } from '../../src/apply/lease.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { cli } from '../support/cli.ts';
import { toolRequests } from '../support/plain-guide.ts';
import { REPOSITORY } from '../support/publish-forge.ts';
import { git, type JobRequest, publishJob, type StepOptions } from '../support/publish-job.ts';
import { type PublishWorld, publishWorld } from '../support/publish-world.ts';
import { type Forgery, resealed } from '../support/resealed.ts';
import type { StepResult } from '../support/runner-step.ts';

const ROUTERS: Resource = {
  group: CORE,
  version: 'v1alpha1',
  kind: 'VirtualNetworkRouter',
  plural: 'virtualnetworkrouters',
  namespaced: true,
};
const CONNECTION = /^connections:\n(?: .*\n)+/m;
const STAGED = { cluster: 'cluster2', stage: '20-deployer' } as const;
const MARKS = { 'app.kubernetes.io/managed-by': 'cn2-fleet', 'cn2-fleet/fleet': 'guide' };

let world: PublishWorld;
let guide: PublishWorld['guide'];
let hub: PublishWorld['hub'];
let central: Cluster;
let declaration: string;
let folder: string;

beforeAll(async () => {
  world = await publishWorld();
  ({ guide, hub, declaration } = world);
  central = await kubernetesConnector().connect('cluster1', guide.central.kubeconfig);
  folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-trust-'));
}, 180_000);

afterAll(async () => {
  await central?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const head = () => hub.head('main') ?? '';
const job = (command: JobRequest['command'], after = head(), more: Partial<JobRequest> & StepOptions = {}) =>
  world.job(command, { name: 'push', branch: 'main', after }, more);
const commit = (files: Record<string, string | undefined>) =>
  hub.twin.commit(REPOSITORY, { branch: 'main', files, author: 'ada' });
const declare = (text: string) => commit({ 'clusters.yaml': text });
const routers = async () =>
  (await central.list(ROUTERS))
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('vnr'))
    .sort();
const clusterWrites = () =>
  [guide.central, guide.distributed].map((server) => toolRequests(server).filter(({ write }) => write).length);

/** Opens a proposal, merges it; gives the merge. */
async function approve(method?: 'merge' | 'squash'): Promise<string> {
  const { outputs } = await job('propose');
  expect(outputs).toMatchObject({ 'pull-request-operation': expect.stringMatching(/created|updated/) });
  return hub.merge(Number(outputs['pull-request-number']), method);
}

/** Exit 4 with this reason, and not one write on any cluster. */
async function refused(work: () => Promise<StepResult>, reason: RegExp): Promise<void> {
  const before = clusterWrites();
  const { exitCode, outputs, summary } = await work();
  expect(`${outputs['failure-reason']}\n${summary}`).toMatch(reason);
  expect([exitCode, clusterWrites()]).toEqual([4, before]);
}

/** What is committed below rendered/. */
async function renderedFiles(): Promise<Record<string, string>> {
  const paths = (await hub.twin.git(REPOSITORY).run(['ls-tree', '-r', '--name-only', 'main', 'rendered'])).split('\n');
  const entries = paths.map(async (path) => [path.slice('rendered/'.length), await hub.file('main', path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Merges a forgery, tries the apply of it, and reverts it. */
async function forged(forgery: Forgery, reason: RegExp, besides: Record<string, string> = {}): Promise<void> {
  const before = await renderedFiles();
  const after = resealed(before, forgery);
  const below = (files: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`rendered/${path}`, text]));
  await commit({ ...below(after), ...besides });
  await refused(() => job('apply'), reason);
  const gone = Object.keys(after).filter((path) => before[path] === undefined);
  await commit({
    ...below(before),
    ...below(Object.fromEntries(gone.map((path) => [path, undefined]))),
    ...Object.fromEntries(Object.keys(besides).map((path) => [path, undefined])),
  });
}

describe('an old approval', () => {
  let first: string;

  test('is applied once, in its turn', async () => {
    first = await approve();
    expect((await job('apply', first)).exitCode).toBe(0);
    expect(await routers()).toEqual(['vnr1', 'vnr2']);
    const lease = await central.get({ resource: LEASE_RESOURCE, namespace: 'contrail', name: 'cn2-fleet-guide' });
    expect(JSON.parse(lease?.metadata.annotations?.['cn2-fleet/applied'] ?? '')).toMatchObject({
      serial: 1,
      commit: first,
      finished: true,
    });
    await declare(declaration.replace(CONNECTION, ''));
    expect((await job('apply', await approve())).exitCode).toBe(0);
    expect(await routers()).toEqual([]);
  }, 120_000);

  test('does not bring back what was removed since, run again in GitHub or from a checkout elsewhere', async () => {
    await refused(
      () => job('apply', first),
      /approved plan 1 is older than what was applied since: plan 2 \(commit [0-9a-f]{7}\)/,
    );
    using one = await publishJob({
      twin: hub.twin,
      repository: REPOSITORY,
      command: 'apply',
      event: { name: 'push', branch: 'main', after: first },
      token: hub.token,
    });
    await git(one.workspace, one.workspace, 'checkout', '--quiet', first);
    const before = clusterWrites();
    const { exitCode, stdout } = await cli(one.workspace, ['apply'], { environment: guide.environment });
    expect(stdout).toContain('approved plan 1 is older than what was applied since: plan 2');
    expect([exitCode, clusterWrites()]).toEqual([4, before]);
    expect(await routers()).toEqual([]);
  }, 60_000);

  test('comes back with a revert commit that is proposed, merged and applied', async () => {
    await declare(declaration);
    expect((await job('apply', await approve('squash'))).exitCode).toBe(0);
    expect(await routers()).toEqual(['vnr1', 'vnr2']);
    expect((await job('apply')).outputs).toMatchObject({ result: 'ok', changed: 'false' });
  }, 120_000);

  test('is used up: what somebody removes by hand afterwards needs a new one', async () => {
    await central.delete({ resource: ROUTERS, namespace: 'ns1', name: 'vnr1' });
    await refused(() => job('apply'), /has already been applied and proven: plan 3 \(commit/);
    expect((await job('apply', await approve())).exitCode).toBe(0);
    expect(await routers()).toEqual(['vnr1', 'vnr2']);
  }, 120_000);
});

describe('what was merged but is not what the declaration renders', () => {
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'helper', labels: MARKS },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  };
  const container = { name: 'agent', image: 'elsewhere.example/agent:1', securityContext: { privileged: true } };
  const labels = { app: 'agent' };
  const daemon = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'kube-system', labels: MARKS },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x', namespace: 'default', labels: MARKS, annotations: { 'cn2-fleet/content': 'handover:cluster1' } },
    type: 'Opaque',
  };

  test('further objects, with an index and a plan that fit: not one is made', async () => {
    await forged({ add: [binding, daemon, secret].map((object) => ({ ...STAGED, object })) }, /^edited: rendered\//);
  }, 60_000);

  test('another kubeconfig in fleet.json: no program of it runs', async () => {
    const trace = join(folder, 'ran');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [trace], interactiveMode: 'Never' };
    const kubeconfig = guide.central.kubeconfig.replace(/users:.*$/s, '');
    const evil = `${kubeconfig}\nusers: [{name: x, user: {exec: ${JSON.stringify(exec)}}}]\ncontexts: [{name: x, context: {user: x, cluster: x}}]\ncurrent-context: x\n`;
    const file = (text: string) => text.replace('"env": "KUBECONFIG_CLUSTER1"', '"file": "evil.yaml"');
    await forged({ fleet: file }, /^edited: rendered\/fleet\.json/, { 'evil.yaml': evil });
    expect(existsSync(trace)).toBe(false);
  }, 60_000);

  test('a plan that approves one more delete and names no cluster', async () => {
    await declare(declaration.replace('vn: vn3', 'vn: other'));
    await approve();
    await forged(
      {
        plan: (plan) => ({
          ...plan,
          clusters: plan.clusters.map(({ uid: _, ...cluster }) => cluster),
        }),
      },
      /does not say which cluster cluster1 is/,
    );
    expect((await job('apply')).exitCode).toBe(0);
  }, 60_000);

  test('a newer declaration: outdated; a file that a step of the job changed: not of this commit', async () => {
    await declare(declaration);
    await refused(() => job('apply'), /^outdated: clusters\.yaml has changed since the manifests were rendered from it/);
    await approve();
    using one = await publishJob({
      twin: hub.twin,
      repository: REPOSITORY,
      command: 'apply',
      event: { name: 'push', branch: 'main', after: head() },
      token: hub.token,
      secrets: guide.environment,
    });
    const inWorkspace = (...args: string[]) => git(one.workspace, one.workspace, ...args);
    await inWorkspace('config', 'filter.up.smudge', 's=$(cat; echo "# checked out"); echo "$s"');
    await inWorkspace('config', 'filter.up.clean', 'sed "/^# checked out$/d"');
    await inWorkspace('config', 'core.attributesFile', join(folder, 'attributes'));
    writeFileSync(join(folder, 'attributes'), 'clusters.yaml filter=up\n');
    rmSync(join(one.workspace, 'clusters.yaml'));
    await inWorkspace('checkout', '--quiet', '--', 'clusters.yaml');
    expect(await inWorkspace('status', '--porcelain')).toBe('');
    await refused(() => one.run(), /^not of this commit: clusters\.yaml differs from the commit/);
    expect((await job('apply')).exitCode).toBe(0);
  }, 120_000);
});

describe('the head of the branch', () => {
  test('with newer inputs alone: an apply that was killed goes on at its commit', async () => {
    await declare(declaration.replace('vn: vn3', 'vn: third'));
    const merged = await approve();
    const killed = await job('apply', merged, { killAt: (line) => line.includes('80-networks update') });
    expect(killed.exitCode ?? killed.endedBy).toBe('SIGKILL');
    await declare(declaration.replace('vn: vn3', 'vn: fourth'));
    expect((await job('apply', merged, { inputs: { 'lock-timeout': '120' } })).exitCode).toBe(0);
  }, 180_000);

  test('with something newer approved: only that is applied', async () => {
    const old = await approve();
    await declare(declaration.replace('vn: vn3', 'vn: fifth'));
    const newest = await approve();
    await refused(
      () => job('apply', old),
      new RegExp(
        `^rendered of commit ${old.slice(0, 7)} is not what main holds \\(commit ${newest.slice(0, 7)}\\).*/acme/fleet/commits/main/rendered`,
      ),
    );
    expect((await job('apply', newest)).exitCode).toBe(0);
  }, 120_000);

  test('that cannot be read ends with 1 and writes nothing', async () => {
    await declare(declaration);
    const merged = await approve();
    const before = clusterWrites();
    const { exitCode, outputs } = await job('apply', merged, { inputs: { base: 'nowhere', publish: 'false' } });
    expect(outputs['failure-reason']).toMatch(/the repository has no branch nowhere/);
    expect(exitCode).toBe(1);
    expect(clusterWrites()).toEqual(before);
    expect((await job('apply', merged)).exitCode).toBe(0);
  }, 60_000);
});
