import { APPLIED_ANNOTATION } from '../cn2/names.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';

/** The annotation that records an apply; nothing for a run that records none. */
export function recorded(record: AppliedRecord | undefined): Record<string, string> {
  return record === undefined ? {} : { [APPLIED_ANNOTATION]: JSON.stringify(record) };
}

/** Whether a Lease says so already; an absent one says nothing. */
export function isAnnotated(lease: KubernetesObject | undefined, wanted: Readonly<Record<string, string | undefined>>): boolean {
  const there = lease?.metadata.annotations ?? {};
  return lease !== undefined && Object.entries(wanted).every(([key, value]) => there[key] === value);
}

/** The Lease with annotations set, and without those that have no value. */
export function withAnnotations(lease: KubernetesObject, wanted: Readonly<Record<string, string | undefined>>): KubernetesObject {
  const all = Object.entries({ ...lease.metadata.annotations, ...wanted });
  const annotations = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}
