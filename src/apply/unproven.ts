import { CONTRAIL_NAMESPACE, UNPROVEN_ANNOTATION } from '../cn2/names.ts';
import type { Cluster } from '../ports/cluster.ts';
import { applyLeaseName, LEASE_RESOURCE } from './lease.ts';

/**
 * Digest of the plan that was begun and whose gates and smoke test have not all passed; undefined: nothing is open. Reads the
 * fleet's Lease on the central cluster without taking it. Throws ClusterError.
 */
export async function readUnproven(central: Cluster, fleet: string): Promise<string | undefined> {
  const lease = await central.get({ resource: LEASE_RESOURCE, namespace: CONTRAIL_NAMESPACE, name: applyLeaseName(fleet) });
  return lease?.metadata.annotations?.[UNPROVEN_ANNOTATION];
}
