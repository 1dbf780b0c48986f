import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import type { DiagnoseDocument } from '../../model/diagnose.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import { diagnosisSchema, pairSchema } from '../../model/smoke.schema.ts';

const { source, target, family, expected, verdict, reason } = pairSchema.shape;

const diagnoseSchema = agree<DiagnoseDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      fleet: z.string(),
      emulated: z.boolean().describe('CN2 is emulated on the central cluster'),
      evidence: z
        .object({
          from: z
            .enum(['fleet', 'file', 'none'])
            .describe(
              'fleet: the matrix that the central cluster has kept. file: --evidence. none: objects alone were looked at',
            ),
          reason: z.string().exactOptional().describe('why there is none, or no other'),
        })
        .describe('what is known of packets'),
      paths: z.array(
        z.object({
          ...{ source, target, family, expected },
          state: z
            .enum(['wrong', 'right', 'unknown'])
            .describe('right: measured as declared, and nothing has changed since. unknown: only packets can tell'),
          last: z
            .object({ verdict, reason, at: z.string().exactOptional().describe('RFC 3339; absent: not known') })
            .exactOptional()
            .describe('as it was measured last; absent: never, as far as the evidence goes'),
          outdated: z.string().exactOptional().describe('why what was measured says nothing of now'),
        }),
      ),
      diagnoses: z.array(diagnosisSchema).exactOptional().describe('what was found, once for all paths that have the cause'),
      findings: z.array(findingSchema).exactOptional().describe('why nothing was looked at'),
    })
    .meta({ title: 'cn2-fleet diagnose', description: 'What cn2-fleet diagnose --format json prints.' }),
);

export const documents = { diagnose: diagnoseSchema };
