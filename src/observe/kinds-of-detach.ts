import pMap from 'p-map';
import { CORE } from '../cn2/names.ts';
import { detachedCluster, detachedClusters } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { GroupKind } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { listingOf } from '../plan/live-objects.ts';
import { CLAIM_KIND, NAD_GROUP, NAD_KIND } from '../plan/network-users.ts';
import type { ClusterOrProblem } from './observe.ts';
import { LANES, readKind } from './read-kind.ts';

/** Who uses networks, and what CN2 may leave behind. */
const CENTRAL: readonly GroupKind[] = [
  { group: '', kind: 'Pod' },
  { group: CORE, kind: 'VirtualRouter' },
  { group: CORE, kind: 'RoutingInstance' },
];
const DETACHED: readonly GroupKind[] = [
  { group: NAD_GROUP, kind: NAD_KIND },
  { group: '', kind: CLAIM_KIND },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
];

/**
 * What was observed, while a cluster is declared as detached with the kinds that only a detach asks about: one LIST each. One that may not
 * be read makes no cluster unknown, nothing of it is changed; what that means is judged with the detach.
 */
export async function withKindsOfDetach(
  live: LiveState,
  clusters: ReadonlyMap<string, ClusterOrProblem>,
  fleet: Fleet,
  concurrency = Number.POSITIVE_INFINITY,
): Promise<LiveState> {
  if (detachedClusters(fleet).length === 0) return live;
  const read = async (cluster: LiveCluster): Promise<LiveCluster> => {
    const connection = clusters.get(cluster.name);
    const kinds = cluster.role === 'central' ? CENTRAL : detachedCluster(fleet, cluster.name) === undefined ? [] : DETACHED;
    if (cluster.status === 'unknown' || connection === undefined || !('list' in connection) || kinds.length === 0) return cluster;
    const missing = kinds.filter(({ group, kind }) => listingOf(cluster, group, kind) === undefined);
    const found = await pMap(missing, (kind) => readKind(connection, cluster, kind), { concurrency: LANES });
    return { ...cluster, listings: [...cluster.listings, ...found], requests: connection.counts().total };
  };
  return { clusters: await pMap(live.clusters, read, { concurrency }) };
}
