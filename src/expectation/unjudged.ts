import type { FleetNetwork } from '../model/fleet.ts';

/**
 * Why nothing is expected between two networks that no connection joins; undefined: they must not reach each other. The sentence is
 * the same in both directions.
 */
export function whyUnjudged(a: FleetNetwork, b: FleetNetwork): string | undefined {
  for (const key of PROVIDER_KEYS) {
    const [first] = inOrder([a, b].filter((network) => isSet(network, key)));
    if (first !== undefined) return `not judged: ${first} is routed in the underlay (${key})`;
  }
  if (a.fabricSNAT === true && b.fabricSNAT === true)
    return `not judged: ${inOrder([a, b]).join(' and ')} have fabricSNAT and may reach each other through the underlay`;
  const [shared] = [exchanged(a, b), exchanged(b, a)].filter((target) => target !== undefined).sort();
  if (shared === undefined) return undefined;
  return `not judged: ${inOrder([a, b]).join(' and ')} exchange routes by route target ${shared}`;
}

/** The first route target by which one network takes the routes of another. */
function exchanged(from: FleetNetwork, to: FleetNetwork): string | undefined {
  const taken = new Set([...(to.routeTargets ?? []), ...(to.importRouteTargets ?? [])]);
  return [...(from.routeTargets ?? []), ...(from.exportRouteTargets ?? [])].filter((target) => taken.has(target)).sort()[0];
}

/** What puts a network into the underlay: a key, or fields that have none. */
const PROVIDER_KEYS = ['fabricForwarding', 'isProviderNetwork', 'providerNetworkReference'] as const;

function isSet({ fabricForwarding, spec }: FleetNetwork, key: (typeof PROVIDER_KEYS)[number]): boolean {
  const value = key === 'fabricForwarding' ? fabricForwarding : spec?.[key];
  return value !== undefined && value !== false;
}

function inOrder(networks: readonly FleetNetwork[]): string[] {
  return networks.map(({ cluster, namespace, name }) => `network ${namespace}/${name} of ${cluster}`).sort();
}
