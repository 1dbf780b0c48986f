import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import type { ExplainDocument } from './run.ts';

const pageSchema = z.object({
  topic: z.string().describe('a rule, an exit code, a message with … for what differs, or a heading'),
  page: z.string().describe('where it stands'),
  text: z.string().describe('Markdown'),
});

const explainSchema = agree<ExplainDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      asked: z.string(),
      found: z.array(pageSchema),
      nearest: z.array(z.string()).describe('topics that come near; empty beside an answer'),
    })
    .meta({ title: 'cn2-fleet explain', description: 'What cn2-fleet explain --format json prints.' }),
);

export const documents = { explain: explainSchema };
