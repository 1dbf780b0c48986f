import { createHash } from 'node:crypto';
import { type Cidr, formatAddress, overlaps, parseAddress, parseCidr } from '../../src/declare/cidr.ts';
import { LabError } from '../kind/commands.ts';

/** Blocks for documentation (RFC 5737): no host is reached at an address of them. */
const BLOCKS = ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24'];
const HOSTS = 254;

/**
 * Addresses for API servers: of the first block that `taken` leaves room in. A name has its own place to begin, so that labs of several
 * fleets seldom ask for the same. Throws LabError where none has room.
 */
export function apiAddresses(name: string, count: number, taken: readonly string[]): string[] {
  const used = taken.flatMap(cidr);
  const start = createHash('sha256').update(name).digest().readUInt16BE() % HOSTS;
  for (const block of BLOCKS) {
    const { first } = parseCidr(block) as Cidr;
    const free = Array.from({ length: HOSTS }, (_, at) => first + 1n + BigInt((start + at) % HOSTS))
      .map((value) => formatAddress({ family: 'v4', value }))
      .filter((address) => !used.some((other) => overlaps(other, cidr(address)[0] as Cidr)));
    if (free.length >= count) return free.slice(0, count);
  }
  throw new LabError(`no block of ${BLOCKS.join(', ')} has ${count} addresses that nothing uses`);
}

/** A CIDR or an address; anything else is none. */
function cidr(text: string): Cidr[] {
  const family = parseAddress(text)?.family;
  const parsed = family === undefined ? parseCidr(text) : parseCidr(`${text}/${family === 'v6' ? 128 : 32}`);
  return parsed === undefined ? [] : [parsed];
}
