import { isSubset } from '../plan/approval.ts';
import { readApproved } from '../plan/approved.ts';
import { expectedIsEmpty } from '../plan/outcome.ts';
import { isOpen } from '../plan/serial.ts';
import { compareTrees } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import type { Planned } from './live-plan.ts';

/**
 * How the committed rendered folder stands to the declaration and the live clusters. none: nothing was rendered yet. pending: the
 * declaration renders to something else. nothing: rendered as declared, nothing is to be done, and nothing is left to prove. approved:
 * what is to be done is covered by the committed plan, whose turn is not over. moved: rendered as declared, but the committed plan
 * does not cover what is to be done now, has already been applied and proven, or is not a valid approval, which no apply gets past.
 */
export type ApprovalState = 'none' | 'pending' | 'nothing' | 'approved' | 'moved';

/** Judges a complete plan without errors; the plan of an offline run has no approval to compare with. */
export function approvalState({ plan, prepared, record, unproven }: Planned): ApprovalState {
  const { tree, committed } = prepared;
  if (Object.keys(committed).length === 0 || tree === undefined) return 'none';
  const { created, updated, remove } = compareTrees(committed, tree);
  if (created.length + updated.length + remove.length > 0) return 'pending';
  const approval = readApproved(committed[PLAN_FILE], plan.index, PLAN_FILE);
  if (approval.status === 'refused' || !isSubset(plan, approval.plan).ok) return 'moved';
  if (expectedIsEmpty(plan) && unproven === undefined) return 'nothing';
  return isOpen(approval.plan, record) ? 'approved' : 'moved';
}
