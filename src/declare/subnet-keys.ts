import * as z from 'zod';
import type { AddressRange, Family, NetworkFamily } from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalAddress } from './cidr.ts';
import { addressOf, text } from './schema-parts.ts';
import { list, text as textOf, textOrNothing, texts } from './values.ts';

/**
 * Keys of a network's v4 and v6 that become fields of its Subnet: their shape, how they are read, and the fields. Source:
 * core.contrail.juniper.net, types SubnetSpec, Range and IPRange.
 */

/** Collection that ranges without a key of their own belong to. */
const DEFAULT_RANGE_KEY = 'default';

/** Shape of the keys, all optional. */
export function subnetKeyShape(family: Family) {
  const range = z.strictObject({
    key: text('Name of the collection of ranges that it belongs to. Default: default.').optional(),
    from: addressOf(family, 'First address.'),
    to: addressOf(family, 'Last address.'),
  });
  return {
    ranges: z
      .array(range)
      .min(1, { error: 'is empty' })
      .describe('Addresses that CN2 gives out; all of the subnet when this is absent.')
      .optional(),
    dns: z
      .array(addressOf(family, 'A name server.'))
      .min(1, { error: 'is empty' })
      .describe('Name servers of the subnet.')
      .optional(),
  };
}

/** The values of the keys, addresses in canonical form. */
export function subnetSettings(entry: Fields): Pick<NetworkFamily, 'ranges' | 'dns'> {
  const ranges = list(entry.ranges).filter(isFields).map(range);
  const dns = texts(entry.dns).map(canonicalAddress);
  return present({ ranges: Array.isArray(entry.ranges) ? ranges : undefined, dns: Array.isArray(entry.dns) ? dns : undefined });
}

function range(entry: Fields): AddressRange {
  const [from, to] = [entry.from, entry.to].map((address) => canonicalAddress(textOf(address)));
  return { ...present({ key: textOrNothing(entry.key) }), from: from!, to: to! };
}

/** The fields of a Subnet's spec that the keys set. Ranges of one key are one collection: a second one would replace it. */
export function subnetFields({ ranges, dns }: Pick<NetworkFamily, 'ranges' | 'dns'>): Fields {
  const collections = Map.groupBy(ranges ?? [], ({ key = DEFAULT_RANGE_KEY }) => key);
  return present({
    ranges:
      ranges === undefined
        ? undefined
        : [...collections].map(([key, members]) => ({ key, ipRanges: members.map(({ from, to }) => ({ from, to })) })),
    dnsNameservers: dns,
  });
}
