import type { DriftDocument } from '../model/drift.ts';
import type { Condition } from '../model/outcome.ts';

/** What a look for drift means for the end of the command: drift, and clusters that could not be judged. */
export function driftConditions(document: Pick<DriftDocument, 'complete' | 'clusters'>): Condition[] {
  const conditions: Condition[] = [];
  if (!document.complete) conditions.push('unknown-cluster');
  if (document.clusters.some(({ changes }) => changes.length > 0)) conditions.push('changes');
  return conditions;
}
