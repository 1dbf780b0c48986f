import { LEASE_PREFIX } from '../cn2/names.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';

/** Leases are built in: no discovery is needed to reach them. */
export const LEASE_RESOURCE: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** What of a Lease's spec matters here (coordination.k8s.io/v1). */
export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** A Lease's spec; an object without one reads as a free Lease. */
export function leaseSpec(lease: KubernetesObject): LeaseSpec {
  return (lease['spec'] as LeaseSpec | undefined) ?? {};
}

/** The lock of a fleet's applies. */
export function applyLeaseName(fleet: string): string {
  return `${LEASE_PREFIX}${fleet}`;
}

/** The lock of a smoke test that runs by itself. */
export function smokeLeaseName(fleet: string): string {
  return `${LEASE_PREFIX}${fleet}-smoke`;
}

/** Kubernetes' MicroTime wants exactly six digits after the point. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
