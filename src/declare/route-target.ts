import { parseAddress } from './cidr.ts';

const FORM = /^target:([0-9.]{1,15}):(0|[1-9][0-9]{0,9})$/;
const SYSTEM = /^[1-9][0-9]{0,9}$/;
const [MAX_16, MAX_32] = [0xffff, 0xffff_ffff];

/** The number behind the last colon of a route target; undefined for a text that is not a route target. */
export function routeTargetNumber(text: string): number | undefined {
  const [, administrator = '', digits = ''] = FORM.exec(text) ?? [];
  const number = Number(digits);
  if (administrator === '') return undefined;
  const most = mostBehind(administrator);
  return most !== undefined && number <= most ? number : undefined;
}

/**
 * RFC 4360 and 5668: two octets of AS number leave four for the number; four octets (AS number or IPv4 address) leave two. AS 0 is
 * reserved (RFC 7607).
 */
function mostBehind(administrator: string): number | undefined {
  if (administrator.includes('.')) return parseAddress(administrator) === undefined ? undefined : MAX_16;
  const system = SYSTEM.test(administrator) ? Number(administrator) : Number.NaN;
  if (system <= MAX_16) return MAX_32;
  return system <= MAX_32 ? MAX_16 : undefined;
}
