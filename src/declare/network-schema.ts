import * as z from 'zod';
import type { Fields } from '../model/json-object.ts';
import { networkKeyShape } from './network-keys.ts';
import { networkSpec } from './network-spec.ts';
import { addressOf, cidrOf, formed, objectAnnotations, objectLabels, text } from './schema-parts.ts';
import { subnetKeyShape } from './subnet-keys.ts';
import { OBJECT_NAME } from './text-forms.ts';

function family(version: 'v4' | 'v6') {
  return z
    .strictObject({
      cidr: cidrOf(version),
      gateway: addressOf(version, 'Gateway of the network; CN2 chooses one when this is absent.').optional(),
      subnet: formed(OBJECT_NAME, `Name of the Subnet object; default <network>-${version}.`).optional(),
      ...subnetKeyShape(version),
    })
    .describe(version === 'v4' ? 'The IPv4 subnet.' : 'The IPv6 subnet.');
}

/** A virtual network. */
export const network = z
  .strictObject({
    cluster: text('Name of the cluster.'),
    namespace: text('Namespace as it is named on that cluster.'),
    name: formed(OBJECT_NAME, 'Name of the VirtualNetwork.'),
    labels: objectLabels.describe('Labels of the VirtualNetwork; routers select by them.').optional(),
    annotations: objectAnnotations.describe('Annotations of the VirtualNetwork.').optional(),
    v4: family('v4').optional(),
    v6: family('v6').optional(),
    ...networkKeyShape,
    spec: networkSpec.optional(),
  })
  .refine((declared: Fields) => declared.v4 !== undefined || declared.v6 !== undefined || declared.fabricForwarding === true, {
    error: 'needs v4, v6 or both',
  })
  .meta({
    description: 'A virtual network.',
    anyOf: [
      { required: ['v4'] },
      { required: ['v6'] },
      { required: ['fabricForwarding'], properties: { fabricForwarding: { const: true } } },
    ],
  });

/** Networks by their ids. */
export const networkIds = z.array(text('cluster/namespace/network.'));
const routerName = formed(OBJECT_NAME, 'Name of the VirtualNetworkRouter object.');
const router = z
  .union([
    routerName,
    z.strictObject({
      name: routerName,
      labels: objectLabels
        .describe(
          'Its labels, by which other routers import it. Default: vnr: <name>. Connections that give it the same ones share it.',
        )
        .optional(),
    }),
  ])
  .describe('Name of the router, or its name and labels.');
const routers = z
  .record(z.string(), router)
  .describe('Routers by cluster/namespace/network; default name <connection>-<network>.');
const connectionKeys = { name: formed(OBJECT_NAME, 'Name of the connection.'), routers: routers.optional() };

/** A connection of networks. */
export const connection = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('mesh'), ...connectionKeys, networks: networkIds.describe('At least two.').optional() })
    .describe('All networks reach each other.'),
  z
    .strictObject({
      type: z.literal('hub-spoke'),
      ...connectionKeys,
      hubs: networkIds.describe('Networks that every spoke reaches.').optional(),
      spokes: networkIds.describe('Networks that reach the hubs only.').optional(),
    })
    .describe('Spokes reach hubs, never each other.'),
]);
