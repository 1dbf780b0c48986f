import fc from 'fast-check';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import { canonicalJson } from '../../src/declare/digest.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { attach, attached, edited, guide } from './attach.ts';
import { SUBNETS } from './core-kinds.ts';
import { limitedCluster } from './limited-cluster.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { core } from './memory-cn2.ts';
import { memoryPlan } from './memory-plan.ts';

const FOREIGN = { cidr: '10.77.0.0/24' };
/** Nothing in it contradicts what we would write: only the preconditions keep us from merging into it. */
const COMPATIBLE = { enableDhcp: true };
/** What the plan writes. */
const APPROVED = { made: '10.0.55.0/24', gateway: '10.0.0.9' };

/** What somebody does to an object of ours while we apply: to one that is updated, created or deleted by the plan. */
const WORKS = {
  edit(cluster: MemoryCluster, name: string) {
    const live = cluster.peek('Subnet', 'ns1', name);
    if (live !== undefined) cluster.put({ ...live, spec: FOREIGN }, 'somebody');
  },
  add(cluster: MemoryCluster, name: string) {
    const live = cluster.peek('Subnet', 'ns1', name);
    if (live !== undefined) cluster.put({ ...live, spec: { ...(live['spec'] as object), ...COMPATIBLE } }, 'somebody');
  },
  label(cluster: MemoryCluster, name: string) {
    const live = cluster.peek('Subnet', 'ns1', name);
    if (live === undefined) return;
    const labels = { ...live.metadata.labels, somebody: 'here' };
    cluster.put({ ...live, metadata: { ...live.metadata, labels } }, 'somebody');
  },
  status(cluster: MemoryCluster, name: string) {
    const live = cluster.peek('Subnet', 'ns1', name);
    if (live !== undefined) cluster.put({ ...live, status: { state: 'Success', observation: 'again' } }, 'controller');
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
const NAMES = ['subnet1', 'made', 'gone'] as const;

const event = fc.record({
  work: fc.constantFrom(...(Object.keys(WORKS) as Work[])),
  name: fc.constantFrom(...NAMES),
  // Within the requests that such a run makes, so that nearly every draw happens.
  at: fc.nat({ max: 25 }),
});
const scenario = fc.array(event, { minLength: 1, maxLength: 3 });

/** An object as somebody left it, and what else a run may make of it, as it was approved. */
type Left = KubernetesObject | undefined;

/**
 * Histories in which somebody writes between a plan and its apply, or while it runs: what they did is never overwritten or undone, and
 * nothing is written that was not approved. Throws with the smallest history at which that is broken. `happened`: histories in which
 * somebody did something before the run ended. `switches`: what the API of the core kinds lacks while the plan is carried out.
 */
export async function checkInterleavings(
  numRuns: number,
  seed: number,
  switches?: Partial<Switches>,
): Promise<{ happened: number }> {
  let happened = 0;
  const property = fc.asyncProperty(scenario, async (events) => {
    const { left, now, outcome, done } = await history(events, switches);
    if (!done) return;
    happened += 1;
    for (const [name, was] of left) judge(name, was, now(name), outcome);
  });
  await fc.assert(property, { numRuns, seed });
  return { happened };
}

async function history(events: readonly { work: Work; name: string; at: number }[], switches: Partial<Switches> | undefined) {
  let cluster: MemoryCluster | undefined;
  let requests = Number.NEGATIVE_INFINITY;
  const waiting = [...events].sort((a, b) => a.at - b.at);
  const left = new Map<string, Left>();
  const before = () => {
    requests += 1;
    while (cluster !== undefined && waiting[0] !== undefined && requests > waiting[0].at) {
      const { work, name } = waiting.shift()!;
      WORKS[work](cluster, name);
      left.set(name, cluster.peek('Subnet', 'ns1', name));
    }
  };
  const { cn2, clock } = await attached({ hooks: { before } });
  const { central } = cn2;
  cluster = central;
  await central.apply(SUBNETS, core('Subnet', 'ns1', 'gone', { cidr: '10.0.66.0/24' }));
  const desired = withNew(
    edited('Subnet', 'subnet1', (object) => Object.assign(object['spec'] as object, { defaultGateway: APPROVED.gateway })),
  );
  const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
  const changes = planned.plan.clusters.flatMap((one) => one.changes).map((change) => `${change.action} ${change.name}`);
  if (!same(changes, ['update subnet1', 'create made', 'delete gone'])) throw new Error(`planned: ${changes}`);
  requests = 0;
  const clusters = new Map<string, Cluster>(cn2.clusters);
  if (switches !== undefined) clusters.set(central.name, new ClientSideCluster(limitedCluster(central, switches)));
  const { outcome } = await attach(cn2, clock, { desired, ...planned, clusters, gateTimeout: 3000 });
  return { left, outcome, done: left.size > 0, now: (name: string) => central.peek('Subnet', 'ns1', name) };
}

function withNew(desired: typeof guide.desired): typeof guide.desired {
  return desired.flatMap((entry) => {
    if (entry.object.kind !== 'Subnet' || entry.object.metadata.name !== 'subnet1') return [entry];
    const object = structuredClone(entry.object);
    object.metadata.name = 'made';
    object['spec'] = { cidr: APPROVED.made };
    return [entry, { manifest: { ...entry.manifest, object }, object }];
  });
}

/** Whether an object is as somebody left it, or that with exactly the approved change. */
function judge(name: string, was: Left, now: Left, outcome: string): void {
  const fail = (why: string) => {
    throw new Error(`${name}: ${why}: left as ${JSON.stringify(was)}, is ${JSON.stringify(now)}; the run is ${outcome}`);
  };
  if (was === undefined) {
    // Removed or never there when they looked: what may be there now is only what the plan creates.
    if (now !== undefined && name !== 'made') fail('it came back');
    if (now !== undefined && !same(now['spec'], { cidr: APPROVED.made })) fail('not as approved');
    return;
  }
  if (now === undefined) {
    // A delete may go on where nothing of what it was approved for has changed.
    const untouched = same(was['spec'], { cidr: '10.0.66.0/24' });
    if (name !== 'gone' || !untouched) fail('it was deleted');
    return;
  }
  if (now.metadata.uid !== was.metadata.uid) fail('it is another one');
  if (was.metadata.labels?.['somebody'] !== now.metadata.labels?.['somebody']) fail('the label was taken away');
  if (same(was['spec'], now['spec'])) return;
  const approved = name === 'subnet1' ? { ...(was['spec'] as object), defaultGateway: APPROVED.gateway } : undefined;
  if (approved === undefined || !same(now['spec'], approved)) fail('it was overwritten');
  // The approved change on top of something else than it was approved for.
  if ('enableDhcp' in approved! || (approved as { cidr?: string }).cidr === FOREIGN.cidr) fail('it was merged into');
}

/** By content: objects of test files are of another realm. */
function same(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
