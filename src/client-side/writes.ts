import { LAST_APPLIED_ANNOTATION } from '../cn2/names.ts';
import { isFields } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry, Resource } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { sameJson } from '../plan/json.ts';
import { content, lastApplied, packed } from '../plan/last-applied.ts';
import { mergeLocally } from '../plan/local-merge.ts';
import { type Cluster, ClusterError, type ServerSideApplyOptions } from '../ports/cluster.ts';
import { CREATE_ONLY } from '../ports/preconditions.ts';
import { seenAsApplied } from './seen-as-applied.ts';

/** A write that is made here: what there is of it besides the object. */
export interface LocalApply {
  resource: Resource;
  /** With its preconditions, as for a server-side apply. */
  object: KubernetesObject;
  options: ServerSideApplyOptions;
  /** Whether the API can be asked what would be stored; where it cannot, nothing is sent. */
  dryRun: boolean;
  /** The live object; absent: not there. */
  raw?: KubernetesObject | undefined;
  /** Records of owners that come before the write. */
  records?: readonly ManagedFieldsEntry[] | undefined;
}

/**
 * Applies an object to an API that takes no server-side apply, with what a server-side apply would answer: the live object with what
 * is declared in it, and with what was applied in our annotation, by PUT of exactly that state, or by POST where nothing is there.
 * Throws ClusterError: a conflict of fields or of preconditions as a server words the cause, `invalid` for what cannot be written so.
 */
export async function applyHere(cluster: Cluster, write: LocalApply): Promise<KubernetesObject> {
  const { object, raw, records, options } = write;
  const { uid, resourceVersion, managedFields } = object.metadata;
  if (managedFields !== undefined)
    throw failure(cluster, 'invalid', `${title(cluster, object)}: metadata.managedFields must be nil`);
  if (raw === undefined) {
    if (uid !== undefined) throw conflict(cluster, object, 'is not there any more');
    return await post(cluster, write);
  }
  if (resourceVersion === CREATE_ONLY) throw conflict(cluster, object, 'is there already');
  if (uid !== undefined && uid !== raw.metadata.uid) throw conflict(cluster, object, 'was replaced by another one');
  if (resourceVersion !== undefined && resourceVersion !== raw.metadata.resourceVersion)
    throw conflict(cluster, object, 'has been modified');
  const seen = seenAsApplied(raw);
  const live = records === undefined ? seen : { ...seen, metadata: { ...seen.metadata, managedFields: [...records] } };
  const { result, conflicts } = mergeLocally(object, live);
  if (conflicts.length > 0 && options.force !== true) {
    const fields = conflicts.map(({ field, manager }) => `${field} of ${manager}`).join(', ');
    throw failure(cluster, 'conflict', `${title(cluster, object)}: conflict with fields of others: ${fields}`, conflicts);
  }
  return await put(cluster, write, raw, result);
}

async function post(cluster: Cluster, { resource, object, options, dryRun }: LocalApply): Promise<KubernetesObject> {
  const sent = annotated(cluster, content(object), object, {});
  if (options.dryRun === true && !dryRun) return seenAsApplied(sent);
  const send = () => cluster.create(resource, sent, present({ dryRun: options.dryRun }));
  return seenAsApplied(await quietly(cluster, sent, send));
}

async function put(
  cluster: Cluster,
  { resource, object, options, dryRun }: LocalApply,
  raw: KubernetesObject,
  merged: KubernetesObject,
): Promise<KubernetesObject> {
  const { managedFields: _, ...metadata } = merged.metadata;
  const { managedFields: __, ...before } = raw.metadata;
  const sent = annotated(cluster, { ...merged, metadata }, object, raw.metadata.annotations ?? {});
  const known = lastApplied(raw);
  if (sameJson(known, content(object)))
    sent.metadata.annotations![LAST_APPLIED_ANNOTATION] = raw.metadata.annotations![LAST_APPLIED_ANNOTATION]!;
  if (sameJson(sent, { ...raw, metadata: before })) return seenAsApplied(raw);
  if (!isExact(sent))
    throw failure(
      cluster,
      'invalid',
      `${title(cluster, object)} holds a number beyond 2^53, which cannot be written back as it is: change the object with kubectl`,
    );
  if (options.dryRun === true && !dryRun)
    return seenAsApplied({ ...sent, metadata: { ...sent.metadata, ...present({ managedFields: raw.metadata.managedFields }) } });
  const send = () => cluster.update(resource, sent, present({ dryRun: options.dryRun }));
  try {
    return seenAsApplied(await quietly(cluster, sent, send));
  } catch (error: unknown) {
    if (error instanceof ClusterError && error.cause === 'not-found') throw conflict(cluster, object, 'is not there any more');
    throw error;
  }
}

/** `object` with what is applied in our annotation. */
function annotated(
  cluster: Cluster,
  object: KubernetesObject,
  applied: KubernetesObject,
  beside: Readonly<Record<string, string>>,
): KubernetesObject {
  const text = packed(applied, beside);
  if (text === undefined)
    throw failure(cluster, 'invalid', `${title(cluster, applied)} is too large for an API without server-side apply`);
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: text };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** A server may repeat what it was sent; packed, no redaction would know it again. */
async function quietly<Answer>(cluster: Cluster, sent: KubernetesObject, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error: unknown) {
    const text = sent.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? '';
    const start = text.slice(0, 12);
    if (!(error instanceof ClusterError) || start === '' || !error.message.includes(start)) throw error;
    const { cause, status, reason, fieldConflicts } = error;
    // It may have been cut off.
    const [before = '', ...rest] = error.message.split(start);
    const message = [before, ...rest.map((part) => part.replace(/^[A-Za-z0-9+/=]*/, ''))].join('(what was applied)');
    throw new ClusterError(message, { cluster: cluster.name, cause, fieldConflicts, ...present({ status, reason }) });
  }
}

/** Whether every number survives being read here: others' fields are written back, too. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isExact);
  return !isFields(value) || Object.values(value).every(isExact);
}

function conflict(cluster: Cluster, object: KubernetesObject, how: string): ClusterError {
  return failure(cluster, 'conflict', `${title(cluster, object)} ${how}`);
}

function failure(
  { name }: Cluster,
  cause: 'conflict' | 'invalid',
  message: string,
  fieldConflicts: { field: string; manager: string }[] = [],
): ClusterError {
  const reason = cause === 'conflict' ? { status: 409, reason: 'Conflict' } : { status: 422, reason: 'Invalid' };
  return new ClusterError(message, { cluster: name, cause, fieldConflicts, ...reason });
}

function title({ name }: Cluster, object: KubernetesObject): string {
  return objectTitle(refOf(object, name));
}
