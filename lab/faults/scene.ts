import { centralNamespace } from '../../src/cn2/central-view.ts';
import { probeImage } from '../../src/cn2/probe-image.ts';
import { type Family, type Fleet, type FleetNetwork, type NetworkId, networkId, networksOf } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { networksOf as selectedBy } from '../cn2/control/allowed.ts';
import { nameOf } from '../cn2/control/core-objects.ts';
import type { Cn2Kinds, Kind } from '../cn2/control/kinds.ts';
import { LabError } from '../kind/commands.ts';

/** Where in a fleet a fault happens, as the keys of networks. */
export interface Ends {
  cluster: string;
  a: NetworkId;
  b: NetworkId;
  /** Two networks that must not reach each other. */
  apart: readonly [NetworkId, NetworkId];
}

/** What a fault is made of: where it happens, and how strong it is. */
export interface Scene {
  fleet: Fleet;
  /** The cluster. */
  cluster: string;
  central: string;
  /** Two networks that are connected, B of the cluster and A of another one where there is such a pair. */
  a: FleetNetwork;
  b: FleetNetwork;
  apart: readonly [FleetNetwork, FleetNetwork];
  /** The names of a cluster's nodes, its control plane first. */
  nodes(cluster: string): readonly string[];
  /** The image of the cluster's probes. */
  probe: string;
  percent: number;
  bytes: number;
  /** CN2's kinds as the central cluster serves them. */
  kinds(): Promise<Cn2Kinds>;
  /** Objects of the central cluster, as they are. */
  list(kind: Kind, namespace: string): Promise<readonly KubernetesObject[]>;
}

/** The places of a fleet for a fault on a cluster; without a name it is the first distributed one. Throws LabError. */
export function placesIn(fleet: Fleet, name?: string): Pick<Scene, 'cluster' | 'central' | 'a' | 'b' | 'apart' | 'probe'> {
  const names = [fleet.central.name, ...fleet.distributed.map((cluster) => cluster.name)];
  const cluster = name ?? fleet.distributed.find(({ state }) => state === 'attached')?.name ?? fleet.central.name;
  if (!names.includes(cluster)) throw new LabError(`the fleet has no cluster ${cluster}; it has ${names.join(', ')}`);
  const pairs = fleet.networks
    .filter((b) => b.cluster === cluster)
    .flatMap((b) => fleet.networks.filter((a) => a !== b && commonFamilies(a, b).length > 0).map((a) => ({ a, b })));
  const joined = pairs.filter(({ a, b }) => sharesConnection(fleet, a, b));
  const between = joined.find(({ a }) => a.cluster !== cluster) ?? joined[0];
  const apart = pairs.find(({ a, b }) => !sharesConnection(fleet, a, b));
  if (between === undefined || apart === undefined)
    throw new LabError(
      `faults need two networks of ${cluster} that are declared: one that is connected and one that something is apart from`,
    );
  return { cluster, central: fleet.central.name, ...between, apart: [apart.a, apart.b], probe: probeImage(fleet, cluster) };
}

/** The keys of a scene's networks. */
export function endsOf({ cluster, a, b, apart }: Pick<Scene, 'cluster' | 'a' | 'b' | 'apart'>): Ends {
  return { cluster, a: networkId(a), b: networkId(b), apart: [networkId(apart[0]), networkId(apart[1])] };
}

/** Families in which both networks have addresses, with the CIDRs. */
export function commonFamilies(a: FleetNetwork, b: FleetNetwork): { family: Family; from: string; to: string }[] {
  return (['v4', 'v6'] as const).flatMap((family) => {
    const [from, to] = [a[family]?.cidr, b[family]?.cidr];
    return from === undefined || to === undefined ? [] : [{ family, from, to }];
  });
}

/** A network's namespace as the central cluster knows it. */
function centralNamespaceOf({ fleet }: Scene, { cluster, namespace }: FleetNetwork): string {
  return centralNamespace(fleet, cluster, namespace);
}

/** The network's object on the central cluster. Throws LabError where it is not there. */
export async function liveNetwork(scene: Scene, network: FleetNetwork): Promise<KubernetesObject> {
  const namespace = centralNamespaceOf(scene, network);
  const found = (await scene.list((await scene.kinds()).virtualNetwork, namespace)).find(
    ({ metadata }) => metadata.name === network.name,
  );
  if (found === undefined) throw notApplied(`VirtualNetwork ${namespace}/${network.name}`);
  return found;
}

/** The router that joins a network to others. Throws LabError where there is none. */
export async function liveRouter(scene: Scene, network: FleetNetwork): Promise<KubernetesObject> {
  const object = await liveNetwork(scene, network);
  const routers = await scene.list((await scene.kinds()).router, object.metadata.namespace ?? '');
  const found = routers.find((router) => selectedBy(router, [object]).length > 0);
  if (found === undefined) throw notApplied(`a router that selects ${nameOf(object)}`);
  return found;
}

function notApplied(what: string): LabError {
  return new LabError(`the lab has no ${what}; apply the declaration first`);
}

/** Also two hubs of one connection: what may pass between them is not a question of that pair alone. */
function sharesConnection({ connections }: Fleet, a: FleetNetwork, b: FleetNetwork): boolean {
  return connections.some((connection) => {
    const members = networksOf(connection);
    return members.includes(networkId(a)) && members.includes(networkId(b));
  });
}
