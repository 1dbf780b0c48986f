import * as z from 'zod';
import type { NetworkSettings } from '../model/fleet.ts';
import type { Fields } from '../model/json-object.ts';
import { routeTargetNumber } from './route-target.ts';
import { judged } from './schema-parts.ts';

/** A key of a declared network that becomes one field of its VirtualNetwork. */
export interface NetworkKey {
  /** Shape and description; what values mean together is the rules' business. */
  schema: z.ZodType;
  /** The field of the VirtualNetwork's spec, or the part of it and the field in that part. */
  field: readonly [string] | readonly [string, string];
}

function routeTargets(description: string) {
  return z
    .array(
      judged((value) => routeTargetNumber(value) !== undefined, 'is not a route target', 'target:<AS number or IPv4>:<number>.'),
    )
    .min(1, { error: 'is empty' })
    .refine((values) => new Set(values).size === values.length, { error: 'names a route target twice' })
    .describe(description);
}

/**
 * One row per key: its shape, and the field that it becomes. Source: core.contrail.juniper.net, type VirtualNetworkSpec (the same in
 * every release from 22.1 to 23.4).
 */
export const NETWORK_KEYS = {
  podNetwork: {
    schema: z.boolean().describe('Pods may have it as their primary network: nodes get host routes to its addresses.'),
    field: ['podNetwork'],
  },
  fabricSNAT: {
    schema: z.boolean().describe("Its pods reach the underlay through their node's address. Default: as CN2 is configured."),
    field: ['fabricSNAT'],
  },
  fabricForwarding: {
    schema: z.boolean().describe('Its addresses are routed in the underlay (ip-fabric is its provider network).'),
    field: ['fabricForwarding'],
  },
  routeTargets: {
    schema: routeTargets('Route targets that it imports and exports, such as target:64512:1000.'),
    field: ['routeTargetList'],
  },
  importRouteTargets: {
    schema: routeTargets('Route targets that it imports only.'),
    field: ['importRouteTargetList'],
  },
  exportRouteTargets: {
    schema: routeTargets('Route targets that it exports only.'),
    field: ['exportRouteTargetList'],
  },
  forwardingMode: {
    schema: z.enum(['l2_l3', 'l2', 'l3']).describe("What is forwarded. CN2's default: l2_l3."),
    field: ['virtualNetworkProperties', 'forwardingMode'],
  },
  rpf: {
    schema: z.enum(['enable', 'disable']).describe("Reverse path forwarding. CN2's default: enable."),
    field: ['virtualNetworkProperties', 'rpf'],
  },
  vni: {
    schema: z
      .int()
      .describe('VXLAN network identifier, from 4096 on, used by no other network; CN2 chooses one when this is absent.'),
    field: ['virtualNetworkNetworkId'],
  },
} as const satisfies Record<keyof NetworkSettings, NetworkKey>;

const ROWS = Object.entries(NETWORK_KEYS) as [keyof NetworkSettings, NetworkKey][];

/** The keys as members of a network's schema, all optional. */
export const networkKeyShape: Record<string, z.ZodType> = Object.fromEntries(
  ROWS.map(([key, { schema }]) => [key, schema.optional()]),
);

/** The values of a network's keys that have their shape; others have a schema finding and are left out. */
export function networkSettings(entry: Fields): NetworkSettings {
  const settings: Fields = {};
  for (const [key, { schema }] of ROWS) {
    const value = entry[key] === undefined ? undefined : schema.safeParse(entry[key]);
    if (value?.success) settings[key] = value.data;
  }
  return settings;
}

/** The fields of a VirtualNetwork's spec that a network's keys set. */
export function networkFields(settings: NetworkSettings): Fields {
  const spec: Fields = {};
  for (const [key, { field }] of ROWS) {
    const value = settings[key];
    if (value === undefined) continue;
    const [name, inner] = field;
    spec[name] = inner === undefined ? value : { ...(spec[name] as Fields | undefined), [inner]: value };
  }
  return spec;
}
