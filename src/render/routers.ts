import { centralNamespace } from '../cn2/central-view.ts';
import { CORE, METADATA_NAME_LABEL } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { type Connection, type Fleet, type FleetNetwork, networkId, networksOf } from '../model/fleet.ts';
import { apiVersionOf, type KubernetesObject } from '../model/kubernetes.ts';
import { type Draft, sortedMap } from './manifest.ts';
import { carriesAll, networkSelector } from './selectors.ts';

type Role = 'mesh' | 'hub' | 'spoke';

/** Label by which routers find each other; its value is the router's name. */
const ROUTER_LABEL = 'vnr';

/** The networks of one namespace that one VirtualNetworkRouter joins to a connection. */
interface Router {
  name: string;
  cluster: string;
  /** As its own cluster calls it. */
  namespace: string;
  central: string;
  role: Role;
  networks: FleetNetwork[];
}

/**
 * The VirtualNetworkRouters of all connections, in declared order, and the networks (ids) that must carry the fleet's own label
 * because their declared labels do not single them out.
 */
export function routerDrafts(fleet: Fleet, facts: ReleaseFacts): { drafts: Draft[]; labelled: Set<string> } {
  const labelled = new Set<string>();
  const declared = declaredNetworks(fleet);
  const namespaceLabels = namespaceSelectors(fleet);
  const drafts = fleet.connections.flatMap((connection, index) => {
    const routers = routersOf(fleet, declared, connection);
    return routers.map((router): Draft => {
      const selector = networkSelector(declared.there(router), router.networks);
      if (selector.byFleetLabel) for (const network of router.networks) labelled.add(networkId(network));
      return {
        cluster: fleet.central.name,
        stage: '90-routers',
        for: router.cluster,
        declaredAt: `/connections/${index}`,
        object: routerObject(facts, router, selector.selector, importedBy(router, routers), namespaceLabels),
      };
    });
  });
  return { drafts, labelled };
}

interface DeclaredNetworks {
  byId(id: string): FleetNetwork | undefined;
  /** All networks of a namespace. */
  there(place: { cluster: string; namespace: string }): readonly FleetNetwork[];
}

function declaredNetworks({ networks }: Fleet): DeclaredNetworks {
  // The first one counts, should two have the same name.
  const ids = new Map([...networks].reverse().map((network) => [networkId(network), network]));
  const namespaceOf = ({ cluster, namespace }: { cluster: string; namespace: string }) => `${cluster}/${namespace}`;
  const namespaces = Map.groupBy(networks, namespaceOf);
  return { byId: (id) => ids.get(id), there: (place) => namespaces.get(namespaceOf(place)) ?? [] };
}

/** One router per name, namespace and role, in the order in which the connection names its networks. */
function routersOf(fleet: Fleet, declared: DeclaredNetworks, connection: Connection): Router[] {
  const routers = new Map<string, Router>();
  for (const id of networksOf(connection)) {
    const network = declared.byId(id);
    const name = connection.routers[id];
    // What is not declared is a finding of the declaration's rules; there is nothing to route.
    if (network === undefined || name === undefined) continue;
    const { cluster, namespace } = network;
    const role = connection.type === 'mesh' ? 'mesh' : connection.hubs.includes(id) ? 'hub' : 'spoke';
    const central = centralNamespace(fleet, cluster, namespace);
    const key = `${central}/${name}/${role}`;
    const router = routers.get(key) ?? { name, cluster, namespace, central, role, networks: [] };
    if (!router.networks.includes(network)) router.networks.push(network);
    routers.set(key, router);
  }
  return [...routers.values()];
}

/** Hubs and spokes import each other and nothing of their own role; routers of a mesh import all others. Sorted by name. */
function importedBy(router: Router, routers: readonly Router[]): Router[] {
  const other: Record<Role, Role> = { mesh: 'mesh', hub: 'spoke', spoke: 'hub' };
  const order = ({ name, central }: Router) => `${name} ${central}`;
  return routers
    .filter((candidate) => candidate !== router && candidate.role === other[router.role])
    .sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

function routerObject(
  facts: ReleaseFacts,
  router: Router,
  virtualNetworkSelector: object,
  imported: readonly Router[],
  namespaceLabels: (router: Router) => Record<string, string>,
): KubernetesObject {
  const virtualNetworkRouters = imported.map((other) => ({
    virtualNetworkRouterSelector: { matchLabels: { [ROUTER_LABEL]: other.name } },
    namespaceSelector: { matchLabels: namespaceLabels(other) },
  }));
  return {
    apiVersion: apiVersionOf(CORE, facts.versions.core),
    kind: 'VirtualNetworkRouter',
    metadata: { name: router.name, namespace: router.central, labels: { [ROUTER_LABEL]: router.name } },
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
function namespaceSelectors({ namespaces }: Fleet): (router: Router) => Record<string, string> {
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
