import { listenerPort } from '../cn2/numbers.ts';
import { placeOf } from '../declare/place.ts';
import { distributedOf } from './clusters.ts';
import { isKubemanager, manifestPlace, specOf } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

const HIGHEST_PORT = 65535;
/** hostPort of the central cluster's own kubemanager. */
const CENTRAL_PORT = 19445;

/** All kubemanagers share the host network of the central control plane. */
export const listenerPortInRange: Rule = {
  id: 'E7',
  sentence: 'Every Kubemanager listens on its own port, 19446 + index, never on 19445 and not beyond 65535.',
  remedy: 'Give each distributed cluster an index of its own, 0 or more.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return distributedOf(fleet).flatMap(({ cluster, at }) => {
      const port = listenerPort(cluster.index);
      if (!(port <= CENTRAL_PORT || port > HIGHEST_PORT)) return [];
      const why = port === CENTRAL_PORT ? "the central kubemanager's port" : `outside ${CENTRAL_PORT + 1}-${HIGHEST_PORT}`;
      return [
        finding(
          this,
          placeOf(source, `${at}/index`),
          `index ${cluster.index} of ${cluster.name} gives listenerPort ${port}, ${why}`,
        ),
      ];
    });
  },
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.filter(isKubemanager).flatMap((manifest) => {
      const cluster = fleet.distributed.find(({ name }) => name === manifest.for);
      const port = specOf(manifest)['listenerPort'];
      if (!cluster || port === listenerPort(cluster.index)) return [];
      const message = `Kubemanager of ${cluster.name} has listenerPort ${String(port)}; its index gives ${listenerPort(cluster.index)}`;
      return [finding(this, manifestPlace(manifest, folder, ['spec', 'listenerPort']), message)];
    });
  },
};
