import type { ApprovedPlan, Plan } from '../model/plan.ts';
import { approve } from './approval.ts';
import { planDigest } from './digest.ts';

/**
 * Whether a committed plan.json is what a proposal that is made now would write: only then merging it approves exactly this plan. One
 * that covers the plan, and more, is not.
 */
export function isPlanOfNow(committed: ApprovedPlan, plan: Plan): boolean {
  const now = approve(plan);
  return now.complete && committed.digest === now.digest && planDigest(committed) === committed.digest;
}
