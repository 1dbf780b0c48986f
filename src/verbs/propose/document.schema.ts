import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import { planObject } from '../../model/plan.schema.ts';
import type { ProposalResult, ProposeDocument } from '../../model/propose.ts';

const proposalSchema = agree<ProposalResult>()(
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
