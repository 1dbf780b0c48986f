import { centralNamespace } from '../cn2/central-view.ts';
import { defaultNetwork } from '../cn2/default-networks.ts';
import { namedRouter } from '../declare/router-ref.ts';
import { type Connection, type Fleet, type FleetNetwork, type NetworkId, networkId, networksOf } from '../model/fleet.ts';

type Role = 'mesh' | 'hub' | 'spoke';

/** A VirtualNetworkRouter to be: the networks of one namespace that it joins to one connection or to several that share it. */
export interface PlannedRouter {
  name: string;
  /** By which others import it. */
  labels: Record<string, string>;
  cluster: string;
  /** As its own cluster calls it. */
  namespace: string;
  /** As the central cluster calls it. */
  central: string;
  role: Role;
  networks: FleetNetwork[];
  /** Names of the default networks of its namespace that it joins. */
  defaults: string[];
  /** What it has to import, sorted by name. */
  imports: PlannedRouter[];
  /** Where it is declared: the position of a connection, and the network that brought it there. */
  places: { connection: number; id: NetworkId }[];
}

/** The routers of all connections in declared order, one per name, namespace and role. */
export function plannedRouters(fleet: Fleet): PlannedRouter[] {
  const byId = declaredNetworks(fleet);
  const routers = new Map<string, PlannedRouter>();
  for (const [index, connection] of fleet.connections.entries()) {
    const own = routersOf(fleet, byId, connection, index, routers);
    for (const router of own) router.imports = sorted([...new Set([...router.imports, ...importedBy(router, own)])]);
  }
  return [...routers.values()];
}

function declaredNetworks({ networks }: Fleet): ReadonlyMap<NetworkId, FleetNetwork> {
  // The first one counts, should two have the same name.
  return new Map([...networks].reverse().map((network) => [networkId(network), network]));
}

/** The routers of a connection in the order in which it names its networks; those that an earlier one has as well are the same. */
function routersOf(
  fleet: Fleet,
  byId: ReadonlyMap<NetworkId, FleetNetwork>,
  connection: Connection,
  index: number,
  all: Map<string, PlannedRouter>,
): PlannedRouter[] {
  const found = new Set<PlannedRouter>();
  for (const id of networksOf(connection)) {
    const network = byId.get(id);
    const own = network === undefined ? defaultNetwork(fleet, id) : undefined;
    const ref = connection.routers[id];
    const place = network ?? (own && { cluster: own.namespace.cluster, namespace: own.namespace.name });
    // What is not declared is a finding of the declaration's rules; there is nothing to route.
    if (place === undefined || ref === undefined) continue;
    const { cluster, namespace } = place;
    const { name, labels } = namedRouter(ref);
    const role = connection.type === 'mesh' ? 'mesh' : connection.hubs.includes(id) ? 'hub' : 'spoke';
    const central = centralNamespace(fleet, cluster, namespace);
    const key = `${central}/${name}/${role}`;
    const router = all.get(key) ?? {
      ...{ name, labels, cluster, namespace, central, role },
      ...{ networks: [], defaults: [], imports: [], places: [] },
    };
    if (network !== undefined && !router.networks.includes(network)) router.networks.push(network);
    if (own !== undefined && !router.defaults.includes(own.name)) router.defaults.push(own.name);
    router.places.push({ connection: index, id });
    all.set(key, router);
    found.add(router);
  }
  return [...found];
}

const PARTNER: Record<Role, Role> = { mesh: 'mesh', hub: 'spoke', spoke: 'hub' };

/** Hubs and spokes import each other and nothing of their own role; routers of a mesh import all others. */
function importedBy(router: PlannedRouter, routers: readonly PlannedRouter[]): PlannedRouter[] {
  return routers.filter((candidate) => candidate !== router && candidate.role === PARTNER[router.role]);
}

function sorted(routers: PlannedRouter[]): PlannedRouter[] {
  const order = ({ name, central }: PlannedRouter) => `${name} ${central}`;
  return routers.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}
