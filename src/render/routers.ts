import { CORE, METADATA_NAME_LABEL } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { canonicalJson } from '../declare/digest.ts';
import { type Fleet, networkId } from '../model/fleet.ts';
import { apiVersionOf, type KubernetesObject } from '../model/kubernetes.ts';
import { type Draft, sortedMap } from './manifest.ts';
import { type PlannedRouter, plannedRouters } from './planned-routers.ts';
import { carriesAll, defaultNetworkSelector, networkSelector } from './selectors.ts';

/**
 * The VirtualNetworkRouters of all connections, in declared order, and the networks (ids) that must carry the fleet's own label
 * because their declared labels do not single them out.
 */
export function routerDrafts(fleet: Fleet, facts: ReleaseFacts): { drafts: Draft[]; labelled: Set<string> } {
  const labelled = new Set<string>();
  const namespaceOf = ({ cluster, namespace }: { cluster: string; namespace: string }) => `${cluster}/${namespace}`;
  const declared = Map.groupBy(fleet.networks, namespaceOf);
  const namespaceLabels = namespaceSelectors(fleet);
  const drafts = plannedRouters(fleet).map((router): Draft => {
    const selector =
      router.networks.length === 0
        ? { selector: defaultNetworkSelector(router.defaults), byFleetLabel: false }
        : networkSelector(declared.get(namespaceOf(router)) ?? [], router.networks);
    if (selector.byFleetLabel) for (const network of router.networks) labelled.add(networkId(network));
    return {
      cluster: fleet.central.name,
      stage: '90-routers',
      for: router.cluster,
      declaredAt: `/connections/${router.places[0]?.connection}`,
      object: routerObject(facts, router, selector.selector, namespaceLabels),
    };
  });
  return { drafts, labelled };
}

function routerObject(
  facts: ReleaseFacts,
  router: PlannedRouter,
  virtualNetworkSelector: object,
  namespaceLabels: (router: PlannedRouter) => Record<string, string>,
): KubernetesObject {
  const entries = router.imports.map((other) => ({
    virtualNetworkRouterSelector: { matchLabels: sortedMap(other.labels) },
    namespaceSelector: { matchLabels: namespaceLabels(other) },
  }));
  // Routers of one namespace may have the same labels: one entry imports them all.
  const virtualNetworkRouters = [...new Map(entries.map((entry) => [canonicalJson(entry), entry])).values()];
  return {
    apiVersion: apiVersionOf(CORE, facts.versions.core),
    kind: 'VirtualNetworkRouter',
    metadata: { name: router.name, namespace: router.central, labels: router.labels },
    spec: {
      type: router.role,
      virtualNetworkSelector,
      ...(virtualNetworkRouters.length > 0 ? { import: { virtualNetworkRouters } } : {}),
    },
  };
}

/**
 * What selects exactly a router's namespace on the central cluster: its declared labels (CN2 copies them there), unless another
 * declared namespace carries them all as well; every declared namespace of the fleet is seen there.
 */
function namespaceSelectors({ namespaces }: Fleet): (router: PlannedRouter) => Record<string, string> {
  const keyOf = (cluster: string, name: string) => `${cluster}/${name}`;
  const declared = new Map([...namespaces].reverse().map((namespace) => [keyOf(namespace.cluster, namespace.name), namespace]));
  const carriers = Map.groupBy(
    namespaces.flatMap((carrier) =>
      Object.entries(carrier.labels).map(([key, value]) => ({ carrier, label: `${key}=${value}` })),
    ),
    ({ label }) => label,
  );
  return ({ cluster, namespace, central }) => {
    const own = declared.get(keyOf(cluster, namespace));
    const labels = own?.labels ?? {};
    const [first] = Object.entries(labels);
    // Whoever carries them all carries the first one.
    const alike = first === undefined ? [] : (carriers.get(first.join('=')) ?? []);
    const shared = alike.some(({ carrier }) => carrier !== own && carriesAll(carrier.labels, labels));
    return first === undefined || shared ? { [METADATA_NAME_LABEL]: central } : sortedMap(labels);
  };
}
