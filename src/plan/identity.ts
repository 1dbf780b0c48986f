import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { Listing, LiveCluster, LiveState } from '../model/live.ts';

export interface Identified {
  group: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** What an object stays over API versions, as one text; unique within a cluster. */
export function identityText({ group, kind, namespace, name }: Identified): string {
  return `${group}/${kind}/${namespace ?? ''}/${name}`;
}

export function identityOf(object: KubernetesObject): Identified {
  const { name, namespace } = object.metadata;
  return { group: groupOf(object.apiVersion), kind: object.kind, namespace, name };
}

export function clusterNamed(live: LiveState, name: string): LiveCluster | undefined {
  return live.clusters.find((cluster) => cluster.name === name);
}

export function listingOf(cluster: LiveCluster, group: string, kind: string): Listing | undefined {
  return cluster.listings.find((listing) => listing.group === group && listing.kind === kind);
}

/** Objects of a kind that were seen; none where the kind is absent or unreadable. */
export function seen(cluster: LiveCluster, group: string, kind: string): readonly KubernetesObject[] {
  const listing = listingOf(cluster, group, kind);
  return listing?.status === 'listed' ? listing.items : [];
}

export function seenObject(cluster: LiveCluster, wanted: Identified): KubernetesObject | undefined {
  return seen(cluster, wanted.group, wanted.kind).find(
    ({ metadata }) => metadata.name === wanted.name && (metadata.namespace ?? '') === (wanted.namespace ?? ''),
  );
}
