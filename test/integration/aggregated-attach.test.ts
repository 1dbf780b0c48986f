import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_SERVED } from '../../lab/apiserver/aggregated/switches.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import { takeLock } from '../support/lock.ts';
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

test('with everything served, and slow: an attach comes to its end, and nothing is left to change', async () => {
  world.aggregated?.set({ ...ALL_SERVED, delay: 50 });
  const planned = await planReal(world);
  expect(planned.findings).toEqual([]);
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
