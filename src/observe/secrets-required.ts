import type { LiveCluster, LiveState } from '../model/live.ts';

/** The same for whoever has to compare Secrets: a cluster on which they may not be read is unknown. */
export function withSecretsRequired(live: LiveState): LiveState {
  return { clusters: live.clusters.map(required) };
}

function required(cluster: LiveCluster): LiveCluster {
  const secrets = cluster.listings.find(({ group, kind }) => group === '' && kind === 'Secret');
  if (cluster.status === 'unknown' || secrets?.status !== 'unreadable') return cluster;
  return { ...cluster, status: 'unknown', problem: secrets.problem };
}
