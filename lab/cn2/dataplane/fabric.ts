import { addressAt, familyOf, offsetIn } from './cidr.ts';

/**
 * Fabric SNAT shows a node's own address to the peers. The node's address on the clusters' bridge cannot be it: frames
 * between containers cross the host's own masquerade, which would show the bridge's address. So every node has one further
 * address on its loopback, routed by the peers. It is worked out from the node's address, so nobody has to be told.
 * The ranges are those for benchmarks (RFC 2544, RFC 5180): no declaration has a use for them.
 */
const FABRIC_RANGE = { v4: '198.18.0.0/15', v6: '2001:2::/48' } as const;

/** Bits of the node's address that are kept: a bridge's addresses differ in these. */
const KEPT_BITS = { v4: 17n, v6: 64n } as const;

/** The fabric address that belongs to a node's address: 10.89.0.5 → 198.19.0.5. */
export function fabricAddress(nodeAddress: string): string {
  const family = familyOf(nodeAddress);
  const whole = offsetIn(family === 'v6' ? '::/0' : '0.0.0.0/0', nodeAddress);
  const kept = whole & ((1n << KEPT_BITS[family]) - 1n);
  return addressAt(FABRIC_RANGE[family], kept)!;
}
