import * as z from 'zod';
import { agree } from './agree.schema.ts';
import { findingSchema } from './finding.schema.ts';
import type { RenderDocument } from './render.ts';

const paths = z.array(z.string()).describe('below the rendered folder');

export const renderSchema = agree<RenderDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      check: z.boolean().describe('nothing was written'),
      created: paths,
      updated: paths,
      removed: paths,
      unchanged: z.int().min(0),
      findings: z.array(findingSchema),
    })
    .meta({ title: 'cn2-fleet render', description: 'What cn2-fleet render --format json prints.' }),
);
