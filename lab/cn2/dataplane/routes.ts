import { addressOf, canonical, covers, familyOf, hostCidr, networkOf } from './cidr.ts';
import { fabricAddress } from './fabric.ts';
import type { DataplaneState } from './state.ts';

/** Marks the routes that follow the state; the ones of local pods have their own mark and go with their interface. */
export const STATE_PROTOCOL = 202;
export const LOCAL_PROTOCOL = 203;

/** Behind every other route of the same prefix, so that a network of the host itself is never cut off. */
const BLACKHOLE_METRIC = 4096;

export interface Route {
  /** Canonical CIDR. */
  destination: string;
  /** The next node's address; absent: what has no more specific route is dropped instead of leaving by the default route. */
  via?: string;
}

/** What `ip -j route show proto N` says of a route. */
export interface KernelRoute {
  type?: string;
  dst: string;
  gateway?: string;
}

/**
 * Routes of one node: the pod networks and fabric addresses behind every peer, each address of a virtual network behind its
 * node, and nothing for the rest of a virtual network. A family that a peer has no address of is left out.
 */
export function wantedRoutes(
  state: DataplaneState,
  node: string,
  ownPodCidrs: readonly string[],
  local: readonly string[],
): Route[] {
  const routes = new Map<string, Route>();
  const own = ownPodCidrs.map(networkOf);
  const here = new Set(local.map(canonical));
  const add = (destination: string, via?: string) => {
    const canonicalDestination = networkOf(destination);
    routes.set(canonicalDestination, {
      destination: canonicalDestination,
      ...(via === undefined ? {} : { via: canonical(via) }),
    });
  };
  for (const network of state.networks) for (const cidr of network.cidrs) add(cidr);
  for (const peer of state.peers) {
    if (peer.node === node) continue;
    for (const address of peer.addresses) add(hostCidr(fabricAddress(address)), address);
    for (const cidr of peer.podCIDRs) {
      const via = sameFamily(peer.addresses, cidr);
      if (via !== undefined && !own.some((mine) => covers(mine, cidr))) add(cidr, via);
    }
  }
  for (const host of state.hosts) {
    if (host.node === node || here.has(canonical(host.address))) continue;
    const peer = state.peers.find((candidate) => candidate.node === host.node);
    const via = sameFamily(peer?.addresses ?? [], host.address);
    if (via !== undefined) add(hostCidr(addressOf(host.address)), via);
  }
  return [...routes.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1));
}

/** Lines for `ip -batch` that turn what the kernel has into what is wanted; none when it is the same. */
export function routeCommands(wanted: readonly Route[], current: readonly KernelRoute[]): string[] {
  const present = new Set(current.map((route) => keyOf(fromKernel(route))));
  const needed = new Set(wanted.map(keyOf));
  const stale = current.map(fromKernel).filter((route) => !needed.has(keyOf(route)));
  // A new next hop replaces the route in place, so nothing is lost while an address moves; only what stays unwanted is deleted.
  const replaced = new Set(wanted.filter((route) => route.via !== undefined).map((route) => route.destination));
  return [
    ...wanted.filter((route) => !present.has(keyOf(route))).map((route) => `route replace ${spelled(route)}`),
    ...stale
      .filter((route) => route.via === undefined || !replaced.has(route.destination))
      .map((route) => `route del ${spelled(route)}`),
  ];
}

function spelled(route: Route): string {
  return route.via === undefined
    ? `blackhole ${route.destination} metric ${BLACKHOLE_METRIC} proto ${STATE_PROTOCOL}`
    : `${route.destination} via ${route.via} proto ${STATE_PROTOCOL}`;
}

function keyOf(route: Route): string {
  return `${route.destination} ${route.via ?? 'blackhole'}`;
}

function fromKernel(route: KernelRoute): Route {
  const destination = networkOf(route.dst.includes('/') ? route.dst : hostCidr(route.dst));
  return { destination, ...(route.gateway === undefined ? {} : { via: canonical(route.gateway) }) };
}

function sameFamily(addresses: readonly string[], other: string): string | undefined {
  return addresses.find((address) => familyOf(address) === familyOf(other));
}
