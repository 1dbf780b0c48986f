import { overlaps, parseCidr } from '../declare/cidr.ts';
import type { Family, Fleet, FleetNetwork } from '../model/fleet.ts';
import type { Route } from './probe-pod.ts';
import type { Probe } from './probes.ts';

/**
 * Routes from a probe's virtual network to every other declared one of the fleet via its own gateway, also to those it must not reach: a
 * block counts only when packets could have left. Networks whose addresses overlap the probe's own cannot be told apart from it.
 */
export function routesFor(fleet: Fleet, probe: Probe, gateways: Partial<Record<Family, string>>): Route[] {
  if (probe.network === undefined) return [];
  const own = probe.network.declared;
  const routes = new Map<string, Route>();
  for (const other of fleet.networks) {
    for (const family of ['v4', 'v6'] as const) {
      const cidr = other[family]?.cidr;
      const gateway = gateways[family];
      if (cidr === undefined || gateway === undefined || overlapping(own, other, family)) continue;
      routes.set(cidr, { cidr, gateway });
    }
  }
  return [...routes.values()];
}

/** Whether two networks share addresses of a family, so that a packet cannot say which of them it is for. */
export function overlapping(a: FleetNetwork, b: FleetNetwork, family: Family): boolean {
  const [one, other] = [parseCidr(a[family]?.cidr ?? ''), parseCidr(b[family]?.cidr ?? '')];
  return one !== undefined && other !== undefined && overlaps(one, other);
}
