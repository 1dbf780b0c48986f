import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import { planObject } from '../../model/plan.schema.ts';
import type { ProposalResult, ProposalWrites, ProposeDocument } from '../../model/propose.ts';

const paths = z.array(z.string()).describe('from the top of the repository');

const attention = {
  labels: z.array(z.string()),
  assignees: z.array(z.string()).describe('logins'),
  reviewers: z.array(z.string()).describe('logins'),
  teamReviewers: z.array(z.string()).describe('slugs of teams'),
};

const writesSchema = agree<ProposalWrites>()(
  z.object({
    base: z.string().describe('the branch that the pull request is to be merged into'),
    branch: z
      .enum(['created', 'advanced', 'replaced', 'removed', 'unchanged'])
      .describe('what becomes of the branch; replaced: it gets other commits instead of those that it has'),
    commits: z.array(
      z.object({
        message: z.string(),
        parents: z.array(z.string()).exactOptional().describe('absent: the commit before it'),
        write: paths,
        remove: paths,
      }),
    ),
    pullRequest: z
      .object({
        title: z.string(),
        body: z.string().describe('Markdown'),
        attention: z
          .object({ ...attention, draft: z.boolean() })
          .exactOptional()
          .describe('labels and people that it would be given'),
      })
      .exactOptional()
      .describe('absent: its text stays, or it is closed'),
    comment: z.string().exactOptional().describe('Markdown; with it the pull request is closed'),
  }),
);

/** What became of a pull request. */
export const proposalSchema = agree<ProposalResult>()(
  z.object({
    operation: z
      .enum(['created', 'updated', 'unchanged', 'closed', 'none', 'approved', 'outdated', 'refused'])
      .describe(
        'created, updated, unchanged: the open pull request. closed: nothing was left to do. none: nothing to do, and none open. approved: what is to be done has been approved already. outdated: the branch has moved on. refused: the plan has errors or unknown clusters',
      ),
    branch: z.string().describe('of the proposal'),
    number: z.int().min(1).exactOptional().describe('of the pull request'),
    url: z.string().exactOptional().describe('its page'),
    headSha: z.string().exactOptional().describe('head of the branch'),
    title: z.string().exactOptional(),
    attention: z
      .object(attention)
      .exactOptional()
      .describe('what of the wished labels and people the pull request has; absent: none were wished'),
    dryRun: z.literal(true).exactOptional().describe('nothing was written: operation says what would be done'),
    writes: writesSchema.exactOptional().describe('of a dry run: what would be written to GitHub'),
  }),
);

const proposeObject = planObject.extend({ findings: z.array(findingSchema), proposal: proposalSchema });

// The clusters have their own agreement in plan.schema.ts.
agree<Omit<ProposeDocument, 'clusters'>>()(proposeObject.omit({ clusters: true }));

const proposeSchema: z.ZodType<ProposeDocument> = proposeObject.meta({
  title: 'cn2-fleet propose',
  description: 'What cn2-fleet propose --format json prints.',
});

export const documents = { propose: proposeSchema };
