import type { DriftDocument } from '../model/drift.ts';
import type { Condition } from '../model/outcome.ts';

/** What the result of drift means for the exit code: drift, and clusters that could not be judged. */
export function driftConditions(document: Pick<DriftDocument, 'complete' | 'clusters'>): Condition[] {
  const conditions: Condition[] = [];
  if (!document.complete) conditions.push('unknown-cluster');
  if (document.clusters.some(({ changes }) => changes.length > 0)) conditions.push('changes');
  return conditions;
}
