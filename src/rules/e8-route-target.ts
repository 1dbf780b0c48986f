import { constantRouteTargetNumber } from '../cn2/numbers.ts';
import { isKubemanager, manifestPlace, specOf } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

/** What the number means is not documented; the guide gives 7699 to the first distributed cluster and 100 more to each further one. */
export const routeTargetNumber: Rule = {
  id: 'E8',
  sentence: 'Every Kubemanager has its own constantRouteTargetNumber, 7699 + 100 × index.',
  remedy: 'Render again; two clusters must never share an index.',
  source: 'documented',
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.filter(isKubemanager).flatMap((manifest) => {
      const cluster = fleet.distributed.find(({ name }) => name === manifest.for);
      const number = specOf(manifest)['constantRouteTargetNumber'];
      if (!cluster || number === constantRouteTargetNumber(cluster.index)) return [];
      const message = `Kubemanager of ${cluster.name} has constantRouteTargetNumber ${String(number)}; its index gives ${constantRouteTargetNumber(cluster.index)}`;
      return [finding(this, manifestPlace(manifest, folder, ['spec', 'constantRouteTargetNumber']), message)];
    });
  },
};
