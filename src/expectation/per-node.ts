import type { Family } from '../model/fleet.ts';
import type { Endpoint, Expected, ExpectedPair } from '../model/smoke.ts';
import { endpointKey } from './expect.ts';

/**
 * The same pairs with an endpoint on every node: what two networks must do, they must do between any two nodes, and the nodes of a cluster must
 * reach each other within each network. A cluster whose nodes are not known keeps its one endpoint in each network.
 *
 * `nodes`: names by cluster.
 */
export function perNode({ pairs }: Expected, nodes: ReadonlyMap<string, readonly string[]>): Expected {
  const onNodes = (endpoint: Endpoint): Endpoint[] => {
    const names = nodes.get(endpoint.cluster) ?? [];
    return names.length === 0 ? [endpoint] : names.map((node) => ({ ...endpoint, node }));
  };
  const between = pairs.flatMap((pair) =>
    onNodes(pair.source).flatMap((source) => onNodes(pair.target).map((target) => ({ ...pair, source, target }))),
  );
  return { pairs: [...between, ...within(pairs, onNodes)] };
}

function within(pairs: readonly ExpectedPair[], onNodes: (endpoint: Endpoint) => Endpoint[]): ExpectedPair[] {
  const networks = new Map<string, { endpoint: Endpoint; family: Family }>();
  for (const { source, target, family } of pairs)
    for (const endpoint of [source, target]) networks.set(`${endpointKey(endpoint)} ${family}`, { endpoint, family });
  return [...networks.values()].flatMap(({ endpoint, family }) => {
    const all = onNodes(endpoint);
    return all.flatMap((source) =>
      all
        .filter((target) => target !== source)
        .map((target) => ({
          source,
          target,
          family,
          expected: 'reach' as const,
          reason: 'one network on two nodes of its cluster',
        })),
    );
  });
}
