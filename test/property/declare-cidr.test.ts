import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Cidr,
  contains,
  formatAddress,
  formatCidr,
  hasHostBits,
  networkOf,
  overlaps,
  parseAddress,
  parseCidr,
  sameCidr,
} from '../../src/declare/cidr.ts';
import { freeSubnet, overlappingPairs } from '../../src/declare/subnets.ts';

const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));
/** IPv6 with runs of zeros, in full, with leading zeros and capitals as they come. */
const v6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .chain((groups) =>
    fc
      .tuple(...groups.map((group) => fc.constantFrom(group.toString(16), group.toString(16).padStart(4, '0').toUpperCase())))
      .map((words) => words.join(':')),
  );
const cidr = fc.oneof(
  fc.tuple(v4, fc.nat(32)).map(([address, prefix]) => `${address}/${prefix}`),
  fc.tuple(v6, fc.nat(128)).map(([address, prefix]) => `${address}/${prefix}`),
);
/** Networks in so small a space that overlaps are frequent, all addresses of which can be listed. */
const small = fc
  .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }))
  .map(([last, prefix]) => parseCidr(`10.0.0.${last}/${prefix}`)!);

/** The URL parser's canonical host: another implementation of RFC 5952. */
function canonicalByUrl(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : new URL(`http://${address}/`).hostname;
}

/** Network bits of an address as text: a slow second implementation. */
function bitsOf(text: string): string {
  if (!text.includes(':'))
    return text
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = canonicalByUrl(text).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

function addressesOf(network: Cidr): Set<bigint> {
  const size = Number(network.last - network.first + 1n);
  return new Set(Array.from({ length: size }, (_, offset) => network.first + BigInt(offset)));
}

describe('CIDR arithmetic', () => {
  test('the canonical form is that of the URL parser and parses back to itself', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), (text) => {
        const address = parseAddress(text)!;
        expect(formatAddress(address)).toBe(canonicalByUrl(text));
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test('whatever parses as an address is one to node too', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/), fc.stringMatching(/^0?\d{1,3}(\.\d{1,3}){1,4}$/)),
        (text) => {
          if (parseAddress(text)) expect(isIP(text)).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('whatever node takes for an address without a zone parses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/)), (text) => {
        if (isIP(text) > 0) expect(parseAddress(text)).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('overlap and equality are those of the leading bits', () => {
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        const [one, other] = [parseCidr(a)!, parseCidr(b)!];
        const shorter = Math.min(one.prefix, other.prefix);
        const [bitsA, bitsB] = [bitsOf(a.split('/')[0]!), bitsOf(b.split('/')[0]!)];
        const same = one.family === other.family && bitsA.slice(0, shorter) === bitsB.slice(0, shorter);
        expect(overlaps(one, other)).toBe(same);
        expect(overlaps(other, one)).toBe(same);
        expect(sameCidr(a, b)).toBe(same && one.prefix === other.prefix);
        expect(hasHostBits(one)).toBe(bitsA.slice(one.prefix).includes('1'));
        expect(hasHostBits(networkOf(one))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('overlap and contains agree with the lists of addresses', () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [left, right] = [addressesOf(a), addressesOf(b)];
        expect(overlaps(a, b)).toBe([...left].some((address) => right.has(address)));
        expect(contains(a, b)).toBe(left.has(b.value));
      }),
      { numRuns: 500 },
    );
  });

  test('the sweep finds the pairs that comparing all finds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            small,
            cidr.map((text) => parseCidr(text)!),
          ),
          { maxLength: 30 },
        ),
        (cidrs) => {
          const items = cidrs.map((network, index) => ({ cidr: network, index }));
          const all = items.flatMap((a) => items.filter((b) => a.index < b.index && overlaps(a.cidr, b.cidr)).map((b) => [a, b]));
          expect(overlappingPairs(items)).toEqual(all);
        },
      ),
    );
  });

  test('a free subnet overlaps nothing taken, has the same size and no host bits', () => {
    const privateV4 = fc
      .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 12, max: 28 }))
      .map(([b, c, prefix]) => `10.${b}.${c}.0/${prefix}`);
    const siteV6 = fc
      .tuple(fc.nat(0xffff), fc.integer({ min: 56, max: 120 }))
      .map(([group, prefix]) => `fd00:1:2:${group.toString(16)}::/${prefix}`);
    const networks = fc.oneof(privateV4, siteV6).map((text) => parseCidr(text)!);
    fc.assert(
      fc.property(networks, fc.array(networks, { maxLength: 20 }), (like, taken) => {
        const free = freeSubnet(like, [like, ...taken]);
        if (!free) return;
        expect([free.family, free.prefix, hasHostBits(free)]).toEqual([like.family, like.prefix, false]);
        expect([like, ...taken].some((other) => overlaps(other, free))).toBe(false);
        expect(parseCidr(formatCidr(free))).toEqual(free);
      }),
    );
  });

  test('a space that is wholly taken has nothing free', () => {
    expect(freeSubnet(parseCidr('10.1.0.0/16')!, [parseCidr('10.0.0.0/8')!])).toBeUndefined();
    expect(freeSubnet(parseCidr('8.8.8.0/24')!, [])).toBeUndefined();
  });
});
