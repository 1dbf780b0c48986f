import type { Resource } from '../model/kubernetes.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';

/** A kind as a cluster serves it, in its preferred version unless one is asked for; undefined while the cluster does not serve it. */
export type ResourceLookup = (cluster: string, group: string, kind: string, version?: string) => Promise<Resource | undefined>;

/** The connection to a cluster; a name that was not connected is a bug of the caller. */
export function connectionTo(clusters: ReadonlyMap<string, Cluster>, name: string): Cluster {
  const cluster = clusters.get(name);
  if (cluster === undefined) throw new Error(`no connection to cluster ${name}`);
  return cluster;
}

/**
 * Looks kinds up by discovery. What was found is kept; a kind that is missing is looked up again each time, since attaching
 * makes kinds appear. Throws the ClusterError of a discovery that fails, and one with cause unavailable for a kind whose
 * aggregated API is registered and does not answer: that is not the same as absent.
 */
export function resourceLookup(clusters: ReadonlyMap<string, Cluster>): ResourceLookup {
  const known = new Map<string, Resource[]>();
  const find = (cluster: string, group: string, kind: string, version: string | undefined) =>
    known
      .get(cluster)
      ?.find(
        (candidate) =>
          candidate.group === group && candidate.kind === kind && (version === undefined || candidate.version === version),
      );
  return async (cluster, group, kind, version) => {
    const found = find(cluster, group, kind, version);
    if (found !== undefined) return found;
    const discovery = await connectionTo(clusters, cluster).discover();
    known.set(cluster, discovery.resources);
    const fresh = find(cluster, group, kind, version);
    if (fresh === undefined && discovery.unavailableGroups.includes(group)) {
      throw new ClusterError(`${cluster}: the API of ${group} does not answer`, {
        cluster,
        cause: 'unavailable',
        fieldConflicts: [],
      });
    }
    return fresh;
  };
}
