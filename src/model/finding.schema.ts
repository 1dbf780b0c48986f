import * as z from 'zod';
import { agree } from './agree.schema.ts';
import type { Finding, FindingsDocument } from './finding.ts';

const place = {
  line: z.int().min(1).describe('counts from 1'),
  column: z.int().min(1).describe('counts from 1, in UTF-16 units'),
};

export const findingSchema = agree<Finding>()(
  z.object({
    rule: z
      .string()
      .describe('id of the rule: E1 to E32, yaml, schema, reference, duplicate, yaml11, credential, manifests, cluster, removal'),
    severity: z.enum(['error', 'warning', 'info']),
    file: z.string().exactOptional().describe('absent where no file is to blame'),
    line: place.line.exactOptional(),
    column: place.column.exactOptional(),
    cluster: z.string().exactOptional().describe('the cluster a live rule is about'),
    message: z.string(),
    remedy: z.string().describe('what to do about it'),
    related: z
      .array(z.object({ file: z.string(), ...place, message: z.string() }))
      .exactOptional()
      .describe('the other places of a conflict'),
  }),
);

export const findingsSchema = agree<FindingsDocument>()(
  z
    .object({ schemaVersion: z.literal(1), emulated: z.boolean().exactOptional(), findings: z.array(findingSchema) })
    .meta({ title: 'cn2-fleet validate', description: 'What cn2-fleet validate --format json prints.' }),
);
