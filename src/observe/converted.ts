import type { LiveCluster, LiveState } from '../model/live.ts';

/**
 * For whoever may bring the deployer up that converts a cluster's kinds: a distributed cluster of which nothing else is missing is known, but for
 * the objects of these kinds.
 */
export function withConvertedHidden(live: LiveState): LiveState {
  return { clusters: live.clusters.map(hidden) };
}

function hidden(cluster: LiveCluster): LiveCluster {
  if (cluster.status === 'known' || cluster.role === 'central' || cluster.problem?.cause !== 'conversion') return cluster;
  const { problem: _, ...rest } = cluster;
  return { ...rest, status: 'known' };
}
