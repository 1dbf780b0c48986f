import { APPLIED_ANNOTATION, EXTRA_KINDS_ANNOTATION } from '../cn2/names.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type KindsInUse, kindsText } from '../plan/kinds-in-use.ts';

/** The annotation that records an apply; nothing for a run that records none. */
export function recorded(record: AppliedRecord | undefined): Record<string, string> {
  return record === undefined ? {} : { [APPLIED_ANNOTATION]: JSON.stringify(record) };
}

/** The annotation with the kinds in use; it is taken away where there are none. */
export function inUse(kinds: KindsInUse): Record<string, string | undefined> {
  return { [EXTRA_KINDS_ANNOTATION]: kindsText(kinds) };
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
