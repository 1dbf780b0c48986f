import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import { INTERRUPTIONS } from '../../model/interruption.ts';
import { planObject } from '../../model/plan.schema.ts';
import { type Continuity, REHEARSAL_OUTCOMES, type RehearsalDocument } from '../../model/rehearse.ts';
import { smokeSchema } from '../../model/smoke.schema.ts';
import { applyStepSchema } from '../apply/document.schema.ts';

const time = z.string().describe('RFC 3339, UTC');
const period = { from: time, to: time };
const endpoint = z.object({ cluster: z.string(), network: z.string(), node: z.string().exactOptional() });

const continuitySchema = agree<Continuity>()(
  z.object({
    ...period,
    intervalMs: z.number().min(0).describe('between two pings'),
    paths: z.array(
      z.object({
        source: endpoint,
        target: endpoint,
        family: z.enum(['v4', 'v6']),
        sent: z.int().min(0),
        interruptions: z.array(
          z.object({
            ...period,
            lost: z.int().min(1),
            seconds: z.number().min(0).describe('as many pings as were lost, in time'),
            lasting: z.literal(true).exactOptional().describe('there was no answer until the look ended'),
            planned: z
              .array(z.enum(INTERRUPTIONS))
              .describe('what the plan says that its changes interrupt there; empty: nothing'),
          }),
        ),
        unmeasured: z
          .array(z.object({ ...period, reason: z.string() }))
          .describe('whiles in which nobody looked: nothing can be said of them'),
      }),
    ),
  }),
);

const printed = z.object({
  schemaVersion: z.literal(1),
  fleet: z.string(),
  outcome: z.enum(REHEARSAL_OUTCOMES),
  reason: z.string().exactOptional().describe('why it ended so'),
  emulated: z.boolean().exactOptional().describe('the lab stands in for CN2; absent: none was brought up'),
  from: z
    .object({ ref: z.string(), commit: z.string() })
    .exactOptional()
    .describe('what was brought up before the change; absent: the declaration was brought up at once'),
  rehearsed: z.array(z.string()).describe('that the lab had'),
  leftOut: z.array(z.object({ cluster: z.string(), reason: z.string() })),
  remarks: z.array(z.string()),
  took: z.array(z.object({ part: z.string(), seconds: z.number().min(0) })),
  before: smokeSchema.exactOptional().describe('the smoke test of the base'),
  apply: z
    .object({
      schemaVersion: z.literal(1),
      fleet: z.string(),
      outcome: z.enum(['done', 'nothing', 'stopped', 'rolled-back', 'failed']),
      reason: z.string().exactOptional(),
      emulated: z.boolean().exactOptional(),
      steps: z.array(applyStepSchema),
    })
    .exactOptional(),
  continuity: continuitySchema.exactOptional().describe('what a ping along each path that stays open saw during that'),
  smoke: smokeSchema.exactOptional().describe('the smoke test at the end'),
  findings: z.array(findingSchema),
});

// The plan has its own agreement in plan.schema.ts.
agree<Omit<RehearsalDocument, 'plan'>>()(printed);

const rehearsalSchema = printed
  .extend({ plan: planObject.exactOptional().describe('what the change does to the clusters of the lab') })
  .meta({ title: 'cn2-fleet rehearse', description: 'What cn2-fleet rehearse --format json prints.' });

export const documents = { rehearse: rehearsalSchema };
