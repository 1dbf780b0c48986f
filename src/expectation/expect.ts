import type { Family, Fleet, FleetNetwork } from '../model/fleet.ts';
import { networkId } from '../model/fleet.ts';
import type { Scope } from '../model/scope.ts';
import type { Endpoint, Expected, ExpectedPair } from '../model/smoke.ts';
import { joined, type Memberships, memberships } from './connected.ts';
import { whyUnjudged } from './unjudged.ts';

/** The endpoint name of a cluster's default pod network. */
export const DEFAULT_NETWORK = 'default';

/**
 * Every ordered pair that the smoke test measures and what it must do: default pod networks between clusters, in the declared
 * families, then every two of the chosen virtual networks (also of one cluster) in the families both have. Nothing is expected
 * (`unspecified`) where the networks' own keys let routes pass outside the connections.
 *
 * `scope` narrows it to pairs that touch one of its clusters and otherwise nothing but the central one, so that a cluster
 * that is out of scope need not answer. Detached clusters have no endpoints. Without `smoke` there are no pairs.
 */
export function expect(fleet: Fleet, scope?: Scope): Expected {
  const smoke = fleet.smoke;
  if (!smoke) return { pairs: [] };
  const wanted = wantedIn(fleet, scope);
  return {
    pairs: [
      ...smoke.defaultPodNetwork.flatMap((family) => defaultPairs(attachedClusters(fleet), family)),
      ...networkPairs(chosenNetworks(fleet), memberships(fleet.connections)),
    ].filter((pair) => wanted(pair.source.cluster, pair.target.cluster)),
  };
}

/** Every pair of declared virtual networks and what it must do, whether the smoke test measures it or not. */
export function declaredPairs(fleet: Fleet): ExpectedPair[] {
  const attached = new Set(attachedClusters(fleet));
  return networkPairs(
    fleet.networks.filter(({ cluster }) => attached.has(cluster)),
    memberships(fleet.connections),
  );
}

/** Names of the clusters that have endpoints, the central one first. */
function attachedClusters(fleet: Fleet): string[] {
  return [fleet.central.name, ...fleet.distributed.filter((entry) => entry.state === 'attached').map((entry) => entry.name)];
}

/** The endpoint of a declared network. */
export function endpointOf(network: FleetNetwork): Endpoint {
  return { cluster: network.cluster, network: `${network.namespace}/${network.name}` };
}

/** One text per endpoint, for maps: `cluster/default` or `cluster/namespace/name`, with `@node` where it is one of a node. */
export function endpointKey({ cluster, network, node }: Endpoint): string {
  return `${cluster}/${network}${node === undefined ? '' : `@${node}`}`;
}

/** The same endpoint whatever its node. */
export function ofNetwork({ cluster, network }: Endpoint): Endpoint {
  return { cluster, network };
}

/** One text per ordered pair and family, for maps. */
export function pairKey({ source, target, family }: Pick<ExpectedPair, 'source' | 'target' | 'family'>): string {
  return `${endpointKey(source)} ${endpointKey(target)} ${family}`;
}

function chosenNetworks(fleet: Fleet): FleetNetwork[] {
  const choice = fleet.smoke?.networks ?? 'none';
  if (choice === 'none') return [];
  const attached = new Set(attachedClusters(fleet));
  const chosen = choice === 'all' ? undefined : new Set(choice);
  return fleet.networks.filter((network) => attached.has(network.cluster) && (chosen?.has(networkId(network)) ?? true));
}

function defaultPairs(clusters: readonly string[], family: Family): ExpectedPair[] {
  return clusters.flatMap((source) =>
    clusters
      .filter((target) => target !== source)
      .map((target) => ({
        source: { cluster: source, network: DEFAULT_NETWORK },
        target: { cluster: target, network: DEFAULT_NETWORK },
        family,
        expected: 'reach' as const,
        reason: 'default pod networks with fabric SNAT reach each other',
      })),
  );
}

function networkPairs(networks: readonly FleetNetwork[], connections: Memberships): ExpectedPair[] {
  const pairs: ExpectedPair[] = [];
  for (const source of networks) {
    for (const target of networks) {
      if (source === target) continue;
      const { reach, reason: declared } = joined(connections, networkId(source), networkId(target));
      const open = reach ? undefined : whyUnjudged(source, target);
      for (const family of ['v4', 'v6'] as const) {
        if (!source[family] || !target[family]) continue;
        const expected = reach ? 'reach' : open === undefined ? 'block' : 'unspecified';
        pairs.push({ source: endpointOf(source), target: endpointOf(target), family, expected, reason: open ?? declared });
      }
    }
  }
  return pairs;
}

function wantedIn(fleet: Fleet, scope: Scope | undefined): (a: string, b: string) => boolean {
  if (scope === undefined) return () => true;
  const isInside = (name: string) => scope.has(name) || name === fleet.central.name;
  return (a, b) => isInside(a) && isInside(b) && (scope.has(a) || scope.has(b));
}
