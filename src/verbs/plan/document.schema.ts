import * as z from 'zod';
import { agree } from '../../model/agree.schema.ts';
import { findingSchema } from '../../model/finding.schema.ts';
import type { Finding } from '../../model/finding.ts';
import { approvedObject, planObject } from '../../model/plan.schema.ts';
import type { ApprovedPlan, Plan } from '../../model/plan.ts';

type PlanDocument = Plan & { findings: Finding[] };

const printed = planObject.extend({ findings: z.array(findingSchema) });

// The clusters have their own agreement in plan.schema.ts.
agree<Omit<PlanDocument, 'clusters'>>()(printed.omit({ clusters: true }));

const planSchema: z.ZodType<PlanDocument> = printed.meta({
  title: 'cn2-fleet plan',
  description: 'What cn2-fleet plan --format json prints.',
});

const approvedPlanSchema: z.ZodType<ApprovedPlan> = approvedObject.meta({
  title: 'cn2-fleet approved plan',
  description: 'rendered/plan.json: what is approved by merging it.',
});

export const documents = { plan: planSchema, 'approved-plan': approvedPlanSchema };
