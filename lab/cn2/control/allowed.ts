import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { nameOf, type RouterSpec, specOf } from './core-objects.ts';
import { selects } from './selectors.ts';

/** Two VirtualNetworks (namespace/name) whose pods may exchange packets, source first. */
export type NetworkPair = [string, string];

/**
 * Which networks may talk, by the documented meaning of VirtualNetworkRouters: all networks of a mesh router, and of mesh
 * routers that import each other; of a hub and a spoke that import each other only hub with spoke. A router that is imported
 * without importing back connects nothing. A network always talks with itself.
 */
export function allowedPairs(
  networks: KubernetesObject[],
  routers: KubernetesObject[],
  namespaceLabels: (namespace: string) => Record<string, string>,
): NetworkPair[] {
  const pairs = new Map<string, NetworkPair>();
  const add = (from: string, to: string) => pairs.set(`${from} ${to}`, [from, to]);
  for (const network of networks) add(nameOf(network), nameOf(network));
  const selected = new Map(routers.map((router) => [router, networksOf(router, networks)]));
  for (const a of routers) {
    for (const b of routers) {
      const types = [specOf<RouterSpec>(a).type, specOf<RouterSpec>(b).type].join(' ');
      const joined =
        a === b ? types === 'mesh mesh' : JOINED.has(types) && imports(a, b, namespaceLabels) && imports(b, a, namespaceLabels);
      if (!joined) continue;
      for (const from of selected.get(a) ?? []) for (const to of selected.get(b) ?? []) add(from, to);
    }
  }
  return [...pairs.values()].sort((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
}

/** Types of two routers that connect their networks when they import each other. */
const JOINED = new Set(['mesh mesh', 'hub spoke', 'spoke hub']);

/** The networks (namespace/name) that a router selects: it does so among those of its own namespace. */
export function networksOf(router: KubernetesObject, networks: KubernetesObject[]): string[] {
  const selector = specOf<RouterSpec>(router).virtualNetworkSelector;
  if (!selector) return [];
  return networks
    .filter(({ metadata }) => metadata.namespace === router.metadata.namespace && selects(selector, metadata.labels))
    .map(nameOf);
}

function imports(
  importer: KubernetesObject,
  imported: KubernetesObject,
  namespaceLabels: (namespace: string) => Record<string, string>,
): boolean {
  const entries = specOf<RouterSpec>(importer).import?.virtualNetworkRouters ?? [];
  const namespace = imported.metadata.namespace ?? '';
  return entries.some(({ virtualNetworkRouterSelector, namespaceSelector }) => {
    const here = namespaceSelector
      ? selects(namespaceSelector, namespaceLabels(namespace))
      : namespace === importer.metadata.namespace;
    return here && selects(virtualNetworkRouterSelector ?? {}, imported.metadata.labels);
  });
}
