import { type HierarchyNode, hierarchy } from 'd3-hierarchy';
import type { DrawnCluster, DrawnNamespace, DrawnNetwork, PageTopology } from '../page-data.ts';

/** What stands on one line of the drawing. */
export type Item =
  | { what: 'fleet' }
  | { what: 'cluster'; cluster: DrawnCluster }
  | { what: 'namespace'; cluster: DrawnCluster; namespace: DrawnNamespace }
  | { what: 'network'; cluster: DrawnCluster; network: DrawnNetwork };

/** Height of a line. */
export const ROW = 28;
/** Room below the last line of a box within another. */
const ROOM = 7;

/** A box: from `y`, with room for its own line at the top. */
export interface Row {
  item: Exclude<Item, { what: 'fleet' }>;
  depth: number;
  y: number;
  height: number;
}

interface Nested {
  item: Item;
  children: Nested[];
}

/** The fleet as an indented tree: a line for each cluster, namespace and network, each box around those that are in it. */
export function rowsOf({ clusters }: PageTopology): Row[] {
  const fleet: Nested = { item: { what: 'fleet' }, children: clusters.map(nestedCluster) };
  const root = hierarchy(fleet, ({ children }) => children);
  const tops = new Map<HierarchyNode<Nested>, number>();
  const bottoms = new Map<HierarchyNode<Nested>, number>();
  let y = 0;
  const place = (node: HierarchyNode<Nested>) => {
    tops.set(node, y);
    if (node !== root) y += ROW;
    for (const child of node.children ?? []) place(child);
    bottoms.set(node, y);
    if (node.data.item.what !== 'network') y += ROOM;
  };
  place(root);
  return root.descendants().flatMap((node): Row[] => {
    const { item } = node.data;
    const top = tops.get(node) ?? 0;
    const end = bottoms.get(node) ?? 0;
    return item.what === 'fleet' ? [] : [{ item, depth: node.depth - 1, y: top, height: end - top }];
  });
}

function nestedCluster(cluster: DrawnCluster): Nested {
  const networks = ({ networks: all }: DrawnNamespace): Nested[] =>
    all.map((network) => ({ item: { what: 'network', cluster, network }, children: [] }));
  return {
    item: { what: 'cluster', cluster },
    // What has no namespace is in the cluster itself.
    children: cluster.namespaces.flatMap((namespace) =>
      namespace.name === ''
        ? networks(namespace)
        : [{ item: { what: 'namespace', cluster, namespace }, children: networks(namespace) }],
    ),
  };
}

/** Lanes for lines that run down beside the rows: two that overlap are not in one lane. */
export function lanes(spans: readonly { first: number; last: number }[]): number[] {
  const ends: number[] = [];
  return spans.map(({ first, last }) => {
    const free = ends.findIndex((end) => end < first);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = last;
    return lane;
  });
}
