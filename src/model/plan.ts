import type { LimitedGroup } from './abilities.ts';
import type { ChangeAction } from './change-action.ts';
import type { Policy } from './fleet.ts';
import type { Grant } from './grant.ts';
import type { Disruption } from './interruption.ts';
import type { Json, ManagedFieldsEntry } from './kubernetes.ts';
import type { StageId } from './manifest.ts';
import type { Merging } from './merging.ts';

export interface FieldChange {
  /** JSON pointer; items of keyed lists as /containers[name=x]. */
  path: string;
  /** Absent: the field is not there. Secret values are always "(secret)". */
  before?: Json;
  after?: Json;
  /** Another field manager owns the field with another value: approving the plan takes it over. */
  conflictsWith?: string;
}

/** Fields that another manager owns with the very value that is declared. */
export interface Taking {
  manager: string;
  /** As paths of FieldChange. */
  fields: string[];
}

export interface Change {
  action: ChangeAction;
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  /** The live object's uid: absent for create and restart. */
  uid?: string;
  for: string;
  stage: StageId;
  /** No server was asked: what it needs (kind, namespace) is not there yet, or it is a Secret. Checked when it is applied. */
  predicted: boolean;
  fields: FieldChange[];
  /** What it gives away, the worst first; absent: nothing. A view for people: no part of what is approved. */
  grants?: Grant[];
  /**
   * Whose records of ownership it takes declared fields out of, so that these go when they are declared no more. Nothing of the object
   * changes by it: a view for people, as grants are.
   */
  takes?: Taking[];
  /** What it interrupts, the worst first; absent: nothing that is known. A view for people, as grants are. */
  disrupts?: Disruption[];
  /**
   * Field managers that hold what it removes, which goes all the same; absent: nobody else is recorded. A view for people: the fields say
   * it, too.
   */
  heldBy?: string[];
  /** What patches of the declaration have made other than in the vendor's files; absent: nothing. A view for people, as grants are. */
  patched?: FieldChange[];
}

/** What the detach of a cluster takes away. */
export interface DetachView {
  cluster: string;
  /** The central side alone: the cluster is gone for good. */
  unreachable: boolean;
  /** Its namespaces that are deleted with everything in them. */
  namespaces: string[];
  /** Those that stay. */
  kept: string[];
  /** As the central cluster calls them: <namespace>/<network>. */
  networks: string[];
  /** Pods on it that have their network from CN2. */
  pods: number;
}

/** How the vendor's files that were rendered stand to those that Juniper publishes. */
export interface VendorState {
  asPublished: boolean;
  /** Those that Juniper has not published for this release, relative to the declaration. */
  differs: string[];
}

/** Another release comes to a distributed cluster. */
export interface PlanUpgrade {
  /** The image tag that runs there, of what is oldest of it. */
  from: string;
  to: string;
  /** On so many nodes the vRouter restarts; absent: it does not. */
  nodes?: number;
}

export interface PlanCluster {
  name: string;
  uid?: string;
  role: 'central' | 'distributed';
  status: 'known' | 'unknown';
  reason?: string;
  requests: number;
  /** Absent: none. A view for people, as grants are; the order of an apply goes by it. */
  upgrade?: PlanUpgrade;
  /** In the order in which they would be carried out. */
  changes: Change[];
  /** Secrets that may not be read: not compared, and what their annotation names is covered by an approval. Absent: none. */
  notCompared?: { namespace: string; name: string }[];
  /**
   * API groups that lack something: without server-side apply objects are merged on our side and written by PUT; without dry-run a
   * change is not previewed. Absent: none.
   */
  limited?: LimitedGroup[];
}

/** What `plan --format json` prints. */
export interface Plan {
  schemaVersion: 1;
  fleet: string;
  /** sha256:… over meaning: identities, actions, fields. Same meaning, same digest. */
  digest: string;
  /** Digest of the index it belongs to. */
  index: string;
  /**
   * The place of this plan in the order of applies: one more than the last that was approved or applied. Absent where no approval can
   * come of it (offline, drift, an apply's own look).
   */
  serial?: number;
  /** Every cluster answered and every object was compared. */
  complete: boolean;
  /** No cluster was looked at: compared with the committed manifests only. */
  offline?: boolean;
  /** Owners to which it was narrowed; absent: the whole fleet. */
  only?: string[];
  emulated?: boolean;
  /** Absent: nothing was rendered. A view for people, as grants are. */
  vendor?: VendorState;
  /** What the declaration says of disruptive changes; absent: there are none. A view for people, too. */
  policy?: Policy;
  /** Clusters that it detaches; absent: none. A view for people, too. */
  detaches?: DetachView[];
  /** On a pull request or in a merge queue: what merging it does. */
  merging?: Merging;
  clusters: PlanCluster[];
}

/** rendered/plan.json: the part of a plan that is approved by merging it. */
export interface ApprovedPlan {
  schemaVersion: 1;
  fleet: string;
  digest: string;
  index: string;
  /** Absent in files of versions that knew no order of applies: such an approval is refused. */
  serial?: number;
  complete: boolean;
  /** The version of cn2-fleet that rendered it; no part of the digest, never compared. */
  renderedBy?: string;
  clusters: Pick<PlanCluster, 'name' | 'uid' | 'role' | 'changes' | 'notCompared' | 'limited'>[];
}

/** The live side of a change, kept beside the plan and out of every document: what the preconditions of its write are made of. */
export interface Precondition {
  cluster: string;
  group: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  resourceVersion: string;
  /** The records of ownership that come before the write: what is to go is ours alone with them. Absent: they stay. */
  owners?: ManagedFieldsEntry[];
}
