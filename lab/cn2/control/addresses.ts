import { type Address, formatAddress, parseAddress, parseCidr } from '../../../src/declare/cidr.ts';
import type { SubnetSpec } from './core-objects.ts';

/** The gateway of a Subnet: the one it names, else the first address behind the network's own. */
export function gatewayOf(subnet: SubnetSpec): string | undefined {
  const cidr = parseCidr(subnet.cidr ?? '');
  if (!cidr) return undefined;
  const named = subnet.defaultGateway ? parseAddress(subnet.defaultGateway) : undefined;
  return formatAddress(named ?? { family: cidr.family, value: cidr.first + 1n });
}

/**
 * The lowest address of a Subnet that is not taken, undefined when there is none. The network's address, the one behind it
 * (customarily the gateway), the gateway and the broadcast address are never given out.
 */
export function freeAddress(subnet: SubnetSpec, taken: ReadonlySet<string>): string | undefined {
  const cidr = parseCidr(subnet.cidr ?? '');
  if (!cidr) return undefined;
  const gateway = gatewayOf(subnet);
  const last = cidr.family === 'v4' ? cidr.last - 1n : cidr.last;
  for (let value = cidr.first + 2n; value <= last; value++) {
    const address: Address = { family: cidr.family, value };
    const text = formatAddress(address);
    if (text !== gateway && !taken.has(text)) return text;
  }
  return undefined;
}

/** How CN2 prints a Subnet's use: share of addresses in percent with two decimals. */
export function usage(subnet: SubnetSpec, count: number): string {
  const cidr = parseCidr(subnet.cidr ?? '');
  if (!cidr) return '0.00%';
  const size = Number(cidr.last - cidr.first + 1n);
  return `${((100 * count) / size).toFixed(2)}%`;
}
