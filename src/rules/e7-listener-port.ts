import { listenerPort } from '../cn2/numbers.ts';
import type { Finding } from '../model/finding.ts';
import { distributedOf } from './clusters.ts';
import { haveOneIndex, numberOrigin, numberPlace } from './declared-numbers.ts';
import { isKubemanager, manifestPlace, specOf } from './manifest-place.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

const HIGHEST_PORT = 65535;
/** Below it ports need privileges. */
const LOWEST_PORT = 1024;
/** hostPort of the central cluster's own kubemanager. */
const CENTRAL_PORT = 19445;
/** What listens on a control-plane node (Kubernetes' documentation, "Ports and Protocols", and the health ports of its parts). */
const CONTROL_PLANE_PORTS: ReadonlySet<number> = new Set([2379, 2380, 6443, 10248, 10249, 10250, 10256, 10257, 10259]);

/** All kubemanagers share the host network of the central control plane. */
export const listenerPortInRange: Rule = {
  id: 'E7',
  sentence:
    'Every Kubemanager listens on its own port: the declared listenerPort, otherwise 19446 + index; never on 19445, not beyond 65535, on no port of the control plane.',
  remedy: 'Give each distributed cluster an index of its own, 0 or more, or a listenerPort that nothing else uses.',
  source: 'documented',
  judgeDeclaration(input) {
    return [...outOfRange(input), ...usedTwice(input)];
  },
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.filter(isKubemanager).flatMap((manifest) => {
      const cluster = fleet.distributed.find(({ name }) => name === manifest.for);
      const port = specOf(manifest)['listenerPort'];
      if (!cluster || port === listenerPort(cluster)) return [];
      const message = `Kubemanager of ${cluster.name} has listenerPort ${String(port)}; the declaration gives ${listenerPort(cluster)}`;
      return [finding(this, manifestPlace(manifest, folder, ['spec', 'listenerPort']), message)];
    });
  },
};

function outOfRange({ fleet, source }: DeclarationInput): Finding[] {
  return distributedOf(fleet).flatMap(({ cluster, at }) => {
    const port = listenerPort(cluster);
    const lowest = cluster.listenerPort === undefined ? CENTRAL_PORT + 1 : LOWEST_PORT;
    const why = taken(port) ?? (port < lowest || port > HIGHEST_PORT ? `outside ${lowest}-${HIGHEST_PORT}` : undefined);
    if (why === undefined) return [];
    const message = `${numberOrigin(cluster, 'listenerPort')} listenerPort ${port}, ${why}`;
    return [finding(listenerPortInRange, numberPlace(source, at, 'listenerPort'), message)];
  });
}

function taken(port: number): string | undefined {
  if (port === CENTRAL_PORT) return "the central kubemanager's port";
  return CONTROL_PLANE_PORTS.has(port) ? 'a port of the Kubernetes control plane' : undefined;
}

function usedTwice({ fleet, source }: DeclarationInput): Finding[] {
  const owners = new Map<number, ReturnType<typeof distributedOf>[number]>();
  return distributedOf(fleet).flatMap(({ cluster, at }) => {
    const port = listenerPort(cluster);
    const owner = owners.get(port);
    if (owner === undefined) owners.set(port, { cluster, at });
    // NaN stands for a number with a schema finding.
    if (owner === undefined || Number.isNaN(port) || haveOneIndex(cluster, owner.cluster, 'listenerPort')) return [];
    const { name } = owner.cluster;
    return [
      finding(
        listenerPortInRange,
        numberPlace(source, at, 'listenerPort'),
        `${numberOrigin(cluster, 'listenerPort')} listenerPort ${port}, which is that of ${name}`,
        { related: [{ ...numberPlace(source, owner.at, 'listenerPort'), message: `listenerPort of ${name}` }] },
      ),
    ];
  });
}
