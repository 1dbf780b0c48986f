import type { Adoption } from './adoption.ts';
import type { Change, Plan, PlanCluster } from './plan.ts';
import type { DiagnosedPath } from './smoke.ts';

/** A record of ownership (managedFields) that holds fields of an object. */
export interface Writer {
  /** As the API server names it. */
  manager: string;
  operation: 'Apply' | 'Update';
  /** When it wrote the object last (RFC 3339): of the whole record, not of one field. null: not recorded. */
  time: string | null;
  /** What it holds of what is spoken of, as paths of FieldChange; none for an object as a whole. */
  fields: string[];
}

/** What others have added to an object of the fleet and may keep there: no drift. */
export interface ForeignAddition {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  writers: Writer[];
}

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
  /** Who holds what differs, the newest first; none where nobody is recorded. */
  writers: Writer[];
  /** When a look found this very drift for the first time (RFC 3339), as the cluster's issue keeps it. Absent: no issue was read. */
  firstSeen?: string;
  /** Declared paths that it breaks, as far as the object itself tells. Absent: none. */
  affects?: DiagnosedPath[];
  /** sha256:… over cluster, object, action and fields: the same drift has the same one in every run. */
  fingerprint: string;
}

export interface DriftCluster extends Omit<PlanCluster, 'changes'> {
  changes: DriftChange[];
  /** Absent: none. */
  foreign?: ForeignAddition[];
  /** When the cluster could be judged last (RFC 3339), as its issue keeps it. Absent: no issue was read, or there is none. */
  lastGoodLook?: string;
}

/** What `drift --format json` prints: the plan that would bring the committed manifests back. */
export interface DriftDocument extends Omit<Plan, 'clusters'> {
  /** The declaration is newer than what was rendered: no drift, but not the last word either. */
  proposalPending: boolean;
  /** What was adopted of it; absent: that was not asked for. */
  adoption?: Adoption;
  clusters: DriftCluster[];
}
