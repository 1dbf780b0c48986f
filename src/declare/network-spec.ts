import * as z from 'zod';
import { type Fields, isDeeper, isFields } from '../model/json-object.ts';
import { NETWORK_KEYS, type NetworkKey } from './network-keys.ts';

/** Levels of lists and mappings; no field of a VirtualNetwork has more than a few. */
const DEEPEST = 16;

/** Fields of a VirtualNetwork's spec that keys set: path with dots → key; undefined: CN2 itself sets it. */
const TAKEN: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>([
  ...Object.entries<NetworkKey>(NETWORK_KEYS).map(([key, { field }]): [string, string] => [field.join('.'), key]),
  ['v4SubnetReference', 'v4'],
  ['v6SubnetReference', 'v6'],
  ['fqName', undefined],
]);
/** Fields of which keys set parts. */
const PARTS = new Set([...TAKEN.keys()].flatMap((path) => (path.includes('.') ? [path.split('.')[0]!] : [])));

interface Fault {
  path: (string | number)[];
  message: string;
  remedy?: string;
}

/** What of a declared spec cannot be merged into a VirtualNetwork. */
function faultsOf(spec: Fields): Fault[] {
  if (isDeeper(spec, DEEPEST)) return [{ path: [], message: `is nested deeper than ${DEEPEST} levels` }];
  return Object.entries(spec).flatMap(([name, value]): Fault[] => {
    if (TAKEN.has(name)) return [taken(name, [name])];
    if (!PARTS.has(name)) return notJson(value, [name]);
    if (!isFields(value)) return [{ path: [name], message: 'is not a mapping' }];
    return Object.entries(value).flatMap(([part, inner]): Fault[] => {
      const path = `${name}.${part}`;
      return TAKEN.has(path) ? [taken(path, [name, part])] : notJson(inner, [name, part]);
    });
  });
}

function taken(field: string, path: string[]): Fault {
  const key = TAKEN.get(field);
  return key === undefined
    ? { path, message: 'is set by CN2 itself', remedy: 'Remove it.' }
    : { path, message: `is what the key ${key} sets`, remedy: `Use the key ${key} of the network.` };
}

/** Values that JSON cannot hold, and null, by which an apply would take a field away instead of setting it. */
function notJson(value: unknown, path: (string | number)[]): Fault[] {
  if (value === null || value === undefined) return [{ path, message: 'has no value' }];
  if (typeof value === 'number' && !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)))
    return [{ path, message: 'is a number that JSON cannot hold' }];
  if (Array.isArray(value)) return value.flatMap((item, index) => notJson(item, [...path, index]));
  if (isFields(value)) return Object.entries(value).flatMap(([key, member]) => notJson(member, [...path, key]));
  return [];
}

/** Shape of the key `spec`: any field of a VirtualNetwork's spec that has no key of its own. */
export const networkSpec = z
  .record(z.string(), z.unknown())
  .superRefine((spec, context) => {
    for (const { path, message, remedy } of faultsOf(spec))
      context.addIssue({ code: 'custom', path, message, ...(remedy === undefined ? {} : { params: { remedy } }) });
  })
  .meta({
    description:
      'Any further field of VirtualNetwork.spec, merged last; the server checks it. Not those that a key of the network sets.',
    propertyNames: { not: { enum: [...TAKEN.keys()].filter((path) => !path.includes('.')) } },
    properties: Object.fromEntries(
      [...PARTS].map((part) => {
        const described = {
          type: 'object',
          description: `Further fields of it; ${partsOf(part).join(' and ')} are keys of the network.`,
        };
        return [part, { ...described, propertyNames: { not: { enum: partsOf(part) } } }];
      }),
    ),
  });

function partsOf(name: string): string[] {
  return [...TAKEN.keys()].filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
}

/** A declared spec; undefined for none and for one with findings. */
export function declaredSpec(value: unknown): Fields | undefined {
  return isFields(value) && faultsOf(value).length === 0 ? value : undefined;
}
