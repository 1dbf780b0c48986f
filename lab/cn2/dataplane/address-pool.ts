import { addressAt, addressOf, canonical, familyOf, offsetIn } from './cidr.ts';

/** Addresses of a node's pod networks. The first host is the gateway on the node; addresses are handed out in turn. */
export interface AddressPool {
  /** One address with prefix length for each pod CIDR, none of them in use; throws when one is exhausted. */
  take(inUse: readonly string[]): { addresses: string[]; gateways: string[] };
}

const FIRST_POD = 2n;

/** `given` are addresses that were handed out before a restart: the turn continues behind the highest of them. */
export function addressPool(podCidrs: readonly string[], given: readonly string[] = []): AddressPool {
  const next = new Map(podCidrs.map((cidr) => [cidr, FIRST_POD]));
  for (const cidr of podCidrs) {
    for (const address of given.filter((one) => familyOf(one) === familyOf(cidr))) {
      const after = offsetIn(cidr, address) + 1n;
      if (after > next.get(cidr)!) next.set(cidr, after);
    }
  }
  return {
    take(inUse) {
      const used = new Set(inUse.map((address) => canonical(addressOf(address))));
      const addresses = podCidrs.map((cidr) => {
        const prefix = cidr.split('/')[1]!;
        const start = next.get(cidr)!;
        for (const from of [start, FIRST_POD]) {
          for (let offset = from; ; offset++) {
            const address = addressAt(cidr, offset);
            // The last IPv4 address is the broadcast address.
            if (address === undefined || (familyOf(cidr) === 'v4' && addressAt(cidr, offset + 1n) === undefined)) break;
            if (used.has(address)) continue;
            next.set(cidr, offset + 1n);
            return `${address}/${prefix}`;
          }
        }
        throw new Error(`no free address in ${cidr}`);
      });
      return { addresses, gateways: podCidrs.map((cidr) => addressAt(cidr, 1n)!) };
    },
  };
}
