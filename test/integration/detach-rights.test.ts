import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { withKindsOfDetach } from '../../src/observe/kinds-of-detach.ts';
import { observe } from '../../src/observe/observe.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { connectAs, deploy, refusedTo } from '../support/deployed-identities.ts';
import { takeLock } from '../support/lock.ts';
import { guideDesired } from '../support/memory-plan.ts';
import { executeReal, planReal, type RealFleet, startRealFleet } from '../support/real-fleet.ts';

let world: RealFleet;
let leaving: RealFleet;
const opened: Cluster[] = [];

async function as(identity: string): Promise<RealFleet> {
  const clusters = new Map<string, Cluster>();
  for (const cluster of world.clusters.values()) clusters.set(cluster.name, await connectAs(identity, cluster));
  opened.push(...clusters.values());
  const [central, distributed] = [...clusters.values()] as [Cluster, Cluster];
  return { ...leaving, clusters, central, distributed };
}

beforeAll(async () => {
  world = await startRealFleet();
  const { fleet } = guideDesired((text) =>
    text.replace(/^connections:\n(?: .*\n)+/m, '').replace('    index: 0\n', '    index: 0\n    state: detached\n'),
  );
  const desired = world.desired.filter(({ manifest, object }) => manifest.for === 'cluster1' && object.metadata.name !== 'vnr1');
  leaving = { ...world, fleet, desired };
  const lock = await takeLock(world.central, systemClock, { holder: 'attach' });
  const attached = await executeReal(world, await planReal(world), lock);
  if (attached.reason !== undefined) throw new Error(attached.reason);
  await lock.endProven();
  await lock.release();
  for (const file of ['plan.yaml', 'apply.yaml']) {
    await deploy(world.central, 'central', [file]);
    await deploy(world.distributed, 'distributed', [file]);
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(opened.map((cluster) => cluster[Symbol.asyncDispose]()));
  await world?.[Symbol.asyncDispose]();
});

test('the identities of every day may not carry a detach out', async () => {
  const writing = await as('apply');
  const lock = await takeLock(writing.central, systemClock, { holder: 'without' });
  const result = await executeReal(writing, await planReal(writing), lock).finally(() => lock.release());
  expect(result).toMatchObject({ outcome: 'failed' });
  expect(result.reason).toContain('may not list network-attachment-definitions.k8s.cni.cncf.io (403)');
  expect(result.reason).toContain('may not list persistentvolumeclaims (403)');
}, 120_000);

test('with the rights of deploy/detach they do, and need no other', async () => {
  await deploy(world.central, 'detach', ['central.yaml']);
  await deploy(world.distributed, 'detach', ['distributed.yaml']);
  const before = await Promise.all(['plan', 'apply'].map((identity) => refusedTo(`cn2-fleet-${identity}`, world.auditLogs)));
  const reading = await as('plan');
  const manifests = leaving.desired.map(({ manifest }) => manifest);
  const first = await observe({ fleet: leaving.fleet, clusters: reading.clusters, manifests });
  const seen = await withKindsOfDetach(first, reading.clusters, leaving.fleet);
  const unreadable = seen.clusters.flatMap(({ listings }) => listings.filter(({ status }) => status === 'unreadable'));
  expect(unreadable.map(({ kind }) => kind)).toEqual(['Secret', 'Secret']);

  const writing = await as('apply');
  const lock = await takeLock(writing.central, systemClock, { holder: 'with' });
  const result = await executeReal(writing, await planReal(writing), lock);
  expect(result.reason).toBeUndefined();
  await lock.endProven();
  await lock.release();
  expect((await planReal(writing)).plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
  const after = await Promise.all(['plan', 'apply'].map((identity) => refusedTo(`cn2-fleet-${identity}`, world.auditLogs)));
  const refused = after.flatMap((all, index) => all.slice(before[index]!.length));
  expect(refused.filter((what) => what !== 'get secrets')).toEqual([]);
}, 180_000);
