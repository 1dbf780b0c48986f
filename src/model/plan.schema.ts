import * as z from 'zod';
import { agree } from './agree.schema.ts';
import { STAGES } from './manifest.ts';
import type { ApprovedPlan, Change, FieldChange, Plan, PlanCluster } from './plan.ts';

/** Any JSON. The type is opened up here since it contains itself and so cannot be compared level by level. */
const json = z.json() as z.ZodType<FieldChange['before'] & {}, FieldChange['before'] & {}>;

const fieldSchema = z.object({
  path: z.string().describe('JSON pointer; items of keyed lists as /containers[name=x]'),
  before: json.exactOptional().describe('absent: the field is not there; values of secrets are "(secret)"'),
  after: json.exactOptional(),
  conflictsWith: z.string().exactOptional().describe('field manager that owns the field; approving the plan takes it over'),
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
  predicted: z.boolean().describe('no server was asked: what it needs is not there yet, or it is a Secret'),
  fields: z.array(fieldSchema),
});

const planned = {
  schemaVersion: z.literal(1),
  fleet: z.string(),
  digest: z.string().describe('sha256 over what the plan means'),
  index: z.string().describe('digest of the rendered index it belongs to'),
  complete: z.boolean().describe('every cluster answered and every object was compared'),
};

const approvedCluster = {
  name: z.string(),
  uid: z.string().exactOptional().describe('of namespace kube-system'),
  role: z.enum(['central', 'distributed']),
  changes: z.array(changeSchema),
};

export const clusterSchema = z.object({
  ...approvedCluster,
  status: z.enum(['known', 'unknown']),
  reason: z.string().exactOptional().describe('why it is unknown'),
  requests: z.int().min(0),
});

export const planObject = z.object({
  ...planned,
  offline: z.boolean().exactOptional().describe('compared with the committed manifests only: no cluster was looked at'),
  only: z.array(z.string()).exactOptional().describe('clusters to which it was narrowed; absent: the whole fleet'),
  emulated: z.boolean().exactOptional(),
  clusters: z.array(clusterSchema),
});
const approvedObject = z.object({ ...planned, clusters: z.array(z.object(approvedCluster)) });

// Level by level around the values of fields, which are any JSON on both sides.
agree<Omit<FieldChange, 'before' | 'after'>>()(fieldSchema.omit({ before: true, after: true }));
agree<Omit<Change, 'fields'>>()(changeSchema.omit({ fields: true }));
agree<Omit<PlanCluster, 'changes'>>()(clusterSchema.omit({ changes: true }));
agree<Omit<Plan, 'clusters'>>()(planObject.omit({ clusters: true }));
agree<Omit<ApprovedPlan, 'clusters'>>()(approvedObject.omit({ clusters: true }));

export const planSchema: z.ZodType<Plan> = planObject.meta({
  title: 'cn2-fleet plan',
  description: 'What cn2-fleet plan --format json prints.',
});

export const approvedPlanSchema: z.ZodType<ApprovedPlan> = approvedObject.meta({
  title: 'cn2-fleet approved plan',
  description: 'rendered/plan.json: what is approved by merging it.',
});
