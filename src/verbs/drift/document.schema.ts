import * as z from 'zod';
import type { Adoption } from '../../model/adoption.ts';
import { agree } from '../../model/agree.schema.ts';
import type { DriftChange, DriftCluster, DriftDocument, ForeignAddition, Writer } from '../../model/drift.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import type { Finding } from '../../model/finding.ts';
import { changeSchema, clusterSchema, planObject } from '../../model/plan.schema.ts';
import { diagnosisSchema } from '../../model/smoke.schema.ts';
import { proposalSchema } from '../propose/document.schema.ts';

const writerSchema = z.object({
  manager: z.string(),
  operation: z.enum(['Apply', 'Update']),
  time: z.string().nullable().describe('when it wrote the object last: of its whole record; null: not recorded'),
  fields: z.array(z.string()).describe('what it holds of what is spoken of, as JSON pointers; none for an object as a whole'),
});

const foreignSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().exactOptional(),
  name: z.string(),
  writers: z.array(writerSchema),
});

const driftChangeSchema = changeSchema.extend({
  kindOfDrift: z
    .enum(['changed', 'added', 'gone', 'conflict'])
    .describe('changed: differs. added: not approved. gone: not there. conflict: another manager has taken a field over'),
  manager: z.string().nullable().describe('field managers that own what differs; null: nobody is recorded'),
  awaitingApply: z.literal(true).exactOptional().describe('approved a short while ago and not applied yet: no drift so far'),
  since: z.string().nullable().describe('when the newest of them wrote the object last'),
  writers: z.array(writerSchema).describe('who holds what differs, the newest first; none: nobody is recorded'),
  firstSeen: z
    .string()
    .exactOptional()
    .describe('when a look found this drift for the first time, as the issue of the cluster keeps it'),
  affects: diagnosisSchema.shape.paths
    .exactOptional()
    .describe('declared paths that it breaks, as far as the object itself tells'),
  fingerprint: z.string().describe('sha256 over cluster, object, action and fields: the same in every run'),
});

const driftClusterSchema = clusterSchema.extend({
  changes: z.array(driftChangeSchema),
  foreign: z.array(foreignSchema).exactOptional().describe('what others have added and may keep: no drift'),
  lastGoodLook: z.string().exactOptional().describe('when the cluster could be judged last, as its issue keeps it'),
});

const named = {
  cluster: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().exactOptional(),
  name: z.string(),
};

const adoptionSchema = z
  .object({
    adopted: z.array(
      z.object({
        ...named,
        file: z.string().describe('what was edited for it, relative to the declaration'),
        paths: z.array(z.string()).describe('JSON pointers in that file'),
      }),
    ),
    notAdopted: z.array(
      z.object({
        ...named,
        field: z.string().exactOptional().describe('as in the change; absent: the whole object'),
        reason: z.string(),
        remedy: z.string(),
      }),
    ),
    left: z
      .array(z.object({ ...named, action: changeSchema.shape.action, fields: z.array(z.string()) }))
      .describe('what a plan of the edited declaration still changes'),
    complete: z.boolean().describe('every cluster answered when it was compared again'),
    files: z.array(z.object({ file: z.string(), diff: z.string() })).describe('what was edited, as diff -u writes it'),
    pullRequest: proposalSchema.exactOptional().describe('with --publish; absent: the files were edited where they are'),
  })
  .describe('with --adopt: what the declaration says now');

const driftObject = planObject.extend({
  adoption: adoptionSchema.exactOptional(),
  proposalPending: z.boolean().describe('the declaration is newer than what was rendered'),
  clusters: z.array(driftClusterSchema),
  findings: z.array(findingSchema),
});

type Printed = DriftDocument & { findings: Finding[] };

// Level by level, as in plan.schema.ts.
agree<Writer>()(writerSchema);
agree<ForeignAddition>()(foreignSchema);
agree<Omit<DriftChange, 'fields' | 'patched'>>()(driftChangeSchema.omit({ fields: true, patched: true }));
agree<Omit<DriftCluster, 'changes'>>()(driftClusterSchema.omit({ changes: true }));
agree<Adoption>()(adoptionSchema);
agree<Omit<Printed, 'clusters'>>()(driftObject.omit({ clusters: true }));

const driftSchema: z.ZodType<Printed> = driftObject.meta({
  title: 'cn2-fleet drift',
  description: 'What cn2-fleet drift --format json prints.',
});

export const documents = { drift: driftSchema };
