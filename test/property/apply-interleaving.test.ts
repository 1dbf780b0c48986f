import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { attach, attached, edited, guide } from '../support/attach.ts';
import type { MemoryCluster, SeenRequest } from '../support/memory-cluster.ts';
import { core } from '../support/memory-cn2.ts';
import { memoryPlan } from '../support/memory-plan.ts';

const FOREIGN = { cidr: '10.77.0.0/24' };
/** Nothing in it contradicts what we would write: only the preconditions keep us from merging into it. */
const COMPATIBLE = { enableDhcp: true };

/** What somebody does to an object of ours while we apply: to one that is updated, created or deleted by the plan. */
const WORKS = {
  edit(cluster: MemoryCluster, name: string) {
    const live = cluster.peek('Subnet', 'ns1', name);
    if (live !== undefined) cluster.put({ ...live, spec: FOREIGN }, 'somebody');
  },
  remove(cluster: MemoryCluster, name: string) {
    cluster.remove('Subnet', 'ns1', name);
  },
  replace(cluster: MemoryCluster, name: string) {
    cluster.remove('Subnet', 'ns1', name);
    cluster.put(core('Subnet', 'ns1', name, FOREIGN), 'somebody');
  },
  claim(cluster: MemoryCluster, name: string) {
    cluster.remove('Subnet', 'ns1', name);
    cluster.put(core('Subnet', 'ns1', name, COMPATIBLE), 'somebody');
  },
};
type Work = keyof typeof WORKS;

test('what somebody does between plan and apply, or while it runs, is never overwritten or undone', async () => {
  const scenario = fc.record({
    work: fc.constantFrom<Work>('edit', 'remove', 'replace', 'claim'),
    name: fc.constantFrom('subnet1', 'made', 'gone'),
    // Within the requests that such a run makes, so that nearly every draw happens.
    at: fc.nat({ max: 25 }),
  });
  let happened = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ work, name, at }) => {
      let cluster: MemoryCluster | undefined;
      let requests = Number.NEGATIVE_INFINITY;
      let seen: KubernetesObject | undefined;
      let done = false;
      const before = (_: SeenRequest) => {
        requests += 1;
        if (cluster === undefined || done || requests <= at) return;
        done = true;
        WORKS[work](cluster, name);
        seen = cluster.peek('Subnet', 'ns1', name);
      };
      const { cn2, clock } = await attached({ hooks: { before } });
      cluster = cn2.central;
      await cluster.apply(
        { group: 'core.contrail.juniper.net', version: 'v1alpha1', kind: 'Subnet', plural: 'subnets', namespaced: true },
        { ...core('Subnet', 'ns1', 'gone', { cidr: '10.0.66.0/24' }) },
      );
      const desired = withNew(
        edited('Subnet', 'subnet1', (object) => Object.assign(object['spec'] as object, { defaultGateway: '10.0.0.9' })),
      );
      const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
      expect(planned.plan.clusters.flatMap(({ changes }) => changes).map((change) => `${change.action} ${change.name}`)).toEqual([
        'update subnet1',
        'create made',
        'delete gone',
      ]);
      requests = 0;
      const result = await attach(cn2, clock, { desired, ...planned, gateTimeout: 3000 });
      if (!done) return;
      happened += 1;
      const now = cn2.central.peek('Subnet', 'ns1', name);
      if (seen !== undefined) expect(now?.['spec']).toEqual(seen['spec']);
      // Removed or never there when they looked: what may be there now is only what the plan creates.
      else if (name !== 'made') expect(now).toBeUndefined();
      else expect(now === undefined || result.outcome === 'done').toBe(true);
    }),
    { numRuns: 120 },
  );
  expect(happened).toBeGreaterThan(60);
}, 120_000);

function withNew(desired: typeof guide.desired): typeof guide.desired {
  return desired.flatMap((entry) => {
    if (entry.object.kind !== 'Subnet' || entry.object.metadata.name !== 'subnet1') return [entry];
    const object = structuredClone(entry.object);
    object.metadata.name = 'made';
    object['spec'] = { cidr: '10.0.55.0/24' };
    return [entry, { manifest: { ...entry.manifest, object }, object }];
  });
}
