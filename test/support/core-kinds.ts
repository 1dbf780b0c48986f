import { CORE } from '../../src/cn2/names.ts';
import type { Resource } from '../../src/model/kubernetes.ts';

/** A kind of CN2's core API as a cluster serves it. */
export function coreKind(kind: string, plural: string): Resource {
  return { group: CORE, version: 'v1alpha1', kind, plural, namespaced: true };
}

export const SUBNETS = coreKind('Subnet', 'subnets');
