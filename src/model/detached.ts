import type { DistributedCluster, Fleet } from './fleet.ts';

/** Whether the declaration wants a cluster to be attached. */
export function isAttached({ state }: Pick<DistributedCluster, 'state'>): boolean {
  return state === 'attached';
}

/** The cluster of that name, where it is declared as detached. */
export function detachedCluster(fleet: Pick<Fleet, 'distributed'>, name: string): DistributedCluster | undefined {
  return fleet.distributed.find((cluster) => cluster.name === name && !isAttached(cluster));
}

/** The detached clusters, as declared. */
export function detachedClusters(fleet: Pick<Fleet, 'distributed'>): DistributedCluster[] {
  return fleet.distributed.filter((cluster) => !isAttached(cluster));
}

/** Whether a cluster is gone for good: nobody connects to it. */
export function isGoneForGood({ state, detach }: Pick<DistributedCluster, 'state' | 'detach'>): boolean {
  return state === 'detached' && detach?.unreachable === true;
}

/** The distributed clusters that are looked at. */
export function reachedClusters(fleet: Pick<Fleet, 'distributed'>): DistributedCluster[] {
  return fleet.distributed.filter((cluster) => !isGoneForGood(cluster));
}

/** The fleet for who has nothing to do on detached clusters: of each only the central side is looked at. */
export function leftAlone(fleet: Fleet): Fleet {
  return {
    ...fleet,
    distributed: fleet.distributed.map((cluster) =>
      isAttached(cluster) ? cluster : { ...cluster, detach: { keep: cluster.detach?.keep ?? [], unreachable: true } },
    ),
  };
}
