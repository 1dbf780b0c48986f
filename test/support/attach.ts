import { type ExecuteInput, type ExecutionResult, executePlan } from '../../src/apply/execute-plan.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Plan } from '../../src/model/plan.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryReporter, takeLock } from './lock.ts';
import type { MemoryCluster, SeenRequest } from './memory-cluster.ts';
import { type MemoryCn2, type MemoryCn2Options, memoryCn2 } from './memory-cn2.ts';
import { guideDesired, memoryPlan } from './memory-plan.ts';

type AttachChanges = Partial<ExecuteInput> & {
  /** Before the lock is given back. */
  afterwards?: () => Promise<void>;
};

export const guide = guideDesired();
export const K = 'kubemanager-cluster2-cluster2';
let runs = 0;

function nextRun(): string {
  runs += 1;
  return `run-${runs}`;
}

export async function attach(cn2: MemoryCn2, clock: FakeClock, changes: AttachChanges = {}): Promise<ExecutionResult> {
  const lease = changes.lease ?? (await takeLock(cn2.central, clock, { holder: nextRun() }));
  try {
    const result = await executePlan({
      ...guide,
      ...memoryPlan(guide.fleet, changes.desired ?? guide.desired, cn2.clusters),
      clusters: cn2.clusters,
      clock,
      reporter: new MemoryReporter(),
      signal: new AbortController().signal,
      lease,
      gateTimeout: 900_000,
      unproven: lease.unproven() !== undefined,
      ...changes,
    });
    await changes.afterwards?.();
    return result;
  } finally {
    await lease.release();
  }
}

export function start(options: MemoryCn2Options = {}): { cn2: MemoryCn2; clock: FakeClock } {
  const clock = new FakeClock();
  return { cn2: memoryCn2({ ...options, now: () => clock.now() }), clock };
}

/** Both clusters, attached and proven. */
export async function attached(options: MemoryCn2Options = {}): Promise<{ cn2: MemoryCn2; clock: FakeClock }> {
  const world = start(options);
  const lease = await takeLock(world.cn2.central, world.clock, { holder: nextRun() });
  const result = await attach(world.cn2, world.clock, { lease, afterwards: () => lease.endProven() });
  if (result.reason !== undefined) throw new Error(`not attached: ${result.reason}`);
  for (const cluster of world.cn2.clusters.values()) cluster.audit.length = 0;
  return world;
}

export function changesOf(plan: Plan) {
  return plan.clusters.flatMap((cluster) => cluster.changes);
}

export function managedWrites(cluster: MemoryCluster): SeenRequest[] {
  return cluster.writes().filter((request) => request.kind !== 'Lease');
}

export function edited(kind: string, name: string, edit: (object: KubernetesObject) => void) {
  return guide.desired.map((entry) => {
    if (entry.object.kind !== kind || entry.object.metadata.name !== name) return entry;
    const object = structuredClone(entry.object);
    edit(object);
    return { manifest: { ...entry.manifest, object }, object };
  });
}

/** What a run is about, without what differs from run to run (versions, uids, times). */
export function contents(cn2: MemoryCn2): unknown {
  return [...cn2.clusters.values()].map((cluster) =>
    cluster
      .all()
      .filter(({ kind }) => kind !== 'Lease')
      .map(({ metadata: { name, namespace, labels, annotations }, ...rest }) => ({
        ...rest,
        name,
        namespace,
        labels,
        annotations,
      })),
  );
}

export function unreachable(cluster: string): ClusterError {
  return new ClusterError(`${cluster}: connection reset`, { cluster, cause: 'unreachable', fieldConflicts: [] });
}
