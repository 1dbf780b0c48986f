import { canonicalAddress, canonicalCidr } from '../declare/cidr.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type FieldPath, isWhole, marksItem } from './field-set.ts';
import { ownEntry } from './ownership.ts';

/** Named as the owner of a declared field that comes back from a write with another value. */
export const ADMISSION = 'an admission webhook';

/**
 * The declared fields that the server's answer gives another value, though it has ours written there: an admission changes them on every
 * write. Other spellings of one value (quantities, durations, addresses) and the defaults of a schema are none.
 */
export function rewrittenPaths(desired: KubernetesObject, result: KubernetesObject): { path: FieldPath; wanted: unknown }[] {
  const record = ownEntry(result)?.fieldsV1;
  return record === undefined ? [] : rewritten(desired, result, record, []);
}

function rewritten(wanted: unknown, given: unknown, record: Fields, at: FieldPath): { path: FieldPath; wanted: unknown }[] {
  if (isWhole(record)) return isKept(wanted, given) ? [] : [{ path: at, wanted }];
  return Object.entries(record).flatMap(([mark, part]) => {
    if (mark === '.' || !isFields(part)) return [];
    if (mark.startsWith('f:')) {
      const key = mark.slice(2);
      return rewritten(memberOf(wanted, key), memberOf(given, key), part, [...at, mark]);
    }
    const find = (items: unknown) => (Array.isArray(items) ? items.find((item) => marksItem(mark, item)) : undefined);
    return rewritten(find(wanted), find(given), part, [...at, mark]);
  });
}

function memberOf(value: unknown, key: string): unknown {
  return isFields(value) ? ownMember(value, key) : undefined;
}

/** Whether what was written came back; more may stand beside it, as schemas have defaults. */
function isKept(wanted: unknown, given: unknown): boolean {
  // Nothing has a default in many places; a switch that is off stays off.
  if (isNothing(wanted)) return wanted !== false || isNothing(given);
  if (Array.isArray(wanted)) {
    return Array.isArray(given) && given.length === wanted.length && wanted.every((item, index) => isKept(item, given[index]));
  }
  if (isFields(wanted)) {
    return isFields(given) && Object.entries(wanted).every(([key, member]) => isKept(member, ownMember(given, key)));
  }
  return given !== undefined && sameScalar(String(wanted), String(given));
}

/** Left out by servers as often as not. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function sameScalar(a: string, b: string): boolean {
  if (a === b) return true;
  return [quantity, duration, address, bytes].some((canonical) => {
    const [left, right] = [canonical(a), canonical(b)];
    return left !== undefined && left === right;
  });
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

function quantity(text: string): string | undefined {
  const match = /^([+-]?\d*\.?\d+(?:e[+-]?\d+)?)([numkKMGTPE]?i?)$/i.exec(text);
  if (match === null || !Object.hasOwn(FACTORS, match[2]!)) return undefined;
  return (Number(match[1]) * FACTORS[match[2]!]!).toPrecision(12);
}

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3 };

function duration(text: string): string | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0).toFixed(3);
}

function address(text: string): string | undefined {
  if (!/^[0-9a-fA-F:.]+(\/\d+)?$/.test(text)) return undefined;
  return (text.includes('/') ? canonicalCidr(text) : text.includes(':') ? canonicalAddress(text) : undefined) ?? undefined;
}

/** Base64 has many spellings of the same bytes. Short words, and what is not padded to groups of four, are not base64. */
function bytes(text: string): string | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]{6,}={0,2}$/.test(text)
    ? Buffer.from(text, 'base64').toString('base64')
    : undefined;
}
