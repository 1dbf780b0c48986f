import type { Fleet } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { removeKept } from '../probe/kept-probes.ts';

/** What a probe that was kept lives in, and would hold. */
const HELD: ReadonlySet<string> = new Set(['VirtualNetwork', 'Subnet', 'Namespace']);

/**
 * Before networks or namespaces are deleted: removes the probes that earlier smoke tests have kept, which use them. The next test starts what
 * it needs. Where they cannot be removed that is a warning: what they hold is said by the deletion.
 */
export async function releaseProbes(
  fleet: Fleet,
  plan: Pick<Plan, 'clusters'>,
  { clusters, reporter }: { clusters: ReadonlyMap<string, Cluster>; reporter: Reporter },
): Promise<void> {
  const deletes = plan.clusters.some(({ changes }) => changes.some(({ action, kind }) => action === 'delete' && HELD.has(kind)));
  if (!deletes) return;
  await Promise.all(
    [...clusters.values()].map(async (cluster) => {
      try {
        const removed = await removeKept(cluster, fleet.metadata.name);
        if (removed.length > 0)
          reporter.progress({ type: 'note', text: `${cluster.name}: removed the kept probes, which use what is deleted` });
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        reporter.progress({ type: 'warning', text: `${cluster.name}: could not look for kept probes: ${error.message}` });
      }
    }),
  );
}
