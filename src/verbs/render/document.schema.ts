import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import type { RenderDocument } from '../../model/render.ts';

const paths = z.array(z.string()).describe('below the rendered folder');

const renderSchema = agree<RenderDocument>()(
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

export const documents = { render: renderSchema };
