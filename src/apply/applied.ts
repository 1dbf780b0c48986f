import { APPLIED_ANNOTATION, CONTRAIL_NAMESPACE, EXTRA_KINDS_ANNOTATION, UNPROVEN_ANNOTATION } from '../cn2/names.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import { type KindsInUse, NO_KINDS, parseKinds } from '../plan/kinds-in-use.ts';
import { isSerial } from '../plan/serial.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { applyLeaseName, LEASE_RESOURCE } from './lease.ts';

/** What the Lease of a fleet says of its applies. */
export interface LeaseState {
  /** The last apply; absent: none is recorded. */
  record?: AppliedRecord;
  /** Digest of the plan that was begun and whose gates and smoke test have not all passed; absent: nothing is open. */
  unproven?: string;
  /** Kinds of the user's own objects that were applied and may still exist; absent: none. */
  kinds?: KindsInUse;
}

/**
 * Reads the fleet's Lease on the central cluster without taking it; no Lease, or no namespace for it, says nothing. Throws
 * ClusterError, also for a record that cannot be read: what was applied last is not known then.
 */
export async function readLeaseState(central: Cluster, fleet: string): Promise<LeaseState> {
  const name = applyLeaseName(fleet);
  const lease = await central.get({ resource: LEASE_RESOURCE, namespace: CONTRAIL_NAMESPACE, name });
  const record = lease === undefined ? undefined : appliedRecord(lease, central.name);
  const unproven = lease?.metadata.annotations?.[UNPROVEN_ANNOTATION];
  const kinds = lease === undefined ? NO_KINDS : recordedKinds(lease, central.name);
  return present({ record, unproven, kinds: kinds.size === 0 ? undefined : kinds });
}

/** The kinds in use that a Lease records. Throws ClusterError for a record that cannot be read: what is left would not be seen. */
export function recordedKinds(lease: KubernetesObject, cluster: string): KindsInUse {
  const text = lease.metadata.annotations?.[EXTRA_KINDS_ANNOTATION];
  const kinds = text === undefined ? NO_KINDS : parseKinds(text);
  if (kinds !== undefined) return kinds;
  throw new ClusterError(
    `${cluster}: annotation ${EXTRA_KINDS_ANNOTATION} of Lease ${CONTRAIL_NAMESPACE}/${lease.metadata.name} cannot be read, so what is left of extra is not known; put back what the last apply wrote there, or remove the annotation and look for such objects by hand`,
    { cluster, cause: 'error', fieldConflicts: [] },
  );
}

/** The record of the last apply on a Lease; undefined where it has none. Throws ClusterError for one that cannot be read. */
export function appliedRecord(lease: KubernetesObject, cluster: string): AppliedRecord | undefined {
  const text = lease.metadata.annotations?.[APPLIED_ANNOTATION];
  if (text === undefined) return undefined;
  const record = parsed(text);
  if (record !== undefined) return record;
  throw new ClusterError(
    `${cluster}: annotation ${APPLIED_ANNOTATION} of Lease ${CONTRAIL_NAMESPACE}/${lease.metadata.name} cannot be read, so what was applied last is not known; put back what the last apply wrote there, or remove the annotation and propose again`,
    { cluster, cause: 'error', fieldConflicts: [] },
  );
}

function parsed(text: string): AppliedRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is AppliedRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { serial, plan, index, commit, at, finished } = value as Record<string, unknown>;
  const texts = [plan, index, at].every((text) => typeof text === 'string');
  return isSerial(serial) && texts && typeof finished === 'boolean' && ['string', 'undefined'].includes(typeof commit);
}
