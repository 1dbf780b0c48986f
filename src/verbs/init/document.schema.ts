import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import type { InitDocument } from '../../model/init.ts';
import { STEP_TOPICS } from '../../model/next-step.ts';

const paths = z.array(z.string()).describe('from the top of the repository');

const initSchema = agree<InitDocument>()(
  z
    .object({
      schemaVersion: z.literal(1),
      declaration: z.string(),
      written: paths,
      unchanged: paths,
      updated: paths.describe('workflows that nobody had adapted, as init writes them now; from the top of the repository'),
      removed: paths.describe('workflows under a former name of the fleet; from the top of the repository'),
      adapted: paths,
      completed: z.array(
        z.object({ path: z.string(), added: z.array(z.string()).describe('variables of credentials that it passes on now') }),
      ),
      differing: z.array(
        z.object({
          path: z.string(),
          lacks: z.array(z.string()).describe('variables of credentials that the file does not mention'),
        }),
      ),
      diffs: z.array(
        z.object({
          path: z.string(),
          diff: z.string().describe('from an adapted workflow to what init would write, as diff -u writes it'),
        }),
      ),
      credentials: z.array(
        z.object({
          name: z.string().describe('environment variable or file that the declaration names'),
          secret: z.string().describe('secret of the repository that fills the variable; absent for a file').exactOptional(),
          for: z.array(z.string()),
        }),
      ),
      next: z
        .array(
          z.object({
            about: z.enum(STEP_TOPICS),
            what: z.string().describe('what to do, as a sentence'),
            notes: z.array(z.string()).describe('what to know for it'),
            commands: z.array(z.string()).describe('to type in the folder in which init ran, one after another'),
          }),
        )
        .describe('what is left to do by hand, in order'),
    })
    .meta({ title: 'cn2-fleet init', description: 'What cn2-fleet init --format json prints.' }),
);

export const documents = { init: initSchema };
