import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { readLeaseState } from '../../src/apply/applied.ts';
import { LockLostError } from '../../src/apply/held-lock.ts';
import { applyLeaseName } from '../../src/apply/lease.ts';
import { acquireLock, type LockInput } from '../../src/apply/lock.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Target } from '../../src/ports/cluster.ts';
import { asAdministrator } from '../support/as-administrator.ts';
import { SUBNETS } from '../support/core-kinds.ts';
import { drawnSwitches } from '../support/drawn-switches.ts';
import { MemoryReporter, takeLock } from '../support/lock.ts';
import { dyingAfter, executeReal, planReal, type RealFleet, startRealFleet } from '../support/real-fleet.ts';

const NODES: Resource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const QUOTAS: Resource = { group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true };

const switches = drawnSwitches();
/** Where no records of owners are kept, nobody can be named. */
const named = (name: string) => (switches?.managedFields === 'off' ? '' : `; last written by ${name} at `);

let world: RealFleet;

beforeAll(async () => {
  world = await startRealFleet(undefined, switches);
  await world.distributed.create(NODES, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'k8s-cp0', labels: { 'node-role.kubernetes.io/master': '' } },
    spec: { podCIDRs: ['10.234.128.0/24'], podCIDR: '10.234.128.0/24' },
  });
  await makeOldPod();
}, 180_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** A pod from before CN2 whose controller is there (the garbage collector looks). */
async function makeOldPod(): Promise<void> {
  const owner = await world.distributed.create(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'owner', namespace: 'default' },
  });
  await world.distributed.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'old',
      namespace: 'default',
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid as string, controller: true },
      ],
    },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'example.org/c:1' }] },
  });
}

function changesOf(plan: Plan): string[] {
  return plan.clusters.flatMap(({ name, changes }) =>
    changes.map((change) => `${name} ${change.action} ${change.kind} ${change.namespace ?? ''}/${change.name}`),
  );
}

function second(timeout: number): LockInput {
  return {
    central: world.central,
    name: applyLeaseName('guide'),
    holder: 'second',
    ttl: 60,
    timeout,
    clock: systemClock,
    reporter: new MemoryReporter(),
    signal: new AbortController().signal,
  };
}

describe('a whole attach on real API servers', () => {
  test('a cluster without namespace contrail cannot hold the lock', async () => {
    await expect(acquireLock({ ...second(3), central: world.distributed })).rejects.toMatchObject({ cause: 'not-found' });
  });

  test('killed again and again, the same command comes to its end', async () => {
    const planned = await planReal(world);
    expect(planned.findings).toEqual([]);
    const wanted = planned.plan.clusters.flatMap((cluster) => cluster.changes).length;
    expect(wanted).toBe(world.desired.length + 1);
    let runs = 0;
    for (;;) {
      runs += 1;
      expect(runs).toBeLessThan(40);
      const plan = await planReal(world);
      const clusters = dyingAfter(world.clusters, 7);
      const central = clusters.get('cluster1') ?? world.central;
      const lock = await takeLock(central, systemClock, { holder: `run-${runs}`, ttl: 2 });
      const result = await executeReal(world, plan, lock, { clusters }).catch((error: unknown) => error);
      await lock.release();
      if (!(result instanceof Error && result.message === 'killed')) {
        expect(result).toMatchObject({ outcome: 'done', conditions: [] });
        break;
      }
    }
    expect(runs).toBeGreaterThan(4);
    expect(changesOf((await planReal(world)).plan)).toEqual([]);
  }, 180_000);

  test('what CN2 made of it is there, and the pod from before is gone', async () => {
    expect(await world.distributed.get({ resource: PODS, namespace: 'default', name: 'old' })).toBeUndefined();
    const subnets = await world.central.list(SUBNETS);
    const own = subnets.filter(({ metadata }) => metadata.name === 'subnet2');
    expect(own).toMatchObject([{ metadata: { namespace: 'kubemanager-cluster2-cluster2-ns1' }, status: { state: 'Success' } }]);
    const entries = own[0]?.metadata.managedFields?.filter(({ manager }) => manager === 'cn2-fleet');
    expect(entries).toMatchObject([{ operation: 'Apply' }]);
  });

  test('an unproven fleet has all its gates checked, in seconds; proven, nothing is left open', async () => {
    const lock = await takeLock(world.central, systemClock, { holder: 'prove' });
    expect(lock.unproven()).toBeDefined();
    const result = await executeReal(world, await planReal(world), lock);
    expect(result.outcome).toBe('done');
    expect(result.steps.map((step) => step.stage)).toEqual([
      '00-preflight',
      '20-deployer',
      '40-kubemanager',
      '50-vrouter',
      '60-restart',
      '70-namespaces',
      '80-networks',
      '90-routers',
    ]);
    expect(result.steps.every((step) => step.seconds < 5)).toBe(true);
    await lock.endProven();
    await lock.release();
    expect((await readLeaseState(world.central, 'guide')).unproven).toBeUndefined();
  }, 60_000);
});

/** Deletes an object and waits until its controller has let it go. */
async function removed(target: Target): Promise<void> {
  await world.central.delete(target);
  while ((await world.central.get(target)) !== undefined) await sleep(50);
}

describe('changes on real API servers', () => {
  const withGateway = (gateway: string) =>
    world.desired.map((entry) => {
      if (entry.object.kind !== 'Subnet' || entry.object.metadata.name !== 'subnet1') return entry;
      const object = structuredClone(entry.object);
      Object.assign(object['spec'] as object, { defaultGateway: gateway });
      return { manifest: { ...entry.manifest, object }, object };
    });

  test('an object that moved after the plan is not overwritten, and the run says by whom', async () => {
    const desired = withGateway('10.0.0.9');
    const planned = await planReal(world, desired);
    expect(changesOf(planned.plan)).toEqual(['cluster1 update Subnet ns1/subnet1']);
    const target = { resource: SUBNETS, namespace: 'ns1', name: 'subnet1' };
    const live = (await world.beneath.get(target)) as KubernetesObject;
    await world.beneath.update(
      SUBNETS,
      { ...live, metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, touched: 'yes' } } },
      { fieldManager: 'somebody' },
    );
    const lock = await takeLock(world.central, systemClock, { holder: 'moved' });
    const result = await executeReal(world, planned, lock);
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(result.reason).toContain('Subnet ns1/subnet1 on cluster1 was to be updated, but has changed since the plan');
    expect(result.reason).toContain(named('somebody'));
    expect((await world.central.get(target))?.['spec']).toMatchObject({ defaultGateway: '10.0.0.1' });
    const again = await executeReal(world, await planReal(world, desired), lock);
    expect(again.outcome).toBe('done');
    expect((await world.central.get(target))?.['spec']).toMatchObject({ defaultGateway: '10.0.0.9' });
    await lock.release();
  }, 60_000);

  test('a create that meets an object which appeared meanwhile leaves it alone; a repeated one counts as done', async () => {
    const target = { resource: SUBNETS, namespace: 'alone', name: 'subnet3' };
    const lock = await takeLock(world.central, systemClock, { holder: 'create' });
    const extra = structuredClone(world.desired.find(({ object }) => object.metadata.name === 'subnet3'))!;
    extra.object.metadata.name = 'subnet9';
    extra.object['spec'] = { cidr: '10.0.9.0/24' };
    extra.manifest = { ...extra.manifest, object: extra.object };
    const desired = [...world.desired, extra];
    const planned = await planReal(world, desired);
    const first = await executeReal(world, planned, lock);
    expect(first.outcome).toBe('done');
    const second = await executeReal(world, planned, lock);
    expect(second.steps).toContainEqual(expect.objectContaining({ object: 'Subnet/alone/subnet9', result: 'unchanged' }));
    await removed({ ...target, name: 'subnet9' });
    await world.central.create(SUBNETS, { ...extra.object, spec: { cidr: '10.0.8.0/24' } }, { fieldManager: 'somebody' });
    const third = await executeReal(world, planned, lock);
    expect(third).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect((await world.central.get({ ...target, name: 'subnet9' }))?.['spec']).toMatchObject({ cidr: '10.0.8.0/24' });
    await removed({ ...target, name: 'subnet9' });
    await lock.release();
  }, 60_000);

  // Quotas are admission of the main server, which does not see aggregated kinds.
  (switches === undefined ? test : test.skip)(
    'a quota that each dry-run passes, and all of them together do not, ends the run; with room it goes on',
    async () => {
      const many = ['subnet7', 'subnet8'].map((name, index) => {
        const extra = structuredClone(world.desired.find(({ object }) => object.metadata.name === 'subnet3'))!;
        extra.object.metadata.name = name;
        extra.object['spec'] = { cidr: `10.0.${70 + index}.0/24` };
        return { object: extra.object, manifest: { ...extra.manifest, object: extra.object } };
      });
      const desired = [...world.desired, ...many];
      const target = { resource: QUOTAS, namespace: 'alone', name: 'few' };
      const there = (await world.central.list(SUBNETS, { namespace: 'alone' })).length;
      const quota = (more: number) => ({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { namespace: 'alone', name: 'few' },
        spec: { hard: { 'count/subnets.core.contrail.juniper.net': `${there + more}` } },
      });
      await world.central.create(QUOTAS, quota(1));
      // What the controller of quotas would write; without it a quota is not in force.
      const { hard } = quota(1).spec;
      const used = Object.fromEntries(Object.keys(hard).map((key) => [key, `${there}`]));
      await asAdministrator(
        `${world.central.server}/api/v1/namespaces/alone/resourcequotas/few/status`,
        'PATCH',
        { status: { hard, used } },
        'application/merge-patch+json',
      );
      const planned = await planReal(world, desired);
      expect([planned.findings, changesOf(planned.plan)]).toEqual([
        [],
        ['cluster1 create Subnet alone/subnet7', 'cluster1 create Subnet alone/subnet8'],
      ]);
      const lock = await takeLock(world.central, systemClock, { holder: 'quota' });
      const first = await executeReal(world, planned, lock);
      expect(first).toMatchObject({ outcome: 'failed', conditions: ['failed'] });
      expect(first.reason).toMatch(/subnet[78].*exceeded quota: few/);
      expect((await world.central.list(SUBNETS, { namespace: 'alone' })).length).toBe(there + 1);
      await world.central.delete(target);
      const second = await executeReal(world, await planReal(world, desired), lock);
      expect(second.outcome).toBe('done');
      expect(changesOf((await planReal(world, desired)).plan)).toEqual([]);
      for (const { object } of many) await removed({ resource: SUBNETS, namespace: 'alone', name: object.metadata.name });
      await lock.release();
    },
    60_000,
  );

  test('a removed connection and network are deleted, routers before networks before subnets', async () => {
    const gone = new Set(['vnr1', 'vnr2', 'vn2', 'subnet2']);
    const desired = world.desired.filter(({ object }) => !gone.has(object.metadata.name));
    const planned = await planReal(world, desired);
    const lock = await takeLock(world.central, systemClock, { holder: 'delete' });
    const result = await executeReal(world, planned, lock);
    expect(result.reason).toBeUndefined();
    const deleted = result.steps.filter((step) => step.result === 'deleted').map((step) => step.object.split('/')[0]);
    expect(deleted).toEqual(['VirtualNetworkRouter', 'VirtualNetworkRouter', 'VirtualNetwork', 'Subnet']);
    expect(changesOf((await planReal(world, desired)).plan)).toEqual([]);
    await lock.release();
  }, 60_000);
});

describe('the lock on a real API server', () => {
  test('a living holder keeps it beyond its time to live; a second run is told who has it', async () => {
    const lock = await takeLock(world.central, systemClock, { holder: 'first', ttl: 1 });
    expect(await acquireLock(second(3))).toMatchObject({ status: 'locked', holder: 'first' });
    expect(lock.isHeld()).toBe(true);
    await lock.release();
  });

  test('that of a run which died is taken over after its time to live', async () => {
    const clusters = dyingAfter(world.clusters, 1);
    const dead = await takeLock(clusters.get('cluster1') ?? world.central, systemClock, { holder: 'dead', ttl: 2 });
    const began = Date.now();
    const result = await acquireLock(second(10));
    expect(Date.now() - began).toBeGreaterThanOrEqual(1500);
    expect(result.status).toBe('held');
    if (result.status === 'held') await result.lock.release();
    await dead.release();
    expect(() => dead.assertHeld()).toThrow(LockLostError);
  });
});
