import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_SERVED } from '../../lab/apiserver/aggregated/switches.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import { takeLock } from '../support/lock.ts';
import { toolRequests } from '../support/plain-guide.ts';
import { executeReal, planReal, type RealFleet, startRealFleet } from '../support/real-fleet.ts';

const NODES: Resource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

let world: RealFleet;

beforeAll(async () => {
  // CN2 itself must come up on an API that can do no more than its own programs ask of it.
  world = await startRealFleet(undefined, { serverSideApply: 'off', dryRun: 'refused', managedFields: 'off' });
  await world.distributed.create(NODES, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'k8s-cp0', labels: { 'node-role.kubernetes.io/master': '' } },
    spec: { podCIDRs: ['10.234.128.0/24'], podCIDR: '10.234.128.0/24' },
  });
}, 180_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** What an API can do is read once for each connection. */
async function reconnect(): Promise<void> {
  await world.central[Symbol.asyncDispose]();
  const central = new ClientSideCluster(
    await kubernetesConnector().connect(world.fleet.central.name, world.aggregated?.kubeconfig ?? ''),
  );
  world.central = central;
  world.clusters.set(central.name, central);
}

/** Writes of the tool on core kinds, as the first server saw them. */
const coreWrites = () =>
  toolRequests(world.aggregated!).filter(
    ({ verb, uri }) => uri.includes(CORE) && uri.includes('fieldManager=cn2-fleet') && !['get', 'list', 'watch'].includes(verb),
  );

const kindsOfChanges = async () =>
  (await planReal(world)).plan.clusters.flatMap(({ changes }) => changes.map(({ kind }) => kind)).sort();

test('the emulated CN2 is healthy on an API without server-side apply, dry-run and managedFields', async () => {
  const networks = {
    group: 'core.contrail.juniper.net',
    version: 'v1alpha1',
    kind: 'VirtualNetwork',
    plural: 'virtualnetworks',
    namespaced: true,
  };
  const found = await world.central.list(networks);
  expect(found.map(({ metadata }) => metadata.name)).toContain('default-podnetwork');
  expect(found.every(({ metadata }) => metadata.managedFields === undefined)).toBe(true);
});

test('the core kinds come from the aggregated API alone', async () => {
  const definitions = {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  };
  const names = (await world.central.list(definitions)).map(({ metadata }) => metadata.name);
  expect(names).toContain('kubemanagers.configplane.juniper.net');
  expect(names.filter((name) => name.endsWith('.core.contrail.juniper.net'))).toEqual([]);
});

test('an attach comes to its end there, by PUT and without a dry-run; nothing is left to change, and a second run writes nothing', async () => {
  const planned = await planReal(world);
  expect(planned.findings).toEqual([]);
  expect(planned.plan.clusters[0]?.limited).toEqual([{ group: CORE, serverSideApply: false, dryRun: false }]);
  const lock = await takeLock(world.central, systemClock, { holder: 'attach', ttl: 60 });
  const result = await executeReal(world, planned, lock);
  await lock.release();
  expect(result).toMatchObject({ outcome: 'done', conditions: [] });
  expect(await kindsOfChanges()).toEqual([]);
  expect(coreWrites().filter(({ uri }) => uri.includes('dryRun'))).toEqual([]);
  expect(new Set(coreWrites().map(({ verb }) => verb))).toEqual(new Set(['create']));
}, 180_000);

test('a change and a removal are written by PUT of exactly what was planned, also where status moves in between', async () => {
  const changed = world.desired.flatMap((entry) => {
    const { object } = entry;
    if (object.kind === 'VirtualNetworkRouter' && object.metadata.name === 'vnr2') return [];
    const labels = { ...object.metadata.labels, more: 'x' };
    return [
      object.kind === 'VirtualNetwork' ? { ...entry, object: { ...object, metadata: { ...object.metadata, labels } } } : entry,
    ];
  });
  const planned = await planReal(world, changed);
  const status = planned.preconditions.filter(({ kind }) => kind === 'VirtualNetwork');
  expect(status.length).toBeGreaterThan(0);
  const lock = await takeLock(world.central, systemClock, { holder: 'change', ttl: 60 });
  const result = await executeReal(world, planned, lock);
  await lock.release();
  expect(result).toMatchObject({ outcome: 'done', conditions: [] });
  expect((await planReal(world, changed)).plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
  expect(new Set(coreWrites().map(({ verb }) => verb))).toEqual(new Set(['create', 'update', 'delete']));
  const planBack = await planReal(world);
  const again = await takeLock(world.central, systemClock, { holder: 'back', ttl: 60 });
  expect(await executeReal(world, planBack, again)).toMatchObject({ outcome: 'done', conditions: [] });
  await again.release();
}, 180_000);

test('with everything served, and slow: what was written by PUT is adopted, and nothing is left to change', async () => {
  world.aggregated?.set({ ...ALL_SERVED, delay: 50 });
  await reconnect();
  const planned = await planReal(world);
  expect(new Set(planned.plan.clusters.flatMap(({ changes }) => changes.map(({ action }) => action)))).toEqual(
    new Set(['adopt']),
  );
  const lock = await takeLock(world.central, systemClock, { holder: 'attach', ttl: 60 });
  const result = await executeReal(world, planned, lock);
  await lock.release();
  expect(result).toMatchObject({ outcome: 'done', conditions: [] });
  expect(await kindsOfChanges()).toEqual([]);
}, 180_000);

test('down: the central cluster is unknown to a plan, and nothing of it is taken to be absent', async () => {
  world.aggregated?.set({ down: true });
  const { plan } = await planReal(world);
  world.aggregated?.set({ down: false });
  expect(plan.clusters.map(({ name, status, changes }) => [name, status, changes])).toEqual([
    ['cluster1', 'unknown', []],
    ['cluster2', 'known', []],
  ]);
  expect(plan.clusters[0]?.reason).toMatch(/the API that serves \w+\.core\.contrail\.juniper\.net is not available \(503\)$/);
});
