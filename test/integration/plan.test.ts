import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { CONFIGPLANE, CORE } from '../../src/cn2/names.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import { approve, isSubset } from '../../src/plan/approval.ts';
import { expectedIsEmpty } from '../../src/plan/outcome.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { cn2Definitions, DEFINITIONS } from '../support/cn2-definitions.ts';
import { carryOut, changesOn, guideDesired, look, spell } from '../support/planning.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const MIRROR = 'kubemanager-cluster2-cluster2-ns1';

function core(kind: string, plural: string): Resource {
  return { group: CORE, version: 'v1alpha1', kind, plural, namespaced: true };
}
const NETWORKS = core('VirtualNetwork', 'virtualnetworks');
const ROUTERS = core('VirtualNetworkRouter', 'virtualnetworkrouters');
const KUBEMANAGERS: Resource = {
  group: CONFIGPLANE,
  version: 'v1alpha1',
  kind: 'Kubemanager',
  plural: 'kubemanagers',
  namespaced: true,
};

/** The phases build on each other: one fleet's life. */
describe('a plan against real API servers', () => {
  const servers: ApiServer[] = [];
  const clusters = new Map<string, Cluster>();
  let fleet: Fleet;
  let desired: Desired[];
  let central: Cluster;
  let distributed: Cluster;

  beforeAll(async () => {
    ({ fleet, desired } = guideDesired());
    for (const [name, side] of [
      ['cluster1', 'central'],
      ['cluster2', 'distributed'],
    ] as const) {
      const server = await takeApiServer({ name });
      servers.push(server);
      const cluster = kubernetesConnector().connect(name, server.kubeconfig);
      clusters.set(name, cluster);
      for (const object of cn2Definitions(side)) await cluster.create(DEFINITIONS, object);
    }
    central = clusters.get('cluster1')!;
    distributed = clusters.get('cluster2')!;
    await central.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contrail' } });
    await served(central, 'VirtualNetworkRouter');
    await served(distributed, 'Vrouter');
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('predicts what cannot be previewed yet, in the order of an apply, and says what the central cluster lacks', async () => {
    const looked = await look(fleet, desired, clusters);
    const onCentral = changesOn(looked, 'cluster1').map(spell);
    expect(onCentral).toEqual([
      'create Secret contrail/workload-kubeconfig?',
      'create Kubemanager contrail/kubemanager-cluster2',
      'create Namespace ns1',
      'create Subnet ns1/subnet1?',
      `create Subnet ${MIRROR}/subnet2?`,
      'create VirtualNetwork ns1/vn1?',
      `create VirtualNetwork ${MIRROR}/vn2?`,
      'create VirtualNetworkRouter ns1/vnr1?',
      `create VirtualNetworkRouter ${MIRROR}/vnr2?`,
    ]);
    const secret = changesOn(looked, 'cluster1')[0]!;
    expect(secret.fields).toContainEqual({ path: '/data/kubeconfig', after: '(secret)' });
    expect(looked.findings.map(({ rule, cluster }) => [rule, cluster])).toEqual([['cluster', 'cluster1']]);
    expect(looked.plan.complete).toBe(true);
    expect(looked.plan.clusters.every(({ uid }) => uid !== undefined)).toBe(true);
  });

  test('reaches a plan that is empty, with few requests and no write but dry-runs', async () => {
    for (let round = 0; round < 3; round++) await carryOut(await look(fleet, desired, clusters), clusters);
    // What CN2 does: the distributed namespace appears on the central cluster with its labels.
    const ns1 = (await distributed.get({ resource: NAMESPACES, name: 'ns1' }))!;
    await central.create(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: MIRROR, labels: ns1.metadata.labels! },
    });
    await carryOut(await look(fleet, desired, clusters), clusters);
    await carryOut(await look(fleet, desired, clusters), clusters);

    const fresh = new Map(servers.map((server) => [server.name, kubernetesConnector().connect(server.name, server.kubeconfig)]));
    const marks = await Promise.all(servers.map(async (server) => (await readFile(server.auditLog!, 'utf8')).length));
    const looked = await look(fleet, desired, fresh);
    expect(looked.plan.clusters.flatMap(({ changes }) => changes.map((change) => [spell(change), change.fields]))).toEqual([]);
    expect(expectedIsEmpty(looked.plan)).toBe(true);
    for (const { name, requests } of looked.plan.clusters) {
      expect(requests).toBe(fresh.get(name)!.counts().total);
      expect(requests).toBeLessThanOrEqual(25);
    }
    expect([...fresh.values()].map((cluster) => cluster.counts().byVerb['APPLY-DRYRUN'] ?? 0)).toEqual([0, 0]);
    for (const [index, server] of servers.entries()) {
      const text = (await readFile(server.auditLog!, 'utf8')).slice(marks[index]!);
      const events = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { verb: string; requestURI: string; user: { username: string } });
      const own = events.filter(({ user }) => user.username === 'admin');
      expect(own.length).toBeGreaterThan(5);
      expect(
        own.filter(({ verb, requestURI }) => !['get', 'list', 'watch'].includes(verb) && !requestURI.includes('dryRun=All')),
      ).toEqual([]);
    }
    await Promise.all([...fresh.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
  }, 60_000);

  test('finds nothing either when every object is asked for', async () => {
    const looked = await look(fleet, desired, clusters, { full: true });
    // All but the Secrets: their content goes to no server before it is approved.
    expect(looked.previews.length).toBe(desired.filter(({ object }) => object.kind !== 'Secret').length);
    expect(looked.plan.clusters.flatMap(({ changes }) => changes.map((change) => [spell(change), change.fields]))).toEqual([]);
  });

  test('names field, values and owner of what somebody else has changed; approving it takes it back', async () => {
    await central.apply(KUBEMANAGERS, object(KUBEMANAGERS, 'contrail', 'kubemanager-cluster2', { kubeconfigSecretName: 'one' }), {
      fieldManager: 'kubectl-edit',
      force: true,
    });
    const looked = await look(fleet, desired, clusters);
    expect(changesOn(looked, 'cluster2')).toEqual([]);
    expect(changesOn(looked, 'cluster1')).toMatchObject([
      {
        action: 'update',
        kind: 'Kubemanager',
        for: 'cluster2',
        stage: '40-kubemanager',
        fields: [
          { path: '/spec/kubeconfigSecretName', before: 'one', after: 'workload-kubeconfig', conflictsWith: 'kubectl-edit' },
        ],
      },
    ]);
    const approved = approve(looked.plan);
    expect(isSubset((await look(fleet, desired, clusters)).plan, approved)).toEqual({ ok: true });

    await central.apply(KUBEMANAGERS, object(KUBEMANAGERS, 'contrail', 'kubemanager-cluster2', { kubeconfigSecretName: 'two' }), {
      fieldManager: 'kubectl-edit',
      force: true,
    });
    const moved = await look(fleet, desired, clusters);
    const subset = isSubset(moved.plan, approved, moved.live);
    expect(subset.ok === false && subset.texts[0]).toMatch(
      /^cluster1: Kubemanager contrail\/kubemanager-cluster2: \/spec\/kubeconfigSecretName approved: "one" → "workload-kubeconfig", now: "two" → "workload-kubeconfig"; last written by kubectl-edit at /,
    );
    await carryOut(moved, clusters);
    expect(expectedIsEmpty((await look(fleet, desired, clusters)).plan)).toBe(true);
  });

  test('adopts what was made by hand and is equal: only marks change, the annotations of others stay', async () => {
    const target = { resource: ROUTERS, namespace: 'ns1', name: 'vnr1' };
    await central.delete(target);
    const wanted = desired.find(
      ({ object: { kind, metadata } }) => kind === 'VirtualNetworkRouter' && metadata.name === 'vnr1',
    )!.object;
    const labels = Object.fromEntries(Object.entries(wanted.metadata.labels!).filter(([key]) => !key.includes('/')));
    const byHand = {
      ...wanted,
      metadata: { ...wanted.metadata, labels, annotations: { 'core.juniper.net/display-name': 'vnr1' } },
    };
    await central.create(ROUTERS, byHand, { fieldManager: 'kubectl-create' });
    const looked = await look(fleet, desired, clusters);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual(['adopt VirtualNetworkRouter ns1/vnr1']);
    expect(changesOn(looked, 'cluster1')[0]!.fields.map(({ path, conflictsWith }) => [path, conflictsWith])).toEqual([
      ['/metadata/labels/app.kubernetes.io~1managed-by', undefined],
      ['/metadata/labels/cn2-fleet~1fleet', undefined],
    ]);
    await carryOut(looked, clusters);
    expect((await central.get(target))?.metadata.annotations).toEqual({ 'core.juniper.net/display-name': 'vnr1' });
    expect(expectedIsEmpty((await look(fleet, desired, clusters)).plan)).toBe(true);
  });

  test('takes another spelling of an address for the same, also in an object made by hand', async () => {
    const wanted = desired.find(({ object: { kind } }) => kind === 'Kubemanager')!.object;
    const spec = { ...(wanted['spec'] as object), podV6Subnet: 'fd85:ee78:d8a6:8607::3:0000/112' };
    expect(spec.podV6Subnet).not.toBe((wanted['spec'] as typeof spec).podV6Subnet);
    await central.delete({ resource: KUBEMANAGERS, namespace: 'contrail', name: 'kubemanager-cluster2' });
    await central.create(
      KUBEMANAGERS,
      { ...wanted, metadata: { name: 'kubemanager-cluster2', namespace: 'contrail' }, spec },
      { fieldManager: 'kubectl-create' },
    );
    const looked = await look(fleet, desired, clusters);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual(['adopt Kubemanager contrail/kubemanager-cluster2']);
    await carryOut(looked, clusters);
    const live = await central.get({ resource: KUBEMANAGERS, namespace: 'contrail', name: 'kubemanager-cluster2' });
    expect((live!['spec'] as typeof spec).podV6Subnet).toBe('fd85:ee78:d8a6:8607::3:0000/112');
    expect(expectedIsEmpty((await look(fleet, desired, clusters)).plan)).toBe(true);
  });

  test('refuses to change what cannot change in place', async () => {
    const other = desired.map((entry) =>
      entry.object.kind === 'Kubemanager'
        ? { ...entry, object: { ...entry.object, spec: { ...(entry.object['spec'] as object), podV4Subnet: '10.99.0.0/17' } } }
        : entry,
    );
    expect(changesOn(await look(fleet, other, clusters), 'cluster1')).toMatchObject([
      { action: 'replace', kind: 'Kubemanager', fields: [{ path: '/spec/podV4Subnet', after: '10.99.0.0/17' }] },
    ]);
  });

  test('calls a replacement what the server refuses for what the object is', async () => {
    const edits: Record<string, (object: KubernetesObject) => object> = {
      Deployment: (object) => ({ spec: { ...(object['spec'] as object), selector: { matchLabels: { app: 'another' } } } }),
      ClusterRoleBinding: (object) => ({ roleRef: { ...(object['roleRef'] as object), name: 'another' } }),
    };
    const other = desired.map((entry) => {
      const edit = edits[entry.object.kind];
      return edit === undefined ? entry : { ...entry, object: { ...entry.object, ...edit(entry.object) } };
    });
    const kinds = new Set(desired.map(({ object: { kind } }) => kind).filter((kind) => edits[kind] !== undefined));
    const looked = await look(fleet, other, clusters);
    expect(new Set(changesOn(looked, 'cluster2').map(({ action, kind }) => `${action} ${kind}`))).toEqual(
      new Set([...kinds].map((kind) => `replace ${kind}`)),
    );
    expect(kinds.has('Deployment')).toBe(true);
  });

  test('makes a strategy Recreate, although the API server keeps what it defaulted for rolling updates', async () => {
    const recreate = desired.map((entry) =>
      entry.object.kind === 'Deployment'
        ? { ...entry, object: { ...entry.object, spec: { ...(entry.object['spec'] as object), strategy: { type: 'Recreate' } } } }
        : entry,
    );
    const looked = await look(fleet, recreate, clusters);
    const kept = { before: '25%' };
    expect(changesOn(looked, 'cluster2')).toMatchObject([
      {
        action: 'update',
        kind: 'Deployment',
        predicted: false,
        fields: [
          { path: '/spec/strategy/rollingUpdate/maxSurge', ...kept },
          { path: '/spec/strategy/rollingUpdate/maxUnavailable', ...kept },
          { path: '/spec/strategy/type', before: 'RollingUpdate', after: 'Recreate' },
        ],
      },
    ]);
    await carryOut(looked, clusters);
    expect(expectedIsEmpty((await look(fleet, recreate, clusters)).plan)).toBe(true);
    await carryOut(await look(fleet, desired, clusters), clusters);
    expect(expectedIsEmpty((await look(fleet, desired, clusters)).plan)).toBe(true);
  });

  test('deletes what is no longer declared: routers, then networks, then subnets; never a namespace', async () => {
    const fewer = desired.filter(({ manifest }) => !['80-networks', '90-routers', '70-namespaces'].includes(manifest.stage));
    const looked = await look(fleet, fewer, clusters);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual([
      `delete VirtualNetworkRouter ${MIRROR}/vnr2`,
      'delete VirtualNetworkRouter ns1/vnr1',
      `delete VirtualNetwork ${MIRROR}/vn2`,
      `delete Subnet ${MIRROR}/subnet2`,
      'delete VirtualNetwork ns1/vn1',
      'delete Subnet ns1/subnet1',
    ]);
    expect(changesOn(looked, 'cluster1').map((change) => change.for)).toEqual([
      'cluster2',
      'cluster1',
      'cluster2',
      'cluster2',
      'cluster1',
      'cluster1',
    ]);
    expect(changesOn(looked, 'cluster2')).toEqual([]);
    expect(looked.preconditions).toHaveLength(6);
    await carryOut(looked, clusters);
    expect(await central.list(NETWORKS)).toEqual([]);
    expect(expectedIsEmpty((await look(fleet, fewer, clusters)).plan)).toBe(true);
  });

  test('narrows itself to an owner', async () => {
    const looked = await look(fleet, desired, clusters, { only: ['cluster2'] });
    expect(looked.plan.clusters.flatMap(({ changes }) => changes).map(spell)).toEqual([
      `create Subnet ${MIRROR}/subnet2`,
      `create VirtualNetwork ${MIRROR}/vn2`,
      `create VirtualNetworkRouter ${MIRROR}/vnr2`,
    ]);
  });

  test('makes a cluster unknown, with the cause, when a kind may not be read; nothing of it is deleted', async () => {
    const restricted = servers[0]!.kubeconfig.replace('user: {token', 'user: {as: stranger, token');
    const stranger = kubernetesConnector().connect('cluster1', restricted);
    const looked = await look(fleet, [], new Map([...clusters, ['cluster1', stranger]]));
    expect(looked.plan.clusters[0]).toMatchObject({ status: 'unknown', changes: [] });
    expect(looked.plan.clusters[0]!.reason).toMatch(/^cluster1: the credential may not (list|get) /);
    expect(looked.plan.complete).toBe(false);
    await stranger[Symbol.asyncDispose]();
  });

  test('goes on without a cluster that is gone', async () => {
    await servers[1]!.kill();
    const looked = await look(fleet, desired, clusters);
    expect(looked.plan.clusters.map(({ name, status }) => [name, status])).toEqual([
      ['cluster1', 'known'],
      ['cluster2', 'unknown'],
    ]);
    expect(looked.plan.clusters[1]!.reason).toBe(`cluster2: ${servers[1]!.url} refuses connections`);
    expect(changesOn(looked, 'cluster1').length).toBeGreaterThan(0);
    expect(looked.plan.complete).toBe(false);
  });
});

function object(resource: Resource, namespace: string, name: string, spec: object): KubernetesObject {
  return { apiVersion: `${resource.group}/${resource.version}`, kind: resource.kind, metadata: { namespace, name }, spec };
}

async function served(cluster: Cluster, kind: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await cluster.discover()).resources.some((resource) => resource.kind === kind)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${kind} is not served`);
}
