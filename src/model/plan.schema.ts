import * as z from 'zod';
import { agree } from './agree.schema.ts';
import { GRANTS } from './grant.ts';
import { INTERRUPTIONS } from './interruption.ts';
import { STAGES } from './manifest.ts';
import type { MergeDeviation, Merging } from './merging.ts';
import type { ApprovedPlan, Change, DetachView, FieldChange, Plan, PlanCluster } from './plan.ts';

/** Any JSON. The type is opened up here since it contains itself and so cannot be compared level by level. */
const json = z.json() as z.ZodType<FieldChange['before'] & {}, FieldChange['before'] & {}>;

const fieldSchema = z.object({
  path: z.string().describe('JSON pointer; items of keyed lists as /containers[name=x]'),
  before: json.exactOptional().describe('absent: the field is not there; values of secrets are "(secret)"'),
  after: json.exactOptional(),
  conflictsWith: z.string().exactOptional().describe('field manager that owns the field; approving the plan takes it over'),
});

const grantSchema = z.object({
  what: z.enum(GRANTS),
  detail: z.string().describe('a phrase in printable ASCII'),
  mark: z
    .enum(['added', 'removed'])
    .exactOptional()
    .describe('against the live object; absent: it has it already, or all is new'),
});

export const changeSchema = z.object({
  action: z.enum(['create', 'update', 'delete', 'adopt', 'restart', 'replace']),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().exactOptional(),
  name: z.string(),
  uid: z.string().exactOptional().describe('of the live object'),
  for: z.string().describe('the cluster it exists for'),
  stage: z.enum(STAGES),
  predicted: z.boolean().describe('not previewed by a server: what it needs does not exist yet, or it is a Secret'),
  fields: z.array(fieldSchema),
  grants: z.array(grantSchema).exactOptional().describe('what it gives away, the worst first; no part of what is approved'),
  takes: z
    .array(z.object({ manager: z.string(), fields: z.array(z.string()) }))
    .exactOptional()
    .describe('records of ownership that declared fields are taken out of, of whom; no part of what is approved'),
  disrupts: z
    .array(
      z.object({
        what: z.enum(INTERRUPTIONS),
        where: z.string().describe('a cluster, or <cluster>/<namespace>/<name> of the object whose users feel it'),
      }),
    )
    .exactOptional()
    .describe('what it interrupts, the worst first; absent: nothing that is known; no part of what is approved'),
  heldBy: z
    .array(z.string())
    .exactOptional()
    .describe('field managers that hold what it removes; absent: nobody else is recorded; no part of what is approved'),
  patched: z
    .array(fieldSchema)
    .exactOptional()
    .describe("what patches of the declaration have made other than in the vendor's files; no part of what is approved"),
});

const planned = {
  schemaVersion: z.literal(1),
  fleet: z.string(),
  digest: z.string().describe('sha256 over what the plan means'),
  index: z.string().describe('digest of the rendered index it belongs to'),
  serial: z
    .int()
    .min(1)
    .exactOptional()
    .describe('place in the order of applies: one more than the last that was approved or applied; part of the digest'),
  complete: z.boolean().describe('every cluster answered and every object was compared'),
};

const approvedCluster = {
  name: z.string(),
  uid: z.string().exactOptional().describe('of namespace kube-system'),
  role: z.enum(['central', 'distributed']),
  notCompared: z
    .array(z.object({ namespace: z.string(), name: z.string() }))
    .exactOptional()
    .describe('Secrets that may not be read: an approval covers what their annotation names, and apply compares; absent: none'),
  limited: z
    .array(z.object({ group: z.string(), serverSideApply: z.boolean(), dryRun: z.boolean() }))
    .exactOptional()
    .describe(
      'API groups that lack something: without serverSideApply objects are written by PUT, without dryRun not previewed; absent: none',
    ),
  changes: z.array(changeSchema.omit({ grants: true, takes: true, disrupts: true, heldBy: true, patched: true })),
};

export const clusterSchema = z.object({
  ...approvedCluster,
  changes: z.array(changeSchema),
  status: z.enum(['known', 'unknown']),
  reason: z.string().exactOptional().describe('why it is unknown'),
  requests: z.int().min(0),
  upgrade: z
    .object({
      from: z.string().describe('image tag that runs there'),
      to: z.string(),
      nodes: z.int().min(0).exactOptional().describe('nodes on which the vRouter restarts; absent: it does not'),
    })
    .exactOptional()
    .describe('another release comes to the cluster; absent: none; no part of what is approved'),
});

const deviationSchema = z.object({
  what: z.enum(['surplus', 'missing', 'different']).describe('against what the declaration renders, or the current plan'),
  where: z.enum(['rendered', 'approval']).describe('rendered: an object of rendered/; approval: a change in plan.json'),
  cluster: z.string(),
  action: changeSchema.shape.action.exactOptional(),
  kind: z.string(),
  namespace: z.string().exactOptional(),
  name: z.string(),
  fields: z.array(z.string()).exactOptional().describe('JSON pointers of what differs'),
});

const mergingSchema = z.object({
  touches: z.enum(['nothing', 'inputs', 'rendered']).describe('which files of the fleet merging changes'),
  approves: z.enum(['nothing', 'exactly', 'covered', 'unknown', 'wrong']).describe('exactly: this plan and nothing else'),
  deviations: z.array(deviationSchema),
});

const detachSchema = z.object({
  cluster: z.string(),
  unreachable: z.boolean().describe('the central side alone: the cluster is gone for good'),
  namespaces: z.array(z.string()).describe('of the cluster, deleted with everything in them'),
  kept: z.array(z.string()).describe('of the cluster, that stay'),
  networks: z.array(z.string()).describe('<namespace>/<network> on the central cluster'),
  pods: z.int().min(0).describe('on the cluster, that have their network from CN2'),
});

agree<DetachView>()(detachSchema);
agree<MergeDeviation>()(deviationSchema);
agree<Merging>()(mergingSchema);

export const planObject = z.object({
  ...planned,
  offline: z.boolean().exactOptional().describe('compared with the committed manifests only: no cluster was looked at'),
  only: z.array(z.string()).exactOptional().describe('clusters to which it was narrowed; absent: the whole fleet'),
  emulated: z.boolean().exactOptional(),
  vendor: z
    .object({
      asPublished: z.boolean(),
      differs: z.array(z.string()).describe('files that Juniper has not published for this release'),
    })
    .exactOptional()
    .describe('the vendor files that were rendered, against those that Juniper publishes'),
  policy: z
    .object({ disruptive: z.enum(['allow', 'refuse']) })
    .exactOptional()
    .describe('what the declaration says of disruptive changes; absent: the plan has none'),
  detaches: z
    .array(detachSchema)
    .exactOptional()
    .describe('clusters that it detaches, and what goes with them; absent: none; no part of what is approved'),
  merging: mergingSchema.exactOptional().describe('on a pull request: what merging it does'),
  clusters: z.array(clusterSchema),
});
export const approvedObject = z.object({
  ...planned,
  renderedBy: z.string().exactOptional().describe('version of cn2-fleet that rendered it; outside the digest'),
  clusters: z.array(z.object(approvedCluster)),
});

// Level by level around the values of fields, which are any JSON on both sides.
agree<Omit<FieldChange, 'before' | 'after'>>()(fieldSchema.omit({ before: true, after: true }));
agree<Omit<Change, 'fields' | 'patched'>>()(changeSchema.omit({ fields: true, patched: true }));
agree<Omit<PlanCluster, 'changes'>>()(clusterSchema.omit({ changes: true }));
agree<Omit<Plan, 'clusters'>>()(planObject.omit({ clusters: true }));
agree<Omit<ApprovedPlan, 'clusters'>>()(approvedObject.omit({ clusters: true }));
