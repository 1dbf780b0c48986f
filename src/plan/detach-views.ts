import { isOlderThanCn2 } from '../cn2/restart.ts';
import { detachedClusters, isGoneForGood } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import type { DetachView, Plan } from '../model/plan.ts';
import { liveCluster, seen } from './live-objects.ts';
import { deletesFor } from './network-users.ts';

/** What the detaches of a plan take away, for whoever reads it first: one entry for each cluster of which something is deleted. */
export function detachViews(fleet: Fleet, live: LiveState, plan: Pick<Plan, 'clusters'>): DetachView[] {
  return detachedClusters(fleet).flatMap((cluster): DetachView[] => {
    const deletes = deletesFor(cluster.name, plan);
    if (deletes.length === 0) return [];
    const own = liveCluster(live, cluster.name);
    const kept = new Set(cluster.detach?.keep);
    const there = own === undefined ? [] : seen(own, '', 'Namespace').map(({ metadata }) => metadata.name);
    // Whoever has a network of its own has it from CN2 while there are Vrouters.
    const pods = own !== undefined && deletes.some(({ stage }) => stage === '50-vrouter') ? seen(own, '', 'Pod') : [];
    return [
      {
        cluster: cluster.name,
        unreachable: isGoneForGood(cluster),
        namespaces: deletes.filter(({ stage }) => stage === '70-namespaces').map(({ name }) => name),
        kept: there.filter((name) => kept.has(name)),
        networks: deletes
          .filter(({ kind, stage }) => kind === 'VirtualNetwork' && stage === '80-networks')
          .map(({ namespace, name }) => `${namespace}/${name}`),
        pods: pods.filter((pod) => isOlderThanCn2(pod, Number.POSITIVE_INFINITY)).length,
      },
    ];
  });
}
