import type { KubernetesObject, ManagedFieldsEntry, Resource } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Precondition } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { takenOver } from '../plan/taking.ts';
import { isConflict } from '../ports/preconditions.ts';
import { MovedError, persist, type WriteContext } from './write-context.ts';

const ROUNDS = 5;

/**
 * Takes the declared fields of an object out of the records of kubectl and its like, after it was applied: `stored` as the server
 * answered. A status written in the meantime does not stop it. Throws MovedError where the object does not hold still, ClusterError
 * else; a run that ends in between leaves an adoption to the next plan.
 */
export async function takeOver(context: WriteContext, resource: Resource, stored: KubernetesObject): Promise<void> {
  let live: KubernetesObject | undefined = stored;
  for (let round = 1; live !== undefined; round += 1) {
    const taken = takenOver(live);
    if (taken === undefined) return;
    try {
      await writeRecords(context, resource, live, taken.managedFields);
      return;
    } catch (error: unknown) {
      if (!isConflict(error)) throw error;
      if (round === ROUNDS) {
        const name = objectTitle(refOf(stored, context.cluster.name));
        throw new MovedError(`${name} was applied, but changes so often that kubectl's record of it could not be taken over`);
      }
    }
    const { name, namespace, uid }: KubernetesObject['metadata'] = stored.metadata;
    const now: KubernetesObject | undefined = await context.cluster.get({ resource, name, ...present({ namespace }) });
    live = now?.metadata.uid === uid ? now : undefined;
  }
}

/** Writes the records that have to come before an apply; the precondition under which that apply is to be made. */
export async function giveUp(
  context: WriteContext,
  resource: Resource,
  object: KubernetesObject,
  precondition: Precondition,
): Promise<Precondition> {
  const { owners, ...bound } = precondition;
  if (owners === undefined) return precondition;
  const { name, namespace } = object.metadata;
  const at = { ...object, metadata: { name, ...present({ namespace }), uid: bound.uid, resourceVersion: bound.resourceVersion } };
  const stored = await writeRecords(context, resource, at, owners);
  return { ...bound, resourceVersion: stored.metadata.resourceVersion ?? '' };
}

/** An answer that was lost may have been "done": what is there then tells. */
async function writeRecords(
  context: WriteContext,
  resource: Resource,
  { metadata }: KubernetesObject,
  managedFields: readonly ManagedFieldsEntry[],
): Promise<KubernetesObject> {
  const { name, namespace, uid = '', resourceVersion = '' } = metadata;
  const target = { resource, name, ...present({ namespace }) };
  const stored = await persist(context, () =>
    context.cluster.replaceManagedFields(target, { uid, resourceVersion, managedFields }),
  );
  context.wrote(stored);
  return stored;
}
