import { type Cidr, parseCidr } from '../declare/cidr.ts';
import { pointer } from '../declare/pointer.ts';
import { type Fleet, networkId, networksOf } from '../model/fleet.ts';
import { clustersOf } from './clusters.ts';

/** A subnet that the declaration contains. */
export interface DeclaredSubnet {
  use: 'pod' | 'service' | 'node' | 'network';
  /** Name of the cluster that it belongs to. */
  cluster: string;
  /** As messages call it: "pod subnet 10.233.128.0/17 of cluster2". */
  title: string;
  cidr: Cidr;
  /** JSON pointer of the value. */
  at: string;
  /** JSON pointer of the entry it belongs to: equal for the subnets of one cluster. */
  owner: string;
}

/** Pod, service and node subnets of every cluster. Values that are not CIDRs have a schema finding and are left out. */
export function clusterSubnets(fleet: Fleet): DeclaredSubnet[] {
  return clustersOf(fleet).flatMap(({ cluster, at }) =>
    (['pod', 'service', 'node'] as const).flatMap((use) =>
      cluster[`${use}Subnets`].flatMap((text, index): DeclaredSubnet[] => {
        const cidr = parseCidr(text);
        const title = `${use} subnet ${text} of ${cluster.name}`;
        return cidr ? [{ use, cluster: cluster.name, title, cidr, at: at + pointer(`${use}Subnets`, index), owner: at }] : [];
      }),
    ),
  );
}

/** The subnets of the declared virtual networks. */
export function networkSubnets(fleet: Fleet): DeclaredSubnet[] {
  return fleet.networks.flatMap((network, index) =>
    (['v4', 'v6'] as const).flatMap((family): DeclaredSubnet[] => {
      const text = network[family]?.cidr;
      const cidr = text === undefined ? undefined : parseCidr(text);
      if (!cidr) return [];
      const owner = pointer('networks', index);
      const title = `subnet ${text} of network ${networkId(network)}`;
      return [{ use: 'network', cluster: network.cluster, title, cidr, at: owner + pointer(family, 'cidr'), owner }];
    }),
  );
}

/** JSON pointers of the networks that each connection joins, for connections whose networks are declared. */
export function joinedNetworks(fleet: Fleet): { connection: string; owners: Set<string> }[] {
  const places = new Map(fleet.networks.map((network, index) => [networkId(network), pointer('networks', index)]));
  return fleet.connections.map((connection) => ({
    connection: connection.name,
    owners: new Set(networksOf(connection).flatMap((id) => places.get(id) ?? [])),
  }));
}

/** Who exports and who imports a route target, as JSON pointers of networks; only targets that some network takes from another one. */
export function routeExchanges(fleet: Fleet): { exporters: Set<string>; importers: Set<string> }[] {
  const exchanges = new Map<string, { exporters: Set<string>; importers: Set<string> }>();
  const of = (target: string) => {
    const known = exchanges.get(target) ?? { exporters: new Set(), importers: new Set() };
    exchanges.set(target, known);
    return known;
  };
  for (const [index, { routeTargets = [], importRouteTargets = [], exportRouteTargets = [] }] of fleet.networks.entries()) {
    const at = pointer('networks', index);
    for (const target of [...routeTargets, ...exportRouteTargets]) of(target).exporters.add(at);
    for (const target of [...routeTargets, ...importRouteTargets]) of(target).importers.add(at);
  }
  return [...exchanges.values()].filter(({ exporters, importers }) =>
    [...importers].some((importer) => exporters.size > (exporters.has(importer) ? 1 : 0)),
  );
}
