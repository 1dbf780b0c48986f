import * as z from 'zod';
import { central, distributed, release } from './schema-clusters.ts';
import { addressOf, cidrOf, day, formed, labels, text } from './schema-parts.ts';
import { DNS_LABEL, fits, OBJECT_NAME } from './text-forms.ts';

/**
 * The shape of clusters.yaml: which keys there are, which must be there, what type each has. What values mean together is the
 * rules' business. The JSON schema for editors is generated from here, so every key carries its description.
 */

const namespace = z
  .strictObject({
    cluster: text('Name of the cluster.'),
    name: formed(DNS_LABEL, 'Name on that cluster.'),
    isolated: z.boolean().describe('CN2 isolated namespace. Default: false.').optional(),
    labels: labels.describe('Copied by CN2 to the central cluster; routers select by them.').optional(),
    forwarding: z.enum(['fabric-snat', 'ip-fabric']).describe('Forwarding mode of its default pod network.').optional(),
    manage: z.boolean().describe('false: it already exists and is only referred to. Default: true.').optional(),
  })
  .describe('A namespace.');

function family(version: 'v4' | 'v6') {
  return z
    .strictObject({
      cidr: cidrOf(version),
      gateway: addressOf(version).optional(),
      subnet: formed(OBJECT_NAME, `Name of the Subnet object; default <network>-${version}.`).optional(),
    })
    .describe(version === 'v4' ? 'The IPv4 subnet.' : 'The IPv6 subnet.');
}

const network = z
  .strictObject({
    cluster: text('Name of the cluster.'),
    namespace: text('Namespace as it is named on that cluster.'),
    name: formed(OBJECT_NAME, 'Name of the VirtualNetwork.'),
    labels: labels.describe('Labels of the VirtualNetwork; routers select by them.').optional(),
    v4: family('v4').optional(),
    v6: family('v6').optional(),
  })
  .refine(({ v4, v6 }) => v4 !== undefined || v6 !== undefined, { error: 'needs v4, v6 or both' })
  .meta({ description: 'A virtual network.', anyOf: [{ required: ['v4'] }, { required: ['v6'] }] });

const networkIds = z.array(text('cluster/namespace/network.'));
const routers = z
  .record(z.string(), formed(OBJECT_NAME, 'Name of the VirtualNetworkRouter object.'))
  .describe('Router names by cluster/namespace/network; default <connection>-<network>.');
const connectionKeys = { name: formed(OBJECT_NAME, 'Name of the connection.'), routers: routers.optional() };

const connection = z.discriminatedUnion('type', [
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

const smoke = z
  .strictObject({
    image: text('Image of the probe pods; required when the smoke test runs.').optional(),
    defaultPodNetwork: z
      .array(z.enum(['v4', 'v6']))
      .refine((values) => new Set(values).size === values.length, { error: 'names a family twice' })
      .describe('Families pinged between clusters over the default pod networks; [] for none.')
      .optional(),
    networks: z
      .union([z.enum(['all', 'none']), networkIds])
      .describe('Networks that are pinged: all, none or a list of cluster/namespace/network. Default: all.')
      .optional(),
    thresholds: z
      .strictObject({
        lossPercent: z
          .number()
          .min(0, { error: 'must be between 0 and 100' })
          .max(100, { error: 'must be between 0 and 100' })
          .describe('Loss up to which a path is ok. Default: 0.')
          .optional(),
        rttP95Ms: z
          .number()
          .min(0, { error: 'must not be negative' })
          .describe('95th percentile of the round trip in ms up to which a path is ok. Default: 100.')
          .optional(),
      })
      .optional(),
  })
  .describe('The smoke test; without it none runs.');

const policy = z
  .strictObject({
    disruptive: z
      .enum(['allow', 'refuse'])
      .describe('Changes that interrupt what runs: refuse makes plan and propose fail with them. Default: allow.')
      .optional(),
  })
  .describe('What may be planned and proposed.');

const severity = z
  .record(
    z.string().describe('Id of a rule.'),
    z
      .strictObject({
        level: z.literal('warning').describe('What its errors are instead.'),
        reason: text('Why; it is shown with each finding.'),
        until: day('The last day on which this holds, year-month-day (UTC); default: it has no end.').optional(),
      })
      .describe('An exception from a rule.'),
  )
  .describe('Rules whose errors are only warnings in this fleet; not for those that keep something from being destroyed.');

/** The whole file. */
export const declarationSchema = z
  .strictObject({
    apiVersion: z.literal('cn2-fleet/v1').describe('Version of this format.'),
    kind: z.literal('Fleet'),
    metadata: z.strictObject({ name: formed(DNS_LABEL, 'Names the lock, the labels and the pull requests.') }),
    release,
    central,
    distributed: z.array(distributed).describe('The attached clusters.').optional(),
    retired: z
      .array(z.int().min(0, { error: 'must not be negative' }))
      .refine((values) => new Set(values).size === values.length, { error: 'names an index twice' })
      .describe('Indexes of former clusters, which are never used again.')
      .optional(),
    namespaces: z.array(namespace).describe('Namespaces, each on its own cluster.').optional(),
    networks: z.array(network).describe('Virtual networks.').optional(),
    connections: z.array(connection).describe('Which networks reach each other.').optional(),
    policy: policy.optional(),
    severity: severity.optional(),
    smoke: smoke.optional(),
  })
  .describe('A fleet of CN2 clusters.');

/** JSON schema (draft 2020-12) of clusters.yaml, for editors. */
export function declarationJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(declarationSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'cn2-fleet declaration (clusters.yaml)', ...rest };
}

/** The text form of a Subnet or router name that is made from other names. */
export function isObjectName(name: string): boolean {
  return fits(name, OBJECT_NAME);
}
