import { centralNetwork } from '../cn2/central-view.ts';
import { POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Declaration } from '../model/declaration.ts';
import { detachedCluster, isAttached } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Connection, DistributedCluster, Fleet } from '../model/fleet.ts';
import { mirrorOwner } from '../plan/managed.ts';
import { distributedOf } from './clusters.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** Who is paged for a detach reads in the file what it takes away: nothing is left out silently. */
export const detach: Rule = {
  id: 'detach',
  sentence:
    'A cluster leaves by state: detached: no connection refers to it, nothing uses its networks any more, and when it has left, its index is in retired.',
  remedy: 'Remove what refers to the cluster, or attach it again.',
  source: 'derived',
  judgeDeclaration(input) {
    return [...distributedOf(input.fleet).flatMap(({ cluster, at }) => entryFindings(input, cluster, at)), ...uses(input)];
  },
};

function entryFindings({ fleet, source }: DeclarationInput, cluster: DistributedCluster, at: string): Finding[] {
  const { name, index } = cluster;
  if (isAttached(cluster)) {
    if (cluster.detach === undefined) return [];
    return [
      finding(detach, placeOf(source, `${at}/detach`), `detach of ${name} says nothing: the cluster is attached`, {
        remedy: 'Say state: detached as well, or remove detach.',
      }),
    ];
  }
  const reserved = index === undefined || fleet.retired?.includes(index) === true ? '' : `; then write retired: [${index}]`;
  return [
    finding(detach, placeOf(source, `${at}/state`), `${name} is declared as detached`, {
      severity: 'info',
      remedy: `When the detach has been applied, its entry can go, and with it its namespaces and networks${reserved}.`,
    }),
  ];
}

/** What the file still says of a detached cluster that others would feel. */
function uses({ fleet, source }: DeclarationInput): Finding[] {
  const connections = fleet.connections.flatMap((connection, index) =>
    membersOf(connection).flatMap(([key, ids]) =>
      ids.flatMap((id, position) => {
        const owner = detachedCluster(fleet, id.split('/')[0] ?? '');
        if (owner === undefined) return [];
        const place = placeOf(source, pointer('connections', index, key, position));
        return [
          finding(detach, place, `connection ${connection.name} joins ${id}, and ${owner.name} is detached`, {
            remedy: `Remove the network from the connection, or the connection where too few are left. To keep both, say state: attached for ${owner.name}.`,
          }),
        ];
      }),
    ),
  );
  const namespaces = fleet.namespaces.flatMap(({ cluster, name, annotations }, index) => {
    const network = annotations?.[POD_NETWORK_ANNOTATION];
    const central = network === undefined ? undefined : centralNetwork(fleet, cluster, network);
    const owner = mirrorOwner(fleet, central?.split('/')[0]);
    if (owner === undefined || owner === cluster || detachedCluster(fleet, owner) === undefined) return [];
    const place = placeOf(source, pointer('namespaces', index, 'annotations', POD_NETWORK_ANNOTATION));
    return [
      finding(detach, place, `pod network ${network} of namespace ${name} is of ${owner}, which is detached`, {
        remedy: 'Name another network.',
      }),
    ];
  });
  return [...connections, ...namespaces];
}

function membersOf(connection: Connection): [key: string, ids: string[]][] {
  if (connection.type === 'mesh') return [['networks', connection.networks]];
  return [
    ['hubs', connection.hubs],
    ['spokes', connection.spokes],
  ];
}

const NAMES = ['kubemanager', 'kubeconfigSecret'] as const;

/**
 * What a detach finds again by its name: all that CN2 made for the cluster has the Kubemanager's, and its kubeconfig lies in the secret.
 * Under another one it would stay, and nobody who uses it would be seen.
 */
export function judgeRenamed({ fleet, source }: Declaration, previous: Fleet): Finding[] {
  if (fleet === undefined) return [];
  return distributedOf(fleet).flatMap(({ cluster, at }) => {
    const was = previous.distributed.find(({ name }) => name !== '' && name === cluster.name);
    if (isAttached(cluster) || was === undefined) return [];
    return NAMES.filter((key) => was[key] !== '' && was[key] !== cluster[key]).map((key) => {
      const places = key === 'kubemanager' ? [`${at}/kubemanager/name`, `${at}/kubemanager`] : [`${at}/${key}`];
      const message = `${key} of ${cluster.name} is ${cluster[key]}, but was rendered as ${was[key]}, and ${cluster.name} is detached`;
      return finding(detach, placeOf(source, ...places), message, {
        remedy: `Write ${key}: ${was[key]}: under another name the detach would not find what was applied.`,
      });
    });
  });
}
