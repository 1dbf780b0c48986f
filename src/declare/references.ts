import { type DefaultNetwork, defaultNetwork } from '../cn2/default-networks.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { type Fleet, networkId, networksOf } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import { nearest } from './nearest.ts';
import { keyPlaceOf, placeOf } from './place.ts';
import { pointer } from './pointer.ts';

const SUGGESTIONS = 50;

/**
 * Rule reference: every name of a cluster, namespace or network that the declaration does not declare, at the place of use.
 * `declared`: the data of the file.
 */
export function judgeReferences(fleet: Fleet, declared: unknown, source: SourceMap): Finding[] {
  const clusters = [fleet.central.name, ...fleet.distributed.map(({ name }) => name)];
  const namespaces = fleet.namespaces.map(({ cluster, name }) => `${cluster}/${name}`);
  const networks = fleet.networks.map(networkId);
  const findings: Finding[] = [];
  const use = (name: string, kind: string, known: KnownNames, at: string): void => {
    // '' stands for a value that has its own schema finding.
    if (name === '' || known.has(name)) return;
    // Every name is compared with every other to find typos, not for a file that lost a whole section.
    const candidates = findings.length < SUGGESTIONS ? known.names : [];
    findings.push(unresolved(`${kind} ${name} is not declared`, name, candidates, placeOf(source, at)));
  };
  const [knownClusters, knownNamespaces, knownNetworks] = [clusters, namespaces, networks].map(knownNames) as [
    KnownNames,
    KnownNames,
    KnownNames,
  ];

  const knownDistributed = knownNames(fleet.distributed.map(({ name }) => name));

  fleet.namespaces.forEach(({ cluster }, index) => {
    use(cluster, 'cluster', knownClusters, pointer('namespaces', index, 'cluster'));
  });
  fleet.networks.forEach(({ cluster, namespace }, index) => {
    const at = pointer('networks', index);
    use(cluster, 'cluster', knownClusters, `${at}/cluster`);
    if (knownClusters.has(cluster) && namespace !== '')
      use(`${cluster}/${namespace}`, 'namespace', knownNamespaces, `${at}/namespace`);
  });
  fleet.connections.forEach((connection, index) => {
    const at = pointer('connections', index);
    const lists =
      connection.type === 'mesh' ? { networks: connection.networks } : { hubs: connection.hubs, spokes: connection.spokes };
    for (const [key, ids] of Object.entries(lists))
      ids.forEach((id, position) => {
        const place = at + pointer(key, position);
        const made = knownNetworks.has(id) ? undefined : defaultNetwork(fleet, id);
        if (made === undefined) use(id, 'network', knownNetworks, place);
        else if (!made.namespace.isolated) findings.push(sharedDefault(made, placeOf(source, place)));
      });
  });
  fleet.extra?.forEach(({ cluster }, index) => {
    use(cluster, 'cluster', knownClusters, pointer('extra', index, 'cluster'));
  });
  fleet.upgrade?.order.forEach((name, index) => {
    use(name, 'distributed cluster', knownDistributed, pointer('upgrade', 'order', index));
  });
  if (Array.isArray(fleet.smoke?.networks))
    fleet.smoke.networks.forEach((id, index) => {
      use(id, 'network', knownNetworks, pointer('smoke', 'networks', index));
    });
  return [...findings, ...strayRouters(fleet, declared, source), ...unwritten(fleet, source)];
}

/** What is declared for a namespace that is not rendered. Its labels are not for nothing: routers select by those that it has. */
function unwritten({ namespaces }: Fleet, source: SourceMap): Finding[] {
  return namespaces.flatMap(({ name, manage, annotations, forwarding }, index): Finding[] => {
    const key = manage
      ? undefined
      : annotations !== undefined
        ? 'annotations'
        : forwarding !== undefined
          ? 'forwarding'
          : undefined;
    if (key === undefined) return [];
    return [
      {
        rule: 'reference',
        severity: 'warning',
        ...placeOf(source, pointer('namespaces', index, key)),
        message: `namespace ${name} is only referred to (manage: false), so ${key} of it is not written`,
        remedy: 'Remove them here and set them where the namespace is made, or leave manage: false out.',
      },
    ];
  });
}

interface KnownNames {
  names: readonly string[];
  has(name: string): boolean;
}

/** While an entry lacks its name (which has its own finding), any name may be the one that is meant: nothing is unresolved. */
function knownNames(names: readonly string[]): KnownNames {
  const set = new Set(names);
  const incomplete = names.some((name) => name === '' || name.startsWith('/') || name.endsWith('/'));
  return { names, has: (name) => incomplete || set.has(name) };
}

function unresolved(message: string, name: string, known: readonly string[], place: ReturnType<typeof placeOf>): Finding {
  const meant = nearest(
    name,
    known.filter((candidate) => candidate !== ''),
  );
  const remedy = meant ? `Did you mean ${meant}?` : 'Declare it, or correct the name.';
  return { rule: 'reference', severity: 'error', ...place, message, remedy };
}

/** Only isolated namespaces have default networks; the others use those of their cluster. */
function sharedDefault({ namespace, name }: DefaultNetwork, place: ReturnType<typeof placeOf>): Finding {
  const message = `namespace ${namespace.name} of ${namespace.cluster} is not isolated and has no ${name} of its own`;
  return {
    rule: 'reference',
    severity: 'error',
    ...place,
    message,
    remedy: 'Say isolated: true, or connect declared networks of the namespace.',
  };
}

/** Names under `routers` for networks that their connection does not join; only the file's data still has them. */
function strayRouters(fleet: Fleet, declared: unknown, source: SourceMap): Finding[] {
  const connections = isFields(declared) && Array.isArray(declared['connections']) ? (declared['connections'] as unknown[]) : [];
  return connections.flatMap((connection, index) => {
    const routers = isFields(connection) && isFields(connection['routers']) ? Object.keys(connection['routers']) : [];
    const joined = fleet.connections[index];
    if (routers.length === 0 || joined === undefined) return [];
    const known = new Set(networksOf(joined));
    return routers
      .filter((id) => !known.has(id))
      .map((id) => {
        const place = keyPlaceOf(source, pointer('connections', index, 'routers', id));
        return unresolved(`routers names ${id}, which this connection does not join`, id, [...known], place);
      });
  });
}
