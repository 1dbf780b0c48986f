import { defaultNetwork } from '../cn2/default-networks.ts';
import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { type Fleet, networkId } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import { placeOf } from './place.ts';
import { pointer } from './pointer.ts';
import { joins, judgeRouters } from './router-duplicates.ts';
import { serverUses } from './same-server.ts';

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
    ...madeByCn2(fleet, source),
    ...ofSmokeTest(fleet, source),
    ...twice(subnetNames(fleet), source),
    ...twice(identifiers(fleet), source),
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

/** CN2 has a network of its own under these names in every isolated namespace: declared, it would be taken over. */
function madeByCn2(fleet: Fleet, source: SourceMap): Finding[] {
  return fleet.networks.flatMap((network, index): Finding[] => {
    const made = defaultNetwork(fleet, networkId(network));
    if (!made?.namespace.isolated) return [];
    return [
      {
        rule: 'duplicate',
        severity: 'error',
        ...placeOf(source, pointer('networks', index, 'name')),
        message: `network ${network.name} is one that CN2 makes in every isolated namespace`,
        remedy: 'Connect it without declaring it, or give this network another name.',
      },
    ];
  });
}

/** Rendered for every fleet that has a smoke test; without one the name stays free for it. */
function ofSmokeTest({ namespaces }: Fleet, source: SourceMap): Finding[] {
  return namespaces.flatMap(({ name }, index): Finding[] =>
    name !== SMOKE_NAMESPACE
      ? []
      : [
          {
            rule: 'duplicate',
            severity: 'error',
            ...placeOf(source, pointer('namespaces', index, 'name')),
            message: `namespace ${name} is the one of the smoke test, which needs no entry`,
            remedy: 'Take this entry out: the namespace comes with smoke. Networks of your own need another namespace.',
          },
        ],
  );
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

function identifiers(fleet: Fleet): Use[] {
  return fleet.networks.flatMap(({ vni }, index) =>
    vni === undefined
      ? []
      : [
          {
            scope: 'vni',
            name: String(vni),
            at: [pointer('networks', index, 'vni')],
            remedy: 'Give each network a number of its own, or leave it to CN2.',
          },
        ],
  );
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
