import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { BACK_REFERENCE, backReference } from './back-references.ts';
import type { KubeClient } from './client.ts';
import { type Reference, specOf, type VirtualNetworkSpec } from './core-objects.ts';
import type { Kind } from './kinds.ts';

/** CN2's name of an object of a namespace. */
export function fqName(...names: (string | undefined)[]): string[] {
  return ['default-domain', ...names.filter((name) => name !== undefined)];
}

/** What CN2's API server puts into an object that somebody stored, as a JSON merge patch; undefined: all is in place. */
export interface Filling {
  metadata: { labels: Record<string, string | null> };
  spec: Record<string, unknown>;
}

const NETWORK_PROPERTIES = { forwardingMode: 'l2_l3', rpf: 'enable' };

/**
 * The filling of a VirtualNetwork, Subnet or VirtualNetworkRouter: its fqName, of what it refers to fqName and uid, properties of a
 * network, and the labels that name what is referred to. `subnet` finds one by namespace and name.
 */
export function serverFilling(
  object: KubernetesObject,
  subnet: (namespace: string, name: string) => KubernetesObject | undefined,
): Filling | undefined {
  const { namespace = '', name, labels = {} } = object.metadata;
  const wantedLabels: Record<string, string> = {};
  const wanted: Record<string, unknown> = { fqName: fqName(namespace, name) };
  if (object.kind === 'VirtualNetwork') {
    const spec = specOf<VirtualNetworkSpec>(object);
    if (spec.virtualNetworkProperties === undefined) wanted['virtualNetworkProperties'] = NETWORK_PROPERTIES;
    for (const key of ['v4SubnetReference', 'v6SubnetReference'] as const) {
      const reference = spec[key];
      if (reference === undefined) continue;
      const target = { namespace: reference.namespace ?? namespace, name: reference.name ?? '' };
      Object.assign(wantedLabels, backReference('Subnet', target));
      wanted[key] = filledReference(target, subnet(target.namespace, target.name));
    }
  }
  const stale = Object.keys(labels).filter((key) => key.startsWith(BACK_REFERENCE) && !(key in wantedLabels));
  const complete = includes(object.spec, wanted) && includes(labels, wantedLabels) && stale.length === 0;
  if (complete) return undefined;
  return { metadata: { labels: { ...wantedLabels, ...Object.fromEntries(stale.map((key) => [key, null])) } }, spec: wanted };
}

function filledReference({ namespace, name }: Reference, target: KubernetesObject | undefined): object {
  return { fqName: fqName(namespace, name), uid: target?.metadata.uid ?? null };
}

/** Whether all that a merge patch sets is there; null asks for absence. */
function includes(there: unknown, wanted: unknown): boolean {
  if (wanted === null) return there === undefined;
  if (typeof wanted !== 'object' || Array.isArray(wanted)) return JSON.stringify(there) === JSON.stringify(wanted);
  const members = (there ?? {}) as Record<string, unknown>;
  return Object.entries(wanted as Record<string, unknown>).every(([key, value]) => includes(members[key], value));
}

const FILLER = 'contrail-k8s-apiserver';

/**
 * Puts a filling in. On published objects nobody owns these fields, since the server itself puts them in while it stores: so the
 * entry that the write leaves in managedFields is taken out again.
 */
export async function fillIn(client: KubeClient, kind: Kind, object: KubernetesObject, filling: Filling): Promise<void> {
  const { namespace, name, resourceVersion } = object.metadata;
  const patch = { ...filling, metadata: { ...filling.metadata, resourceVersion } };
  const filled = await client.merge(kind, namespace, name, patch, FILLER);
  const entries = filled.metadata.managedFields;
  const left = entries?.filter(({ manager }) => manager !== FILLER);
  if (entries === undefined || left === undefined || left.length === 0 || left.length === entries.length) return;
  await client.merge(kind, namespace, name, {
    metadata: { managedFields: left, resourceVersion: filled.metadata.resourceVersion },
  });
}
