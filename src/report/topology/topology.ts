import { isDefaultNetwork } from '../../cn2/default-networks.ts';
import type { Fleet, NetworkId } from '../../model/fleet.ts';
import type { Plan } from '../../model/plan.ts';
import { type MarkedConnection, markedConnections } from './connections.ts';
import { isChanged, jointMark, type Mark } from './mark.ts';
import { attachMarks, networkMarks } from './marks.ts';

export interface TopologyCluster {
  name: string;
  role: 'central' | 'distributed';
  /** Of its attachment to the central cluster; the central cluster's own is always 'same'. */
  attach: Mark;
}

export interface TopologyNetwork {
  id: NetworkId;
  cluster: string;
  /** Namespace and name as its cluster knows it. */
  title: string;
  mark: Mark;
}

/** What changes of clusters, networks and connections, with its direct neighbours and nothing else. */
export interface Topology {
  clusters: TopologyCluster[];
  networks: TopologyNetwork[];
  connections: MarkedConnection[];
}

export interface TopologyInput {
  plan: Plan;
  /** As it will be. */
  fleet: Fleet;
  /** As it was approved before: knows connections that are gone. */
  before?: Fleet;
}

/** The part of the topology that a plan changes; undefined: nothing that a drawing would show. */
export function topologyOf({ plan, fleet, before }: TopologyInput): Topology | undefined {
  const marks = networkMarks(plan, fleet);
  const connections = markedConnections(plan, fleet, before).filter(
    ({ mark, members }) => mark !== 'same' || members.some(({ id }) => isChanged(marks.get(id))),
  );
  const shown = new Set<NetworkId>([...marks.keys()].filter((id) => isChanged(marks.get(id))));
  for (const { members } of connections) for (const { id } of members) shown.add(id);
  const networks = [...shown].map((id) => network(id, marks.get(id) ?? goneMark(id, connections)));
  const clusters = shownClusters(fleet, attachMarks(plan, fleet), new Set(networks.map(({ cluster }) => cluster)));
  return clusters.length === 0 ? undefined : { clusters, networks, connections };
}

/** The central cluster, and the others that change or have a network that is shown; none: there is nothing to show. */
function shownClusters(fleet: Fleet, attach: ReadonlyMap<string, Mark>, named: ReadonlySet<string>): TopologyCluster[] {
  const central = fleet.central.name;
  const names = new Set([...fleet.distributed.map(({ name }) => name), ...named, ...attach.keys()]);
  names.delete(central);
  const distributed = [...names]
    .map((name) => ({ name, role: 'distributed' as const, attach: attach.get(name) ?? ('same' as const) }))
    .filter((cluster) => named.has(cluster.name) || isChanged(cluster.attach));
  if (distributed.length === 0 && !named.has(central)) return [];
  return [{ name: central, role: 'central', attach: 'same' }, ...distributed];
}

function network(id: NetworkId, mark: Mark): TopologyNetwork {
  const slash = id.indexOf('/');
  return { id, cluster: id.slice(0, slash), title: id.slice(slash + 1), mark };
}

/** A network that is no longer declared and that connections which change still name; a default network stays, being CN2's. */
function goneMark(id: NetworkId, connections: readonly MarkedConnection[]): Mark {
  if (isDefaultNetwork(id.slice(id.lastIndexOf('/') + 1))) return 'same';
  const marks = connections.flatMap(({ members }) => members.filter((member) => member.id === id).map(({ mark }) => mark));
  return jointMark(marks) === 'deleted' ? 'deleted' : 'same';
}
