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

/** One look-up table per listing: plans of thousands of objects ask for each of them. */
const TABLES = new WeakMap<readonly KubernetesObject[], ReadonlyMap<string, KubernetesObject>>();

export function seenObject(cluster: LiveCluster, wanted: Identified): KubernetesObject | undefined {
  const items = seen(cluster, wanted.group, wanted.kind);
  let table = TABLES.get(items);
  if (table === undefined) {
    table = new Map(items.map((item) => [placeText(item.metadata), item]));
    TABLES.set(items, table);
  }
  return table.get(placeText(wanted));
}

function placeText({ namespace, name }: { namespace?: string | undefined; name: string }): string {
  return `${namespace ?? ''}/${name}`;
}
