import { repeatLost } from '../apply/repeat.ts';
import { CONTRAIL_NAMESPACE, FIELD_MANAGER, MATRIX_CONFIG_MAP } from '../cn2/names.ts';
import { packedMatrix, unpackedMatrix } from '../expectation/kept-text.ts';
import { isFields, ownMember } from '../model/json-object.ts';
import type { KeptMatrix } from '../model/kept-matrix.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';
import { printable } from '../report/printable.ts';

/** What the central cluster has of earlier smoke tests of a fleet. */
export type Kept =
  | { status: 'kept'; matrix: KeptMatrix; central: string }
  /** Nothing was kept yet. `central`: identity of the cluster. */
  | { status: 'none'; central: string }
  /** There is something that is not used, and which the next run that is kept replaces. */
  | { status: 'unusable'; reason: string; central: string }
  /** It cannot be told. */
  | { status: 'unreadable'; reason: string };

const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const WHERE: Target = { resource: CONFIG_MAPS, namespace: CONTRAIL_NAMESPACE, name: MATRIX_CONFIG_MAP };
const NAMED = `ConfigMap ${CONTRAIL_NAMESPACE}/${MATRIX_CONFIG_MAP}`;
const ATTEMPTS = 4;

/** Reads what is kept of a fleet. Nothing here fails: a comparison is not worth a smoke test. */
export async function loadKept(central: Cluster, fleet: string): Promise<Kept> {
  try {
    const [system, object] = await Promise.all([central.get({ resource: NAMESPACES, name: 'kube-system' }), central.get(WHERE)]);
    const uid = system?.metadata.uid;
    if (uid === undefined) return { status: 'unreadable', reason: `${central.name}: namespace kube-system cannot be read` };
    return keptIn(object, fleet, uid, central.name);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { status: 'unreadable', reason: error.message };
  }
}

/**
 * Writes what `merge` makes of what is there, under the resourceVersion of that: where another run was quicker, on top of its result.
 * Returns why it could not be kept; undefined: it was.
 */
export async function storeKept(
  central: Cluster,
  fleet: string,
  { uid, clock, signal }: { uid: string; clock: Clock; signal: AbortSignal },
  merge: (before: KeptMatrix | undefined) => KeptMatrix,
): Promise<string | undefined> {
  const store = async (): Promise<string | undefined> => {
    const object = await central.get(WHERE);
    const kept = keptIn(object, fleet, uid, central.name);
    const before = kept.status === 'kept' ? kept.matrix : undefined;
    const after = merge(before);
    // The answer of an attempt that did it may have been lost.
    if (before?.runId === after.runId) return undefined;
    const text = packedMatrix(after);
    if (text === undefined) return 'the fleet has too many paths for one ConfigMap';
    const next: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      ...object,
      metadata: object?.metadata ?? { name: MATRIX_CONFIG_MAP, namespace: CONTRAIL_NAMESPACE },
      binaryData: { ...textsIn(object), [fleet]: text },
    };
    await (object === undefined
      ? central.create(CONFIG_MAPS, next, { fieldManager: FIELD_MANAGER })
      : central.update(CONFIG_MAPS, next, { fieldManager: FIELD_MANAGER }));
    return undefined;
  };
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await repeatLost(store, { clock, signal, again: (attempts) => attempts < ATTEMPTS });
      } catch (error) {
        if (!(error instanceof ClusterError) || error.cause !== 'conflict' || attempt >= ATTEMPTS) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return error.message;
  }
}

function keptIn(
  object: KubernetesObject | undefined,
  fleet: string,
  uid: string,
  cluster: string,
): Exclude<Kept, { status: 'unreadable' }> {
  const text = ownMember(textsIn(object), fleet);
  if (text === undefined) return { status: 'none', central: uid };
  const matrix = typeof text === 'string' ? unpackedMatrix(text) : undefined;
  const unusable = (why: string) => ({ status: 'unusable' as const, reason: `${cluster}: ${NAMED} ${why}`, central: uid });
  if (matrix === undefined) return unusable(`holds no matrix of a smoke test under ${fleet}`);
  if (matrix.fleet !== fleet) return unusable(`holds the matrix of fleet ${printable(matrix.fleet)} under ${fleet}`);
  if (matrix.central !== uid)
    return unusable(
      `holds the matrix of a fleet with another central cluster (uid of kube-system: ${printable(matrix.central)})`,
    );
  return { status: 'kept', matrix, central: uid };
}

function textsIn(object: KubernetesObject | undefined): Record<string, unknown> {
  const texts: unknown = object?.['binaryData'];
  return isFields(texts) ? texts : {};
}
