import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { type Fleet, networkId } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import { placeOf } from './place.ts';
import { pointer } from './pointer.ts';
import { serverUses } from './same-server.ts';
import { isObjectName } from './schema.ts';

/** One use of a name that must be unique inside `scope`. */
interface Use {
  scope: string;
  name: string;
  /** Pointers of the value to report; the first one that is written in the file counts. */
  at: string[];
  /** What is wrong with the second use. */
  message?: string;
  /** Where another name is not a way out. */
  remedy?: string;
}

/** Rule duplicate: things declared twice, the later one is reported, the earlier one is related. */
export function judgeDuplicates(fleet: Fleet, source: SourceMap): Finding[] {
  return [
    ...twice(clusterNames(fleet), source),
    ...twice(serverUses(fleet), source),
    ...twice(namespaceNames(fleet), source),
    ...twice(networkNames(fleet), source),
    ...twice(subnetNames(fleet), source),
    ...twice(connectionNames(fleet), source),
    ...twice(joinedNetworks(fleet), source),
    ...twice(extraPaths(fleet), source),
    ...judgeRouters(fleet, source),
  ];
}

function twice(uses: readonly Use[], source: SourceMap): Finding[] {
  const first = new Map<string, Use>();
  const findings: Finding[] = [];
  for (const use of uses) {
    const key = `${use.scope}\n${use.name}`;
    const earlier = first.get(key);
    if (earlier)
      findings.push({
        ...duplicate(use.message ?? `${use.scope} ${use.name} is declared twice`, use.at, earlier.at, source),
        ...present({ remedy: use.remedy }),
      });
    else first.set(key, use);
  }
  return findings;
}

function duplicate(message: string, at: string[], earlier: string[], source: SourceMap): Finding {
  const place = placeOf(source, ...at);
  const other = placeOf(source, ...earlier);
  return {
    rule: 'duplicate',
    severity: 'error',
    ...place,
    message,
    remedy: `Keep one of the two, or give this one another name; the other is on line ${other.line}.`,
    related: [{ ...other, message: 'also declared here' }],
  };
}

function clusterNames(fleet: Fleet): Use[] {
  return [
    { scope: 'cluster', name: fleet.central.name, at: ['/central/name'] },
    ...fleet.distributed.map(({ name }, index) => ({ scope: 'cluster', name, at: [pointer('distributed', index, 'name')] })),
  ].filter(({ name }) => name !== '');
}

function namespaceNames(fleet: Fleet): Use[] {
  return fleet.namespaces
    .map(({ cluster, name }, index) => ({
      scope: 'namespace',
      name: `${cluster}/${name}`,
      at: [pointer('namespaces', index, 'name')],
    }))
    .filter((_, index) => fleet.namespaces[index]!.name !== '');
}

function networkNames(fleet: Fleet): Use[] {
  return fleet.networks
    .map((network, index) => ({ scope: 'network', name: networkId(network), at: [pointer('networks', index, 'name')] }))
    .filter((_, index) => fleet.networks[index]!.name !== '');
}

function subnetNames(fleet: Fleet): Use[] {
  const seen = new Set<string>();
  return fleet.networks.flatMap((network, index) => {
    // The subnets of a network that is itself declared twice are not a second fault.
    const id = networkId(network);
    if (seen.has(id)) return [];
    seen.add(id);
    return (['v4', 'v6'] as const).flatMap((family) => {
      const subnet = network[family]?.subnet ?? '';
      const at = [pointer('networks', index, family, 'subnet'), pointer('networks', index, 'name')];
      return subnet === '' ? [] : [{ scope: `subnet of namespace ${network.cluster}/${network.namespace}`, name: subnet, at }];
    });
  });
}

function connectionNames(fleet: Fleet): Use[] {
  return fleet.connections
    .map(({ name }, index) => ({ scope: 'connection', name, at: [pointer('connections', index, 'name')] }))
    .filter(({ name }) => name !== '');
}

function extraPaths({ extra = [] }: Fleet): Use[] {
  return extra
    .map(({ cluster, path }, index) => ({
      scope: `extra of cluster ${cluster}`,
      name: path,
      at: [pointer('extra', index, 'path')],
      remedy: 'Remove one of the two entries.',
    }))
    .filter(({ name }) => name !== '');
}

/** The networks of a connection in declared order, each with its place and its role as a router. */
function joins(fleet: Fleet) {
  return fleet.connections.flatMap((connection, index) => {
    const lists =
      connection.type === 'mesh' ? { networks: connection.networks } : { hubs: connection.hubs, spokes: connection.spokes };
    return Object.entries(lists).flatMap(([role, ids]) =>
      ids.map((id, position) => ({ connection, index, role, id, at: pointer('connections', index, role, position) })),
    );
  });
}

function joinedNetworks(fleet: Fleet): Use[] {
  return joins(fleet)
    .filter(({ id }) => id !== '')
    .map(({ connection, index, id, at }) => ({
      scope: `connection ${index}`,
      name: id,
      at: [at],
      message: `network ${id} appears twice in connection ${connection.name}`,
    }));
}

/**
 * A router is an object of one namespace: the same name there in two connections, or as hub and spoke, would be two objects under
 * one name. Networks of one namespace, connection and role share a router on purpose.
 */
function judgeRouters(fleet: Fleet, source: SourceMap): Finding[] {
  const owners = new Map<string, { index: number; role: string; at: string[] }>();
  const findings: Finding[] = [];
  const reported = new Set<string>();
  const declared = new Set(fleet.networks.map(networkId));
  const seen = new Set<string>();
  for (const { connection, index, role, id, at } of joins(fleet)) {
    const router = connection.routers[id];
    // A network that appears twice in a connection is reported as such.
    if (!router || id === '' || seen.has(`${index}\n${id}`)) continue;
    seen.add(`${index}\n${id}`);
    const places = [pointer('connections', index, 'routers', id), at];
    const key = `${id.slice(0, id.lastIndexOf('/'))}\n${router}`;
    const owner = owners.get(key);
    if (!owner) {
      owners.set(key, { index, role, at: places });
      // A router of a network that is not declared is named after a mistake, which has its own finding.
      if (connection.name !== '' && declared.has(id) && !isObjectName(router))
        findings.push(badRouterName(router, places, source));
    } else if ((owner.index !== index || owner.role !== role) && !reported.has(`${index}\n${role}\n${key}`)) {
      reported.add(`${index}\n${role}\n${key}`);
      const namespace = id.slice(0, id.lastIndexOf('/'));
      findings.push(duplicate(`router ${router} of namespace ${namespace} is declared twice`, places, owner.at, source));
    }
  }
  return findings;
}

function badRouterName(router: string, at: string[], source: SourceMap): Finding {
  return {
    rule: 'schema',
    severity: 'error',
    ...placeOf(source, ...at),
    message: `router name ${router} is longer than 63 characters or not an object name`,
    remedy: 'Give the router a name under routers.',
  };
}
