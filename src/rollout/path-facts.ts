import type { ResourceLookup } from '../apply/resources.ts';
import { CONTRAIL_NAMESPACE, CORE } from '../cn2/names.ts';
import { CENTRAL_KINDS, type Listed, type PathFacts } from '../diagnosis/facts.ts';
import type { Fleet } from '../model/fleet.ts';
import type { PairVerdict } from '../model/smoke.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';

/**
 * Reads what paths depend on: one LIST of each kind on the central cluster, and of the DaemonSets of each cluster that has an end of a
 * path. What cannot be read is a text that says why; nothing here fails.
 */
export async function pathFacts(
  fleet: Fleet,
  pairs: readonly PairVerdict[],
  clusters: ReadonlyMap<string, Cluster>,
  resources: ResourceLookup,
): Promise<PathFacts> {
  const list = async (name: string, group: string, kind: string, namespace?: string): Promise<Listed> => {
    const cluster = clusters.get(name);
    if (cluster === undefined) return `no connection to ${name}`;
    try {
      const resource = await resources(name, group, kind);
      if (resource === undefined) return `${name} serves no ${kind}`;
      return await cluster.list(resource, namespace === undefined ? {} : { namespace });
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return error.message;
    }
  };
  const central = await Promise.all(
    CENTRAL_KINDS.map(async (kind) => [kind, await list(fleet.central.name, kind === 'Namespace' ? '' : CORE, kind)] as const),
  );
  const ends = [...new Set(pairs.flatMap(({ source, target }) => [source.cluster, target.cluster]))];
  const daemonSets = await Promise.all(
    ends.map(async (name) => [name, await list(name, 'apps', 'DaemonSet', CONTRAIL_NAMESPACE)] as const),
  );
  return { central: Object.fromEntries(central) as unknown as PathFacts['central'], daemonSets: new Map(daemonSets) };
}
