import type { Change, Plan, PlanCluster } from './plan.ts';

/**
 * changed: differs from what was approved. added: carries the fleet's mark and was not approved (any more). gone: was approved and
 * is not there. conflict: another manager has taken a field over.
 */
export type KindOfDrift = 'changed' | 'added' | 'gone' | 'conflict';

/** What would have to be done to undo it, and what is known of who did it. */
export interface DriftChange extends Change {
  kindOfDrift: KindOfDrift;
  /** Field managers that own what differs, as the API server names them; null: nobody is recorded. */
  manager: string | null;
  /** Part of an approved plan that was not applied to its end yet: no drift so far. Absent: not so. */
  awaitingApply?: true;
  /** When the newest of them wrote the object last (RFC 3339): of the whole record, not of one field. */
  since: string | null;
  /** sha256:… over cluster, object, action and fields: the same drift has the same one in every run. */
  fingerprint: string;
}

export interface DriftCluster extends Omit<PlanCluster, 'changes'> {
  changes: DriftChange[];
}

/** What `drift --format json` prints: the plan that would bring the committed manifests back. */
export interface DriftDocument extends Omit<Plan, 'clusters'> {
  /** The declaration is newer than what was rendered: no drift, but not the last word either. */
  proposalPending: boolean;
  clusters: DriftCluster[];
}
