import { createHash } from 'node:crypto';
import { type Cidr, formatCidr, overlaps, parseAddress, parseCidr } from '../../src/declare/cidr.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { LabError } from './commands.ts';

/**
 * Two subnets for the nodes' network: the first /24 of 10.89.0.0/16 (then 10.90, 10.91) that overlaps neither what the
 * fleet declares nor a route of this host, and a ULA /64 of the fleet's name.
 */
export function nodeSubnets(fleet: Fleet, hostRoutes: readonly string[]): { v4: string; v6: string } {
  const taken = [...declaredCidrs(fleet), ...hostRoutes].flatMap(cidr);
  const free = (candidate: string): boolean => {
    const parsed = parseCidr(candidate);
    return parsed !== undefined && !taken.some((other) => overlaps(other, parsed));
  };
  const v4 = candidatesV4().find(free);
  const v6 = candidatesV6(fleet.metadata.name).find(free);
  if (v4 === undefined || v6 === undefined)
    throw new LabError('no free subnet for the network of the nodes is left on this host');
  return { v4, v6 };
}

function candidatesV4(): string[] {
  return [89, 90, 91].flatMap((second) => Array.from({ length: 255 }, (_, third) => `10.${second}.${third}.0/24`));
}

function candidatesV6(name: string): string[] {
  return Array.from({ length: 16 }, (_, attempt) => {
    const hex = createHash('sha256').update(`${name} ${attempt}`).digest('hex');
    return formatCidr(parseCidr(`fd${hex.slice(0, 2)}:${hex.slice(2, 6)}:${hex.slice(6, 10)}:1::/64`) as Cidr);
  });
}

/** What a declaration takes for itself: subnets, and the addresses of its API servers. */
export function declaredCidrs(fleet: Fleet): string[] {
  const clusters = [fleet.central, ...fleet.distributed];
  const subnets = clusters.flatMap(({ podSubnets, serviceSubnets, nodeSubnets: nodes }) => [
    ...podSubnets,
    ...serviceSubnets,
    ...nodes,
  ]);
  const networks = fleet.networks.flatMap(({ v4, v6 }) => [v4, v6].flatMap((family) => (family ? [family.cidr] : [])));
  const servers = clusters.map(({ server }) => new URL(server).hostname.replace(/^\[|\]$/g, ''));
  return [...subnets, ...networks, ...servers];
}

/** A CIDR or an address; routes such as `default` are none. */
function cidr(text: string): Cidr[] {
  const parsed = parseCidr(text) ?? parseCidr(`${text}/${parseAddress(text)?.family === 'v6' ? 128 : 32}`);
  return parsed ? [parsed] : [];
}
