import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Listing, LiveCluster, LiveState } from '../model/live.ts';
import { type ObjectRef, objectName } from '../model/object-ref.ts';

/** A cluster of what was observed; undefined: it was not looked at. */
export function liveCluster(live: LiveState, name: string): LiveCluster | undefined {
  return live.clusters.find((cluster) => cluster.name === name);
}

/** What was seen of a kind; undefined: it was not asked for. */
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

/** An object as it was seen, in whatever API version; undefined: it was not. */
export function seenObject(cluster: LiveCluster, wanted: ObjectRef): KubernetesObject | undefined {
  const items = seen(cluster, wanted.group, wanted.kind);
  let table = TABLES.get(items);
  if (table === undefined) {
    table = new Map(items.map((item) => [objectName(item.metadata), item]));
    TABLES.set(items, table);
  }
  return table.get(objectName(wanted));
}
