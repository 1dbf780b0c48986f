import * as z from 'zod';
import { agree } from './agree.schema.ts';
import type { DriftChange, DriftCluster, DriftDocument } from './drift.ts';
import { changeSchema, clusterSchema, planObject } from './plan.schema.ts';

const driftChangeSchema = changeSchema.extend({
  kindOfDrift: z
    .enum(['changed', 'added', 'gone', 'conflict'])
    .describe('changed: differs. added: not approved. gone: not there. conflict: another manager has taken a field over'),
  manager: z.string().nullable().describe('field managers that own what differs; null: nobody is recorded'),
  awaitingApply: z.literal(true).exactOptional().describe('approved a short while ago and not applied yet: no drift so far'),
  since: z.string().nullable().describe('when the newest of them wrote the object last'),
  fingerprint: z.string().describe('sha256 over cluster, object, action and fields: the same in every run'),
});

const driftClusterSchema = clusterSchema.extend({ changes: z.array(driftChangeSchema) });

const driftObject = planObject.extend({
  proposalPending: z.boolean().describe('the declaration is newer than what was rendered'),
  clusters: z.array(driftClusterSchema),
});

// Level by level, as in plan.schema.ts.
agree<Omit<DriftChange, 'fields'>>()(driftChangeSchema.omit({ fields: true }));
agree<Omit<DriftCluster, 'changes'>>()(driftClusterSchema.omit({ changes: true }));
agree<Omit<DriftDocument, 'clusters'>>()(driftObject.omit({ clusters: true }));

export const driftSchema: z.ZodType<DriftDocument> = driftObject.meta({
  title: 'cn2-fleet drift',
  description: 'What cn2-fleet drift --format json prints.',
});
