import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/node/clock.ts';
import type { ExecutionResult } from '../../src/apply/execute-plan.ts';
import { CORE, FLEET_LABEL } from '../../src/cn2/names.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { drawnSwitches } from '../support/drawn-switches.ts';
import { takeLock } from '../support/lock.ts';
import { guideDesired } from '../support/memory-plan.ts';
import { dyingAfter, executeReal, planReal, type RealFleet, startRealFleet } from '../support/real-fleet.ts';

const NODES: Resource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

/** Made and changed by the clusters themselves, whoever comes and goes. */
const OF_THE_SERVER = new Set([
  'Event',
  'Lease',
  'ControllerRevision',
  'APIService',
  'Endpoints',
  'EndpointSlice',
  'ComponentStatus',
]);

let world: RealFleet;
/** The fleet in its three times. */
let alone: RealFleet;
let leaving: RealFleet;

/** Every object of a cluster: what its owner says of it, and of CN2's core kinds their state. */
async function everything(cluster: Cluster): Promise<Record<string, unknown>> {
  const { resources } = await cluster.discover();
  const kinds = new Map([...resources].reverse().map((resource) => [`${resource.group}/${resource.kind}`, resource]));
  const objects: Record<string, unknown> = {};
  for (const [kind, resource] of kinds) {
    if (OF_THE_SERVER.has(resource.kind) || resource.group === 'events.k8s.io') continue;
    const items = await cluster.list(resource).catch((error: unknown): KubernetesObject[] => {
      // Reviews and the like can only be created.
      if (error instanceof ClusterError) return [];
      throw error;
    });
    for (const { metadata, ...rest } of items) {
      const { labels, annotations, finalizers, deletionTimestamp, namespace = '', name } = metadata;
      const { status, ...said } = rest;
      const state = resource.group === CORE ? { status } : {};
      objects[`${kind}/${namespace}/${name}`] = { labels, annotations, finalizers, deletionTimestamp, ...said, ...state };
    }
  }
  return objects;
}

async function apply(fleet: RealFleet, holder: string, clusters = fleet.clusters): Promise<ExecutionResult | Error> {
  const plan = await planReal(fleet);
  const lock = await takeLock(clusters.get('cluster1')!, systemClock, { holder, ttl: 2 });
  const result = await executeReal(fleet, plan, lock, { clusters }).catch((error: Error) => error);
  if (!(result instanceof Error) && result.reason === undefined) await lock.endProven();
  await lock.release();
  return result;
}

/** The same clusters under another declaration. */
function as(fleet: Fleet, wanted: (entry: Desired) => boolean): RealFleet {
  return { ...world, fleet, desired: world.desired.filter(wanted) };
}

beforeAll(async () => {
  world = await startRealFleet(undefined, drawnSwitches());
  await world.distributed.create(NODES, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'k8s-cp0', labels: { 'node-role.kubernetes.io/master': '' } },
    spec: { podCIDRs: ['10.234.128.0/24'], podCIDR: '10.234.128.0/24' },
  });
  const { fleet } = guideDesired((text) =>
    text.replace(/^connections:\n(?: .*\n)+/m, '').replace('    index: 0\n', '    index: 0\n    state: detached\n'),
  );
  const isCentral = ({ manifest, object }: Desired) => manifest.for === 'cluster1' && object.metadata.name !== 'vnr1';
  leaving = as(fleet, isCentral);
  const ofCentral = <Entry extends { cluster: string }>(entries: readonly Entry[]) =>
    entries.filter(({ cluster }) => cluster === 'cluster1');
  const { namespaces, networks } = fleet;
  alone = as({ ...fleet, distributed: [], namespaces: ofCentral(namespaces), networks: ofCentral(networks) }, isCentral);
}, 180_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

describe('a cluster that came and leaves', () => {
  let before: Record<string, unknown>;
  let distributed: Record<string, unknown>;

  test('it comes', async () => {
    expect(await apply(alone, 'alone')).toMatchObject({ outcome: 'done' });
    before = await everything(world.central);
    distributed = await everything(world.distributed);
    expect(await apply(world, 'attach')).toMatchObject({ outcome: 'done' });
    const attached = Object.keys(await everything(world.central));
    expect(attached.length).toBeGreaterThan(Object.keys(before).length + 30);
  }, 120_000);

  test('killed again and again, it leaves, and the central cluster is as before, object by object', async () => {
    let runs = 0;
    for (;;) {
      runs += 1;
      expect(runs).toBeLessThan(40);
      const result = await apply(leaving, `run-${runs}`, dyingAfter(leaving.clusters, 6));
      if (result instanceof Error) {
        expect(result.message).toBe('killed');
        continue;
      }
      // Of a run that dies while it waits only the lock is lost.
      if (result.conditions.includes('locked')) continue;
      expect(result).toMatchObject({ outcome: 'done', conditions: [] });
      break;
    }
    expect(runs).toBeGreaterThan(3);
    expect((await planReal(leaving)).plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
    expect(await everything(world.central)).toEqual(before);
  }, 180_000);

  test('on the cluster itself nothing is left that the fleet made, and what was there before is', async () => {
    const after = await everything(world.distributed);
    for (const key of Object.keys(distributed)) expect(Object.keys(after)).toContain(key);
    const marked = Object.entries(after).filter(([, object]) => {
      const { labels = {} } = object as { labels?: Record<string, string> };
      return labels[FLEET_LABEL] !== undefined;
    });
    expect(marked).toEqual([]);
    const more = Object.keys(after).filter((key) => !(key in distributed));
    expect(more.filter((key) => !key.startsWith('apiextensions.k8s.io/CustomResourceDefinition/'))).toEqual([]);
  });
});
