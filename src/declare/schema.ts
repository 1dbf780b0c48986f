import * as z from 'zod';
import { POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import { connection, network, networkIds } from './network-schema.ts';
import { central, distributed, release } from './schema-clusters.ts';
import { day, duration, formed, namespaceAnnotations, objectLabels, text } from './schema-parts.ts';
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
    labels: objectLabels.describe('Copied by CN2 to the central cluster; routers select by them.').optional(),
    annotations: namespaceAnnotations
      .describe(
        `Annotations, such as ${POD_NETWORK_ANNOTATION}: <namespace>/<network> for the primary network of its pods; on a distributed cluster the central name of the namespace is worked out.`,
      )
      .optional(),
    forwarding: z.enum(['fabric-snat', 'ip-fabric']).describe('Forwarding mode of its default pod network.').optional(),
    manage: z.boolean().describe('false: it already exists and is only referred to. Default: true.').optional(),
  })
  .describe('A namespace.');

const smoke = z
  .strictObject({
    image: text(
      "Image of the probe pods. Default: that of this program's release, from the host of the cluster's registry where one is declared.",
    ).optional(),
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
          .min(0, { error: 'must be at least 0 and less than 100: with 100 no loss would be too much' })
          .lt(100, { error: 'must be at least 0 and less than 100: with 100 no loss would be too much' })
          .describe('Loss in percent up to which a path is ok. Default: 0.')
          .optional(),
        rttP95Ms: z
          .number()
          .gt(0, { error: 'must be more than 0: every reply takes some time' })
          .max(10_000, { error: 'must be at most 10000: no reply is waited for longer' })
          .describe('95th percentile of the round trip in ms up to which a path is ok. Default: 100.')
          .optional(),
      })
      .optional(),
    perNode: z
      .boolean()
      .describe('true: a probe in every network on every node of its cluster, instead of one in every network. Default: false.')
      .optional(),
    keepProbes: z
      .boolean()
      .describe('true: the probes keep running after the test, so that the next one need not start them. Default: false.')
      .optional(),
    netRaw: z
      .boolean()
      .describe(
        'true: where a cluster forbids the sysctl that opens ping sockets, probes may run as root with the capability NET_RAW; else TCP alone is measured there. Default: false.',
      )
      .optional(),
  })
  .describe('The smoke test; without it none runs.');

const extra = z
  .strictObject({
    cluster: text('Name of the cluster that they are applied to.'),
    path: text('A YAML file, or a folder whose YAML files are read with those of its folders; relative to this file.'),
  })
  .describe('Manifests of your own: planned, approved, applied and deleted like what the other keys render.');

const policy = z
  .strictObject({
    disruptive: z
      .enum(['allow', 'refuse'])
      .describe('Changes that interrupt what runs: refuse makes plan and propose fail with them. Default: allow.')
      .optional(),
  })
  .describe('What may be planned and proposed.');

const drift = z
  .strictObject({
    maxAge: duration(
      'How long a cluster may go unjudged before an issue says so, for example 72h, which is the default.',
    ).optional(),
  })
  .describe('How the looks for drift are judged.');

const upgrade = z
  .strictObject({
    maxUnavailable: z
      .int()
      .min(1, { error: 'must be at least 1' })
      .describe('Clusters that are upgraded at the same time. Default: 1.')
      .optional(),
    soak: duration(
      'How long the fleet runs after the smoke test before the next clusters are upgraded, for example 10m. Default: 0s.',
    ).optional(),
    order: z
      .array(text('Name of a distributed cluster.'))
      .refine((values) => new Set(values).size === values.length, { error: 'names a cluster twice' })
      .describe('Distributed clusters in the order in which they are upgraded; those that it leaves out come after them.')
      .optional(),
  })
  .describe('How another release is brought to the distributed clusters.');

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
    extra: z.array(extra).describe('Objects of your own, beside what the other keys render.').optional(),
    policy: policy.optional(),
    drift: drift.optional(),
    upgrade: upgrade.optional(),
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
