import { clusterPlace } from './live-cluster.ts';
import { finding, type Rule } from './rule.ts';

/** VirtualRouter is cluster-scoped on the central cluster and named after its node. */
export const nodeNamesUnique: Rule = {
  id: 'E6',
  sentence: 'Node names are unique across all clusters.',
  remedy: 'Rename the node: CN2 keeps one VirtualRouter per node name on the central cluster.',
  source: 'documented',
  judgeLive({ source, fleet, live }) {
    const owners = new Map<string, string>();
    return live.clusters.flatMap((cluster) =>
      (cluster.facts?.nodes ?? []).flatMap(({ name }) => {
        const owner = owners.get(name);
        if (owner === undefined) owners.set(name, cluster.name);
        if (owner === undefined || owner === cluster.name) return [];
        const message = `node ${name} of ${cluster.name} has the same name as a node of ${owner}`;
        return [finding(this, clusterPlace(fleet, source, cluster.name), message, { cluster: cluster.name })];
      }),
    );
  },
};
