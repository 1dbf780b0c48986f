import type { Fleet } from '../model/fleet.ts';
import { pointer } from './pointer.ts';

const REMEDY = 'Write the address under which the other side reaches this cluster; each cluster has one of its own.';

/**
 * The servers of a fleet by host and port, in one spelling: two clusters at one address are one cluster, or one of the two addresses is
 * a mistake that would hand each side the other's credentials. What is not an address is left to rule E17.
 */
export function serverUses(fleet: Fleet): { scope: string; name: string; at: string[]; message: string; remedy: string }[] {
  const clusters = [
    { cluster: fleet.central, at: pointer('central', 'server') },
    ...fleet.distributed.map((cluster, index) => ({ cluster, at: pointer('distributed', index, 'server') })),
  ];
  const owners = new Map<string, string>();
  return clusters.flatMap(({ cluster, at }) => {
    const address = canonicalServer(cluster.server);
    if (address === undefined) return [];
    const owner = owners.get(address) ?? cluster.name;
    owners.set(address, owner);
    return [
      {
        scope: 'server',
        name: address,
        at: [at],
        message: `server ${address} of ${cluster.name} is already that of ${owner}`,
        remedy: REMEDY,
      },
    ];
  });
}

/** host:port of an https address, as URLs write it: lower case, canonical IPv4 and IPv6, the default port written out. */
export function canonicalServer(server: string): string | undefined {
  const url = URL.parse(server);
  if (url === null || url.protocol !== 'https:' || url.hostname === '') return undefined;
  return `${url.hostname.replace(/\.$/, '')}:${url.port || '443'}`;
}
