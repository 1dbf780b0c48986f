import { Address4, Address6 } from 'ip-address';
import type { Family } from '../../../src/model/fleet.ts';

/** The family of an address or CIDR as text. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 'v6' : 'v4';
}

/** 10.0.0.2/24 → 10.0.0.2 */
export function addressOf(cidr: string): string {
  return cidr.split('/')[0]!;
}

/** Whether a text can be read as an address or CIDR; host bits are allowed. */
export function isCidr(text: string): boolean {
  return familyOf(text) === 'v6' ? Address6.isValid(text) : Address4.isValid(text);
}

/** The canonical network of a CIDR: 10.0.0.1/24 → 10.0.0.0/24, fd00::3:0000/112 → fd00::3:0/112. */
export function networkOf(cidr: string): string {
  const parsed = parse(cidr);
  return `${parsed.startAddress().correctForm()}/${parsed.subnetMask}`;
}

/** Host routes and sets name one address: 10.0.0.2 → 10.0.0.2/32. */
export function hostCidr(address: string): string {
  return `${address}/${familyOf(address) === 'v6' ? 128 : 32}`;
}

/** Whether the whole of `inner` (CIDR or address) lies in `outer`. */
export function covers(outer: string, inner: string): boolean {
  return familyOf(outer) === familyOf(inner) && parse(inner).isInSubnet(parse(outer) as Address4 & Address6);
}

/** Canonical CIDRs without those that lie in another one: nftables refuses intervals that overlap. Sorted. */
export function outermost(cidrs: readonly string[]): string[] {
  const all = [...new Set(cidrs.map(networkOf))].sort();
  return all.filter((cidr) => !all.some((other) => other !== cidr && covers(other, cidr)));
}

/** The address `offset` after the first one of a CIDR; undefined past its end. */
export function addressAt(cidr: string, offset: bigint): string | undefined {
  const parsed = parse(cidr);
  const value = parsed.startAddress().bigInt() + offset;
  if (value > parsed.endAddress().bigInt()) return undefined;
  return familyOf(cidr) === 'v6' ? Address6.fromBigInt(value).correctForm() : Address4.fromBigInt(value).correctForm();
}

/** How far an address is behind the first one of a CIDR. */
export function offsetIn(cidr: string, address: string): bigint {
  return parse(addressOf(address)).bigInt() - parse(cidr).startAddress().bigInt();
}

/** An address in its shortest spelling, so that texts can be compared. */
export function canonical(address: string): string {
  return parse(address).correctForm();
}

function parse(text: string): Address4 | Address6 {
  return familyOf(text) === 'v6' ? new Address6(text) : new Address4(text);
}
