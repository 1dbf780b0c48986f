import { LAST_APPLIED_ANNOTATION } from '../cn2/names.ts';
import type { DriftChange, DriftCluster, DriftDocument, KindOfDrift } from '../model/drift.ts';
import type { LiveState } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change, Plan, PlanCluster } from '../model/plan.ts';
import { liveCluster, seenObject } from '../plan/live-objects.ts';
import { managerOf, sinceOf } from './attribution.ts';
import { fingerprintOf } from './fingerprint.ts';
import { foreignAdditions } from './foreign.ts';
import { writersOf } from './writers.ts';

const PACKED = `/metadata/annotations/${LAST_APPLIED_ANNOTATION.replace('/', '~1')}`;

export interface DriftInput {
  /** Of the committed manifests against the live clusters. */
  plan: Plan;
  /** What the plan was made from: tells since when. Without it `since` is null. */
  live?: LiveState;
  /** The committed manifests as the clusters serve them: tells what others added to them. */
  desired?: readonly Desired[];
  /** The declaration is newer than the committed manifests. */
  proposalPending: boolean;
  /** Changes of the plan that were approved a short while ago and not applied yet. */
  awaiting?: ReadonlySet<Change>;
}

/**
 * The drift that a plan of the committed manifests shows. What could not be read stays unknown. An older image is an upgrade under way
 * only where that was approved and is awaited; else somebody has put it there.
 */
export function driftDocument({ plan, live, desired, proposalPending, awaiting }: DriftInput): DriftDocument {
  const clusters = plan.clusters.map(({ upgrade, ...cluster }) => {
    const foreign = foreignOn(cluster, live, desired);
    const underWay = upgrade !== undefined && cluster.changes.some((change) => awaiting?.has(change) === true);
    return {
      ...cluster,
      ...(underWay ? { upgrade } : {}),
      changes: cluster.changes.filter(differs).map((change) => ({
        ...driftChange(cluster, change, live),
        ...(awaiting?.has(change) === true ? { awaitingApply: true as const } : {}),
      })),
      ...(foreign.length === 0 ? {} : { foreign }),
    };
  });
  return { ...plan, proposalPending, clusters };
}

function foreignOn(
  cluster: PlanCluster,
  live: LiveState | undefined,
  desired: readonly Desired[] | undefined,
): NonNullable<DriftCluster['foreign']> {
  const seen = live === undefined ? undefined : liveCluster(live, cluster.name);
  if (seen?.status !== 'known' || desired === undefined) return [];
  const paths = new Map(
    cluster.changes.map((change) => [objectKey(refOfEntry(change)), new Set(change.fields.map(({ path }) => path))]),
  );
  return foreignAdditions(seen, desired, (object) => paths.get(objectKey(refOf(object))) ?? new Set());
}

/**
 * Where nothing but the owner of fields differs, as after a change by hand that was undone by hand, the object is as approved; so is one
 * that still has our annotation from a time when its API had no server-side apply.
 */
function differs({ action, fields }: Change): boolean {
  return action !== 'adopt' || fields.some(({ path }) => path !== PACKED);
}

/** What happened, judged by the change that would be made. */
export function kindOfDrift(change: Pick<Change, 'action' | 'fields'>): KindOfDrift {
  if (change.action === 'create') return 'gone';
  if (change.action === 'delete') return 'added';
  return change.fields.some(({ conflictsWith }) => conflictsWith !== undefined) ? 'conflict' : 'changed';
}

function driftChange(cluster: PlanCluster, change: Change, live: LiveState | undefined): DriftChange {
  const manager = managerOf(change);
  const seen = live === undefined ? undefined : liveCluster(live, cluster.name);
  const object = seen === undefined ? undefined : seenObject(seen, refOfEntry(change));
  return {
    ...change,
    kindOfDrift: kindOfDrift(change),
    manager,
    since: sinceOf(object, manager),
    writers: writersOf(object, change),
    fingerprint: fingerprintOf(cluster, change),
  };
}
