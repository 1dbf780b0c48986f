import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { resourceLookup } from '../../src/apply/resources.ts';
import { unread } from '../../src/diagnosis/facts.ts';
import { keep } from '../../src/expectation/keep.ts';
import { observe } from '../../src/observe/observe.ts';
import { preview } from '../../src/observe/preview.ts';
import { approve, isSubset } from '../../src/plan/approval.ts';
import { openQuestions } from '../../src/plan/comparison.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { toServed } from '../../src/plan/served.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { loadKept, storeKept } from '../../src/rollout/kept-matrix.ts';
import { pathFacts } from '../../src/rollout/path-facts.ts';
import { connectAs, deploy, refusedTo } from '../support/deployed-identities.ts';
import { path, runOf } from '../support/kept.ts';
import { takeLock } from '../support/lock.ts';
import { executeReal, planReal, type RealFleet, startRealFleet } from '../support/real-fleet.ts';
import { servedHere } from '../support/served-here.ts';

/** A server obeys a policy a moment after it has stored it: what changes nothing is written until that is refused. */
async function policyHolds(cluster: Cluster): Promise<void> {
  const namespaces = (await cluster.discover()).resources.find(({ kind }) => kind === 'Namespace')!;
  const same = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cn2-fleet' } };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await cluster.apply(namespaces, same).catch((error: unknown) => error);
    if (answer instanceof ClusterError && answer.cause === 'forbidden') return;
    await setTimeout(100);
  }
  throw new Error(`${cluster.name}: the policy holds nothing`);
}

describe.each<[string, Partial<Switches> | undefined]>([
  ['definitions', undefined],
  ['an aggregated API', {}],
  ['one without server-side apply', { serverSideApply: 'off' }],
])('the identity that plans, core kinds from %s', (_title, switches) => {
  let world: RealFleet;
  const clusters = new Map<string, Cluster>();

  beforeAll(async () => {
    world = await startRealFleet(undefined, switches);
    await deploy(world.central, 'central', ['plan.yaml', 'plan-dry-run.yaml']);
    await deploy(world.distributed, 'distributed', ['plan.yaml', 'plan-dry-run.yaml']);
    for (const cluster of world.clusters.values()) clusters.set(cluster.name, await connectAs('plan', cluster));
    await Promise.all([...clusters.values()].map(policyHolds));
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    await world?.[Symbol.asyncDispose]();
  });

  async function planned(connections: ReadonlyMap<string, Cluster>) {
    const manifests = world.desired.map(({ manifest }) => manifest);
    const live = await observe({ fleet: servedHere(world.fleet, connections), clusters: connections, manifests });
    const { desired } = toServed(world.desired, live);
    const previews = await preview(connections, openQuestions(world.fleet, desired, live));
    return makePlan({ fleet: world.fleet, index: 'sha256:index', desired, live, previews }).plan;
  }

  test('plans all that an administrator does, but for Secrets, which it does not compare', async () => {
    const [mine, theirs] = [await planned(clusters), await planned(world.clusters)];
    expect(mine.clusters.map(({ name, status, reason }) => [name, status, reason])).toEqual(
      theirs.clusters.map(({ name }) => [name, 'known', undefined]),
    );
    for (const [index, cluster] of theirs.clusters.entries()) {
      const secrets = cluster.changes.filter(({ kind }) => kind === 'Secret');
      const named = mine.clusters[index]!.notCompared ?? [];
      expect(named.map(({ name }) => name).sort()).toEqual(secrets.map(({ name }) => name).sort());
      expect(secrets.length).toBeGreaterThan(0);
      const others = cluster.changes
        .filter(({ kind }) => kind !== 'Secret')
        .map(({ kind, name, action }) => [action, kind, name]);
      expect(mine.clusters[index]!.changes.map(({ kind, name, action }) => [action, kind, name])).toEqual(others);
    }
  });

  test.each([
    ['cluster1', 'Namespace', 'v1'],
    ['cluster1', 'Kubemanager', 'configplane.juniper.net/v1alpha1'],
    ['cluster2', 'Namespace', 'v1'],
    ['cluster2', 'ClusterRole', 'rbac.authorization.k8s.io/v1'],
  ])('may try to write on %s a %s, and not store it', async (name, kind, apiVersion) => {
    const cluster = clusters.get(name)!;
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
    const resource = (await cluster.discover()).resources.find((one) => one.kind === kind && one.group === group)!;
    const spec = kind === 'Kubemanager' ? { spec: { clusterName: 'other' } } : {};
    const object = {
      apiVersion,
      kind,
      metadata: { name: 'tried', ...(resource.namespaced ? { namespace: 'contrail' } : {}) },
      ...(kind === 'ClusterRole' ? { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] } : spec),
    };
    await cluster.apply(resource, object, { dryRun: true });
    await expect(cluster.apply(resource, object)).rejects.toMatchObject({ cause: 'forbidden' });
    const target = { resource, name: 'tried', ...(resource.namespaced ? { namespace: 'contrail' } : {}) };
    expect(await world.clusters.get(name)!.get(target)).toBeUndefined();
  });

  test('has no right to write core kinds or to read a Secret', async () => {
    const central = clusters.get(world.fleet.central.name)!;
    const { resources } = await central.discover();
    const subnet = resources.find(({ kind }) => kind === 'Subnet')!;
    const object = {
      apiVersion: `${subnet.group}/${subnet.version}`,
      kind: 'Subnet',
      metadata: { namespace: 'contrail', name: 'tried' },
      spec: { cidr: '10.9.0.0/24' },
    };
    for (const dryRun of [true, false])
      await expect(central.apply(subnet, object, { dryRun })).rejects.toMatchObject({ cause: 'forbidden' });
    const secrets = resources.find(({ kind, group }) => kind === 'Secret' && group === '')!;
    await expect(central.list(secrets)).rejects.toMatchObject({ cause: 'forbidden' });
  });

  test('and the one that applies carries its plan out; neither needed more than its role gives', async () => {
    const approved = approve(await planned(clusters));
    await deploy(world.central, 'central', ['apply.yaml']);
    await deploy(world.distributed, 'distributed', ['apply.yaml']);
    const writing = new Map<string, Cluster>();
    for (const cluster of world.clusters.values()) writing.set(cluster.name, await connectAs('apply', cluster));
    const [central, distributed] = [...writing.values()] as [Cluster, Cluster];
    const own: RealFleet = { ...world, clusters: writing, central, distributed };
    const now = await planReal(own);
    expect(isSubset(now.plan, approved)).toEqual({ ok: true });
    const lock = await takeLock(central, systemClock, { holder: 'least' });
    expect(await executeReal(own, now, lock)).toMatchObject({ outcome: 'done' });
    await lock.endProven();
    await lock.release();
    // And keeps what its smoke test has found.
    const kept = await loadKept(central, 'guide');
    if (kept.status !== 'none') throw new Error(`kept: ${kept.status}`);
    const around = { uid: kept.central, clock: systemClock, signal: new AbortController().signal };
    const run = { ...runOf([path('cluster1', 'cluster2', 'ok')], 1), central: kept.central };
    expect(await storeKept(central, 'guide', around, (before) => keep(before, run))).toBeUndefined();
    expect(await loadKept(central, 'guide')).toMatchObject({ status: 'kept', matrix: { runId: 'run-1' } });

    const after = await planned(clusters);
    expect(after.complete).toBe(true);
    expect(after.clusters.flatMap(({ changes }) => changes)).toEqual([]);
    expect(await refusedTo('cn2-fleet-apply', world.auditLogs)).toEqual([]);
    const refused = await refusedTo('cn2-fleet-plan', world.auditLogs);
    // The tests of this file before have tried what it may not.
    expect(refused.filter((what) => !/ (secrets|subnets|virtualnetworks|virtualnetworkrouters|tried)$/.test(what))).toEqual([]);
    await Promise.all([...writing.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
  }, 180_000);

  test('the one that measures may read all that a path depends on', async () => {
    await deploy(world.central, 'central', ['smoke.yaml']);
    await deploy(world.distributed, 'distributed', ['smoke.yaml']);
    const measuring = new Map<string, Cluster>();
    for (const cluster of world.clusters.values()) measuring.set(cluster.name, await connectAs('smoke', cluster));
    const pair = path('cluster1', 'cluster2', 'unreachable');
    const facts = await pathFacts(world.fleet, [pair], { clusters: measuring, resources: resourceLookup(measuring) });
    expect(unread(facts, [...measuring.keys()])).toEqual([]);
    expect(new Set([...facts.access.values()].map(({ uid }) => uid)).size).toBe(2);
    await Promise.all([...measuring.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
  }, 60_000);

  test('shows what somebody has changed of a core kind, not previewed', async () => {
    const { resources } = await world.central.discover();
    const resource = resources.find(({ kind }) => kind === 'VirtualNetwork')!;
    const [network] = await world.beneath.list(resource, { labelSelector: 'cn2-fleet/fleet' });
    const labels = Object.fromEntries(Object.keys(network!.metadata.labels!).map((key) => [key, 'moved']));
    const { managedFields: _, ...metadata } = network!.metadata;
    const mark = network!.metadata.labels!['cn2-fleet/fleet']!;
    await world.beneath.update(resource, {
      ...network!,
      metadata: { ...metadata, labels: { ...labels, 'cn2-fleet/fleet': mark } },
    });
    const changes = (await planned(clusters)).clusters.flatMap(({ changes }) => changes);
    expect(changes).toMatchObject([{ kind: 'VirtualNetwork', predicted: true, name: network!.metadata.name }]);
  });
});
