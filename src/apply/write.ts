import { FIELD_MANAGER, FLEET_LABEL } from '../cn2/names.ts';
import { canonicalJson } from '../declare/digest.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Precondition } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { sameJson } from '../plan/json.ts';
import { lastWriterText } from '../plan/last-writer.ts';
import { leavingText } from '../plan/leaving.ts';
import { ownEntry } from '../plan/ownership.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { CREATE_ONLY, hasMoved, isConflict } from '../ports/preconditions.ts';
import { giveUp, takeOver } from './ownership.ts';
import { LeavingError, MovedError, persist, type WriteContext } from './write-context.ts';

const RECHECKS = 3;

/** Whether the write as approved still holds for the object as it is now: fresh preconditions, or undefined for "no more". */
export type Recheck = () => Promise<Precondition | undefined>;

/** unchanged: it was there already with exactly the wanted content (an answer that was lost, or another run). */
export type WriteResult = 'created' | 'updated' | 'deleted' | 'unchanged';

/** Creates an object only if nothing of that name is there. Throws MovedError when something else is, ClusterError else. */
export async function createOnly(context: WriteContext, resource: Resource, object: KubernetesObject): Promise<WriteResult> {
  const { uid: _, ...metadata } = object.metadata;
  const sent = { ...object, metadata: { ...metadata, resourceVersion: CREATE_ONLY } };
  try {
    const stored = await persist(context, () => context.cluster.apply(resource, sent));
    context.wrote(stored);
    return 'created';
  } catch (error: unknown) {
    if (!isConflict(error)) throw error;
    return await acceptOrMoved(context, resource, object, 'was to be created, but has appeared in the meantime');
  }
}

/**
 * Server-side apply onto exactly the object that was planned against. When it has moved, `recheck` decides, at most three
 * times, whether the approved change is still the same. Throws MovedError when not, ClusterError else.
 */
export async function updateExactly(
  context: WriteContext,
  resource: Resource,
  object: KubernetesObject,
  precondition: Precondition,
  options: { force: boolean; recheck?: Recheck | undefined },
): Promise<WriteResult> {
  let current: Precondition | undefined = precondition;
  for (let round = 0; current !== undefined && round <= RECHECKS; round += 1) {
    try {
      const { uid, resourceVersion }: Precondition = await giveUp(context, resource, object, current);
      const sent = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
      const stored = await persist(context, () => context.cluster.apply(resource, sent, { force: options.force }));
      context.wrote(stored);
      await takeOver(context, resource, stored);
      return 'updated';
    } catch (error: unknown) {
      if (error instanceof ClusterError && error.fieldConflicts.length > 0) throw new MovedError(conflictText(object, error));
      if (!hasMoved(error)) throw error;
      current = round === RECHECKS ? undefined : await options.recheck?.();
    }
  }
  return await acceptOrMoved(context, resource, object, 'was to be updated, but has changed since the plan');
}

/** Deletes exactly the object that was planned against. Gone already counts as deleted. */
export async function deleteExactly(
  context: WriteContext,
  resource: Resource,
  precondition: Precondition,
  recheck?: Recheck,
): Promise<WriteResult> {
  const target = { resource, name: precondition.name, ...present({ namespace: precondition.namespace }) };
  let current: Precondition | undefined = precondition;
  for (let round = 0; current !== undefined && round <= RECHECKS; round += 1) {
    const { uid, resourceVersion }: Precondition = current;
    try {
      await persist(context, () => context.cluster.delete(target, { uid, resourceVersion }));
      return 'deleted';
    } catch (error: unknown) {
      if (!isConflict(error)) throw error;
      const live = await context.cluster.get(target);
      if (live === undefined || (live.metadata.uid === uid && live.metadata.deletionTimestamp !== undefined)) return 'deleted';
      current = round === RECHECKS ? undefined : await recheck?.();
    }
  }
  const live = await context.cluster.get(target);
  throw new MovedError(
    `${objectTitle(precondition)} was to be deleted, but has changed since the plan${live === undefined ? '' : lastWriterText(live)}`,
  );
}

async function acceptOrMoved(
  context: WriteContext,
  resource: Resource,
  object: KubernetesObject,
  what: string,
): Promise<WriteResult> {
  const live = await context.cluster.get({
    resource,
    name: object.metadata.name,
    ...present({ namespace: object.metadata.namespace }),
  });
  if (live?.metadata.deletionTimestamp !== undefined) throw new LeavingError(leavingText(live, context.cluster.name));
  const would = live === undefined ? undefined : await asRendered(context.cluster, resource, object, live);
  if (live !== undefined && would !== undefined) return await own(context, resource, object, { live, would });
  const name = objectTitle(refOf(object, context.cluster.name));
  throw new MovedError(`${name} ${what}${live === undefined ? ': it is gone' : lastWriterText(live)}`);
}

/**
 * Somebody was quicker with exactly the approved content, by another manager: it is right, and not yet ours. What was approved includes
 * that it is, so our record is written onto just this state; where that has moved, somebody is at work and the next plan tells.
 */
async function own(
  context: WriteContext,
  resource: Resource,
  object: KubernetesObject,
  { live, would }: { live: KubernetesObject; would: KubernetesObject },
): Promise<WriteResult> {
  if (sameJson(ownEntry(live)?.fieldsV1, ownEntry(would)?.fieldsV1)) {
    await takeOver(context, resource, live);
    return 'unchanged';
  }
  const { uid = '', resourceVersion = '' } = live.metadata;
  const sent = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
  try {
    const written = await persist(context, () => context.cluster.apply(resource, sent));
    context.wrote(written);
    await takeOver(context, resource, written);
    return 'updated';
  } catch (error: unknown) {
    if (hasMoved(error)) return 'unchanged';
    throw error;
  }
}

/** The server's dry-run of applying it, where the object is ours and its content would stay as it is; else undefined. */
async function asRendered(
  cluster: Cluster,
  resource: Resource,
  object: KubernetesObject,
  live: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const { uid, resourceVersion, deletionTimestamp, labels, managedFields } = live.metadata;
  const applied = managedFields?.some((entry) => entry.manager === FIELD_MANAGER && entry.operation === 'Apply');
  const sameFleet = labels?.[FLEET_LABEL] === object.metadata.labels?.[FLEET_LABEL];
  if (uid === undefined || resourceVersion === undefined || deletionTimestamp !== undefined) return undefined;
  if (applied !== true || !sameFleet) return undefined;
  try {
    const sent = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
    const would = await cluster.apply(resource, sent, { dryRun: true });
    return meaning(would) === meaning(live) ? would : undefined;
  } catch (error: unknown) {
    if (hasMoved(error)) return undefined;
    throw error;
  }
}

function meaning(object: KubernetesObject): string {
  const { managedFields: _, resourceVersion: __, generation: ___, ...metadata } = object.metadata;
  return canonicalJson({ ...object, metadata });
}

function conflictText(object: KubernetesObject, error: ClusterError): string {
  const fields = error.fieldConflicts.map(({ field, manager }) => `${field} is owned by ${manager}`).join(', ');
  return `${objectTitle(refOf(object, error.cluster))}: ${fields}, which the approved plan does not name`;
}
