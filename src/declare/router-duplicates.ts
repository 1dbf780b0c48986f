import { defaultNetwork } from '../cn2/default-networks.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { type Fleet, type NetworkId, networkId } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import { isWritten, placeOf } from './place.ts';
import { pointer } from './pointer.ts';
import { namedRouter, sameLabels } from './router-ref.ts';
import { isObjectName } from './schema.ts';

/** A network of a connection with its place and its role as the declaration calls it. */
export interface Join {
  connection: Fleet['connections'][number];
  index: number;
  role: string;
  id: NetworkId;
  at: string;
}

/** The networks of all connections in declared order. */
export function joins(fleet: Fleet): Join[] {
  return fleet.connections.flatMap((connection, index) => {
    const lists =
      connection.type === 'mesh' ? { networks: connection.networks } : { hubs: connection.hubs, spokes: connection.spokes };
    return Object.entries(lists).flatMap(([role, ids]) =>
      ids.map((id, position) => ({ connection, index, role, id, at: pointer('connections', index, role, position) })),
    );
  });
}

/** One router of one connection and role. */
interface Use {
  index: number;
  role: string;
  name: string;
  namespace: string;
  labels: Record<string, string>;
  labelled: boolean;
  ids: Set<NetworkId>;
  at: string[];
}

const SHARING =
  'Give this one another name. Connections share a router only if each gives it the same labels, the same role and the same networks.';

/**
 * Rule duplicate for routers. A router is an object of one namespace: the same name there in two connections, or as hub and spoke, would
 * be two objects under one name. Networks of one namespace, connection and role share a router on purpose; so do connections that
 * say the same of it, labels included. Also of rule schema: default names that are not object names.
 */
export function judgeRouters(fleet: Fleet, source: SourceMap): Finding[] {
  const { uses, findings } = usesOf(fleet, source);
  const owners = new Map<string, Use>();
  for (const use of uses) {
    const key = `${use.namespace}\n${use.name}`;
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, use);
    else if (!isShared(owner, use)) {
      const message = `router ${use.name} of namespace ${use.namespace} is declared twice`;
      findings.push(twice(message, use, owner, source, owner.labelled || use.labelled ? SHARING : undefined));
    }
  }
  return findings;
}

/** Routers by connection and role, with the findings on each network's own entry. */
function usesOf(fleet: Fleet, source: SourceMap): { uses: Use[]; findings: Finding[] } {
  const uses = new Map<string, Use>();
  const findings: Finding[] = [];
  const declared = new Set(fleet.networks.map(networkId));
  const named = new Set<string>();
  for (const { connection, index, role, id, at } of joins(fleet)) {
    const { name, labels, labelled } = namedRouter(connection.routers[id] ?? '');
    if (name === '' || id === '') continue;
    const namespace = id.slice(0, id.lastIndexOf('/'));
    const places = [pointer('connections', index, 'routers', id), at];
    const key = `${index}\n${role}\n${namespace}\n${name}`;
    const known = uses.get(key);
    // A network that appears twice in a connection is reported as such.
    if (known === undefined) uses.set(key, { index, role, name, namespace, labels, labelled, ids: new Set([id]), at: places });
    else if (!known.ids.has(id)) {
      known.ids.add(id);
      if (!sameLabels(known.labels, labels)) {
        const message = `router ${name} of namespace ${namespace} has two sets of labels`;
        findings.push(twice(message, { at: places }, known, source, 'Give it the same labels in both places.'));
      }
    }
    // A router of a network that is not declared is named after a mistake, which has its own finding; so has a name that is written.
    const first = !named.has(`${namespace}\n${name}`);
    named.add(`${namespace}\n${name}`);
    if (
      first &&
      connection.name !== '' &&
      (declared.has(id) || defaultNetwork(fleet, id) !== undefined) &&
      !isWritten(source, places[0]!) &&
      !isObjectName(name)
    )
      findings.push(badRouterName(name, places, source));
  }
  return { uses: [...uses.values()], findings };
}

function isShared(one: Use, other: Use): boolean {
  return (
    one.labelled &&
    other.labelled &&
    one.role === other.role &&
    one.index !== other.index &&
    sameLabels(one.labels, other.labels) &&
    one.ids.size === other.ids.size &&
    [...one.ids].every((id) => other.ids.has(id))
  );
}

function twice(message: string, use: Pick<Use, 'at'>, owner: Use, source: SourceMap, remedy?: string): Finding {
  const other = placeOf(source, ...owner.at);
  return {
    rule: 'duplicate',
    severity: 'error',
    ...placeOf(source, ...use.at),
    message,
    remedy: `Keep one of the two, or give this one another name; the other is on line ${other.line}.`,
    ...present({ remedy }),
    related: [{ ...other, message: 'also declared here' }],
  };
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
