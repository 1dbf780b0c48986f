import pMap from 'p-map';
import type { LiveCluster, LiveState } from '../model/live.ts';
import type { KindsInUse } from '../plan/kinds-in-use.ts';
import { listingOf } from '../plan/live-objects.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ClusterOrProblem } from './observe.ts';
import { LANES, readKind } from './read-kind.ts';

/**
 * What was observed, with these kinds as well where they were not looked at: one LIST each, and none where nothing is missing. A kind that
 * cannot be read makes its cluster unknown. `concurrency`: clusters that are read at the same time.
 */
export async function withMoreKinds(
  live: LiveState,
  clusters: ReadonlyMap<string, ClusterOrProblem>,
  kinds: KindsInUse,
  concurrency = Number.POSITIVE_INFINITY,
): Promise<LiveState> {
  const read = (cluster: LiveCluster) => {
    const connection = clusters.get(cluster.name);
    return connection !== undefined && 'list' in connection ? readMore(cluster, connection, kinds) : cluster;
  };
  return { clusters: await pMap(live.clusters, read, { concurrency }) };
}

async function readMore(cluster: LiveCluster, connection: Cluster, kinds: KindsInUse): Promise<LiveCluster> {
  if (cluster.status === 'unknown') return cluster;
  const missing = (kinds.get(cluster.name) ?? []).filter(({ group, kind }) => !isWhole(cluster, group, kind));
  if (missing.length === 0) return cluster;
  const found = await pMap(missing, (kind) => readKind(connection, cluster, kind), { concurrency: LANES });
  const replaced = new Set(missing.map(({ group, kind }) => `${group}/${kind}`));
  const listings = [...cluster.listings.filter(({ group, kind }) => !replaced.has(`${group}/${kind}`)), ...found];
  const unreadable = found.find((listing) => listing.status === 'unreadable');
  return {
    ...cluster,
    listings,
    requests: connection.counts().total,
    ...(unreadable === undefined ? {} : { status: 'unknown', problem: unreadable.problem }),
  };
}

function isWhole(cluster: LiveCluster, group: string, kind: string): boolean {
  const listing = listingOf(cluster, group, kind);
  return listing !== undefined && listing.named !== true;
}
