import * as z from 'zod';
import { agree } from './agree.schema.ts';
import type { ApplyDocument } from './apply.ts';
import { smokeSchema } from './smoke.schema.ts';

const step = z.object({
  cluster: z.string(),
  stage: z.string(),
  object: z.string().describe("kind/namespace/name, or 'gate'"),
  result: z.string(),
  seconds: z.number().min(0),
  reason: z.string().exactOptional(),
});

export const applySchema = agree<ApplyDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      fleet: z.string(),
      outcome: z.enum(['done', 'nothing', 'stopped', 'rolled-back', 'failed']),
      reason: z.string().exactOptional().describe('why it stopped or failed'),
      emulated: z.boolean().exactOptional(),
      steps: z.array(step),
      smoke: smokeSchema.exactOptional().describe('the smoke test that followed'),
    })
    .meta({ title: 'cn2-fleet apply', description: 'What cn2-fleet apply --format json prints.' }),
);
