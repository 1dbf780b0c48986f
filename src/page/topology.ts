import { isDefaultNetwork } from '../cn2/default-networks.ts';
import type { ChangeAction } from '../model/change-action.ts';
import { type Fleet, type FleetNetwork, networkId } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { type MarkedConnection, markedConnections } from '../report/topology/connections.ts';
import { isChanged, type Mark } from '../report/topology/mark.ts';
import { attachMarks, networkMarks } from '../report/topology/marks.ts';
import type { DrawnCluster, DrawnConnection, DrawnNamespace, DrawnNetwork, PageTopology } from './page-data.ts';

export interface DrawnInput {
  fleet: Fleet;
  /** What changes; absent: nothing is marked. */
  plan?: Plan;
  /** As it was approved before: knows connections that go. */
  before?: Fleet;
  /** Its default pod networks are drawn as well. */
  smoke?: SmokeDocument;
  /** A plan that would undo drift creates what is gone: its marks say what has happened, not what would. */
  of?: 'drift';
  /** What the marks mean. */
  legend?: PageTopology['legend'];
}

const NOTHING: Pick<Plan, 'clusters'> = { clusters: [] };

/** The whole fleet: clusters with their namespaces and networks, and the connections between these. */
export function drawnTopology({ fleet, plan, before, smoke, legend, of: kind }: DrawnInput): PageTopology {
  const of = { ...NOTHING, ...(kind === 'drift' ? undone(plan) : plan) } as Plan;
  const marks = networkMarks(of, fleet);
  const connections = markedConnections(of, fleet, before);
  const ids = new Set([...marks.keys(), ...connections.flatMap(({ members }) => members.map(({ id }) => id))]);
  const attached = attachMarks(of, fleet);
  const clusters = [fleet.central, ...fleet.distributed].map((cluster): DrawnCluster => {
    const judged = of.clusters.find(({ name }) => name === cluster.name);
    const unknown = judged?.status === 'unknown' && of.offline !== true ? (judged.reason ?? 'it was not looked at') : undefined;
    return {
      name: cluster.name,
      role: cluster === fleet.central ? 'central' : 'distributed',
      mark: attached.get(cluster.name) ?? 'same',
      ...present({ unknown }),
      namespaces: [
        ...defaultPodNetwork(cluster.name, cluster.podSubnets, smoke),
        ...namespacesOf(fleet, cluster.name, [...ids], marks),
      ],
    };
  });
  const drawn = connections.map(drawnConnection);
  const marked = [...clusters.map(({ mark }) => mark), ...marks.values(), ...drawn.map(({ mark }) => mark)].some(isChanged);
  return { clusters, connections: drawn, ...present({ legend: marked ? legend : undefined }) };
}

/** The plan that has done what this one would undo. */
function undone(plan: Plan | undefined): Plan | undefined {
  const actions: Partial<Record<ChangeAction, ChangeAction>> = { create: 'delete', delete: 'create' };
  return (
    plan && {
      ...plan,
      clusters: plan.clusters.map((cluster) => ({
        ...cluster,
        changes: cluster.changes.map((change) => ({ ...change, action: actions[change.action] ?? change.action })),
      })),
    }
  );
}

function defaultPodNetwork(cluster: string, subnets: readonly string[], smoke: SmokeDocument | undefined): DrawnNamespace[] {
  const measured = smoke?.pairs.some(({ source }) => source.cluster === cluster && source.network === 'default') === true;
  if (!measured) return [];
  const network: DrawnNetwork = { network: 'default', title: 'default pod network', subnets: [...subnets], mark: 'same' };
  return [{ name: '', isolated: false, networks: [network] }];
}

function namespacesOf(fleet: Fleet, cluster: string, ids: readonly string[], marks: ReadonlyMap<string, Mark>): DrawnNamespace[] {
  const namespaces = new Map<string, DrawnNamespace>(
    fleet.namespaces
      .filter((namespace) => namespace.cluster === cluster)
      .map(({ name, isolated }) => [name, { name, isolated, networks: [] }]),
  );
  const declared = new Map(fleet.networks.map((network) => [networkId(network), network]));
  for (const id of ids.filter((each) => each.startsWith(`${cluster}/`))) {
    const [, name = '', ...rest] = id.split('/');
    const title = rest.join('/');
    const namespace = namespaces.get(name) ?? { name, isolated: false, networks: [] };
    namespaces.set(name, namespace);
    const gone = !declared.has(id) && !isDefaultNetwork(title);
    const mark = marks.get(id) ?? (gone ? 'deleted' : 'same');
    namespace.networks.push({ network: `${name}/${title}`, title, subnets: subnetsOf(declared.get(id)), mark });
  }
  return [...namespaces.values()];
}

function subnetsOf(network: FleetNetwork | undefined): string[] {
  return [network?.v4, network?.v6].flatMap((family) => (family === undefined ? [] : [family.cidr]));
}

function drawnConnection({ name, type, mark, members }: MarkedConnection): DrawnConnection {
  return {
    name,
    type,
    mark,
    members: members.map(({ id, ...member }) => {
      const slash = id.indexOf('/');
      return { cluster: id.slice(0, slash), network: id.slice(slash + 1), role: member.role, mark: member.mark };
    }),
  };
}

/** Of a smoke test whose fleet is not known: what its paths name, without connections. */
export function topologyOfPaths({ pairs }: SmokeDocument): PageTopology {
  const clusters = new Map<string, Map<string, DrawnNamespace>>();
  for (const { cluster, network } of pairs.flatMap(({ source, target }) => [source, target])) {
    const namespaces = clusters.get(cluster) ?? new Map<string, DrawnNamespace>();
    clusters.set(cluster, namespaces);
    const slash = network.indexOf('/');
    const name = slash < 0 ? '' : network.slice(0, slash);
    const title = slash < 0 ? 'default pod network' : network.slice(slash + 1);
    const namespace = namespaces.get(name) ?? { name, isolated: false, networks: [] };
    namespaces.set(name, namespace);
    if (!namespace.networks.some((known) => known.network === network))
      namespace.networks.push({ network, title, subnets: [], mark: 'same' });
  }
  return {
    clusters: [...clusters].map(([name, namespaces], at) => ({
      name,
      role: at === 0 ? 'central' : 'distributed',
      mark: 'same',
      namespaces: [...namespaces.values()],
    })),
    connections: [],
  };
}
