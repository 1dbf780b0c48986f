import type { Condition } from '../model/outcome.ts';
import type { ApprovedPlan } from '../model/plan.ts';

export type Approval = { status: 'approved'; plan: ApprovedPlan } | { status: 'refused'; condition: Condition; reason: string };

/** Reads the approved plan and binds it to the rendered files: another index is another approval. */
export function readApproved(text: string | undefined, indexDigest: string, shownPath: string): Approval {
  if (text === undefined) {
    return refused('rule-broken', `${shownPath} does not exist: nothing was approved (cn2-fleet plan --out writes it)`);
  }
  const plan = parse(text);
  if (plan === undefined) return refused('not-approved', `${shownPath} is no approved plan: it was edited or cut off`);
  if (plan.index !== indexDigest) {
    return refused(
      'not-approved',
      `${shownPath} belongs to other rendered files than those that are there: plan again and have it approved`,
    );
  }
  return { status: 'approved', plan };
}

function refused(condition: Condition, reason: string): Approval {
  return { status: 'refused', condition, reason };
}

function parse(text: string): ApprovedPlan | undefined {
  try {
    const plan = JSON.parse(text) as Partial<ApprovedPlan> | null;
    return plan !== null && plan.schemaVersion === 1 && typeof plan.index === 'string' && Array.isArray(plan.clusters)
      ? (plan as ApprovedPlan)
      : undefined;
  } catch {
    return undefined;
  }
}
