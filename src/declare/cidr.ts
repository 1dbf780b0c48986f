import { Address6 } from 'ip-address';
import type { Family } from '../model/fleet.ts';

/** A parsed address. */
export interface Address {
  family: Family;
  value: bigint;
}

/** A parsed CIDR: the address as written (host bits kept) and the first and last address of its network. */
export interface Cidr extends Address {
  prefix: number;
  first: bigint;
  last: bigint;
}

const BITS: Record<Family, number> = { v4: 32, v6: 128 };
const V6_CHARACTERS = /^[0-9A-Fa-f:.]+$/;

/** Parses any valid spelling of an IPv4 or IPv6 address; undefined for anything else (octal-like 010.0.0.1 and zones included). */
export function parseAddress(text: string): Address | undefined {
  if (text.includes('/')) return undefined;
  try {
    if (!text.includes(':')) return v4Address(text);
    return V6_CHARACTERS.test(text) ? { family: 'v6', value: new Address6(text).bigInt() } : undefined;
  } catch {
    return undefined;
  }
}

/** Four numbers below 256 without leading zeros. */
const V4 = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/;

function v4Address(text: string): Address | undefined {
  const parts = V4.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return { family: 'v4', value: BigInt(parts.reduce((number, part) => number * 256 + part)) };
}

function v4Text(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.');
}

/** Parses `address/prefix`; undefined when either part is not valid. Host bits are kept: see hasHostBits. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const prefix = Number(length);
  if (!address || prefix > BITS[address.family]) return undefined;
  return withPrefix(address, prefix);
}

function withPrefix(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(BITS[address.family] - prefix);
  const first = (address.value >> hostBits) << hostBits;
  return { ...address, prefix, first, last: first + (1n << hostBits) - 1n };
}

/** Canonical text of an address: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress(address: Address): string {
  return address.family === 'v4' ? v4Text(address.value) : Address6.fromBigInt(address.value).correctForm();
}

const MAPPED_PREFIX = 0xffffn << 32n;

/** An IPv4 address in the spelling of IPv6 (::ffff:10.0.0.1) as what it is to every connection; any other address as it is. */
export function unmapped(address: Address): Address {
  const isMapped = address.family === 'v6' && address.value >> 32n === MAPPED_PREFIX >> 32n;
  return isMapped ? { family: 'v4', value: address.value - MAPPED_PREFIX } : address;
}

/** Canonical text of a CIDR, host bits kept as they are. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr)}/${cidr.prefix}`;
}

/** Whether the address has bits set behind the prefix, as 10.0.0.1/24 has. */
export function hasHostBits(cidr: Cidr): boolean {
  return cidr.value !== cidr.first;
}

/** The same network without host bits. */
export function networkOf(cidr: Cidr): Cidr {
  return { ...cidr, value: cidr.first };
}

/** Whether two networks share an address. Families never do. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether an address lies in a network. */
export function contains(cidr: Cidr, address: Address): boolean {
  return cidr.family === address.family && cidr.first <= address.value && address.value <= cidr.last;
}

/** A text that is a CIDR in canonical form; any other text as it is. */
export function canonicalCidr(text: string): string {
  const cidr = parseCidr(text);
  return cidr ? formatCidr(cidr) : text;
}

/** A text that is an address in canonical form; any other text as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address ? formatAddress(address) : text;
}

/** Whether two texts are one network, however they are spelled (host bits do not count). */
export function sameCidr(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  if (!one || !other) return false;
  return one.family === other.family && one.first === other.first && one.prefix === other.prefix;
}
