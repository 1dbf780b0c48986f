import type { Condition } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';

/** What a plan means for the end of a command; its findings are judged beside it. */
export function planConditions(plan: Plan): Condition[] {
  const changes = plan.clusters.flatMap((cluster) => cluster.changes);
  const conditions: Condition[] = [];
  if (changes.some(({ action }) => action === 'replace')) conditions.push('rule-broken');
  if (!plan.complete) conditions.push('unknown-cluster');
  if (changes.length > 0) conditions.push('changes');
  return conditions;
}

/** Everything was seen and nothing is to be done. An incomplete plan is never empty: what was not seen may differ. */
export function expectedIsEmpty(plan: Pick<Plan, 'complete' | 'clusters'>): boolean {
  return plan.complete && plan.clusters.every(({ changes }) => changes.length === 0);
}
