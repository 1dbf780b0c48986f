import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import type { ApplyDocument } from '../../model/apply.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import type { Finding } from '../../model/finding.ts';
import { smokeSchema } from '../../model/smoke.schema.ts';

export const applyStepSchema = z.object({
  cluster: z.string(),
  stage: z.string(),
  object: z.string().describe("kind/namespace/name, or 'gate'"),
  result: z.string(),
  seconds: z.number().min(0),
  reason: z.string().exactOptional(),
});

const applySchema = agree<ApplyDocument & { findings: Finding[] }>()(
  z
    .object({
      schemaVersion: z.literal(1),
      fleet: z.string(),
      outcome: z.enum(['done', 'nothing', 'stopped', 'rolled-back', 'failed']),
      reason: z.string().exactOptional().describe('why it stopped or failed'),
      emulated: z.boolean().exactOptional(),
      steps: z.array(applyStepSchema),
      findings: z.array(findingSchema),
      smoke: smokeSchema.exactOptional().describe('the smoke test that followed'),
    })
    .meta({ title: 'cn2-fleet apply', description: 'What cn2-fleet apply --format json prints.' }),
);

export const documents = { apply: applySchema };
