import type { FleetNetwork } from '../model/fleet.ts';

/**
 * Why nothing is expected between two networks that no connection joins; undefined: they must not reach each other. The sentence is
 * the same in both directions.
 */
export function whyUnjudged(a: FleetNetwork, b: FleetNetwork): string | undefined {
  const routed = [a, b].filter(({ fabricForwarding }) => fabricForwarding === true);
  const [first] = inOrder(routed);
  if (first !== undefined) return `not judged: ${first} is routed in the underlay (fabricForwarding)`;
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

function inOrder(networks: readonly FleetNetwork[]): string[] {
  return networks.map(({ cluster, namespace, name }) => `network ${namespace}/${name} of ${cluster}`).sort();
}
