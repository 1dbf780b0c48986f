import { constantRouteTargetNumber, ROUTE_TARGET_STEP } from '../cn2/numbers.ts';
import type { Finding } from '../model/finding.ts';
import { distributedOf } from './clusters.ts';
import { haveOneIndex, numberOrigin, numberPlace } from './declared-numbers.ts';
import { isKubemanager, manifestPlace, specOf } from './manifest-place.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

const KEY = 'constantRouteTargetNumber';

/** What the number means is not documented; the guide gives 7699 to the first distributed cluster and 100 more to each further one. */
export const routeTargetNumber: Rule = {
  id: 'E8',
  sentence:
    'Every Kubemanager has its own constantRouteTargetNumber: the declared one, otherwise 7699 + 100 × index; those of two clusters are at least 100 apart (closer together is a warning).',
  remedy: 'Give each distributed cluster an index or a constantRouteTargetNumber of its own.',
  source: 'documented',
  judgeDeclaration(input) {
    return [...notPositive(input), ...tooClose(input)];
  },
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.filter(isKubemanager).flatMap((manifest) => {
      const cluster = fleet.distributed.find(({ name }) => name === manifest.for);
      const number = specOf(manifest)[KEY];
      if (!cluster || number === constantRouteTargetNumber(cluster)) return [];
      const message = `Kubemanager of ${cluster.name} has ${KEY} ${String(number)}; the declaration gives ${constantRouteTargetNumber(cluster)}`;
      return [finding(this, manifestPlace(manifest, folder, ['spec', KEY]), message)];
    });
  },
};

/** Of an index the port says it (E7). */
function notPositive({ fleet, source }: DeclarationInput): Finding[] {
  return distributedOf(fleet)
    .filter(({ cluster }) => cluster.constantRouteTargetNumber !== undefined && cluster.constantRouteTargetNumber < 1)
    .map(({ cluster, at }) =>
      finding(
        routeTargetNumber,
        numberPlace(source, at, KEY),
        `${cluster.name} has ${KEY} ${cluster.constantRouteTargetNumber}, which is not a positive number`,
      ),
    );
}

/** In order of their numbers neighbours are the closest; of two the one that is declared later is to blame. */
function tooClose({ fleet, source }: DeclarationInput): Finding[] {
  const clusters = distributedOf(fleet)
    .map((placed, position) => ({ ...placed, position, number: constantRouteTargetNumber(placed.cluster) }))
    .filter(({ number }) => Number.isSafeInteger(number))
    .sort((a, b) => a.number - b.number);
  return clusters.flatMap((cluster, place) => {
    const neighbour = clusters[place - 1];
    if (neighbour === undefined || cluster.number - neighbour.number >= ROUTE_TARGET_STEP) return [];
    if (haveOneIndex(cluster.cluster, neighbour.cluster, KEY)) return [];
    const [later, earlier] = cluster.position > neighbour.position ? [cluster, neighbour] : [neighbour, cluster];
    const { name } = earlier.cluster;
    const origin = `${numberOrigin(later.cluster, KEY)} ${KEY} ${later.number}`;
    const related = [{ ...numberPlace(source, earlier.at, KEY), message: `${KEY} of ${name}` }];
    const at = numberPlace(source, later.at, KEY);
    const apart = cluster.number - neighbour.number;
    if (apart === 0) return [finding(routeTargetNumber, at, `${origin}, which is that of ${name}`, { related })];
    return [
      finding(routeTargetNumber, at, `${origin}, only ${apart} from that of ${name} (${earlier.number})`, {
        severity: 'warning',
        remedy: `CN2's guide keeps ${ROUTE_TARGET_STEP} between two clusters and does not say why. Leave it only where these clusters run so already.`,
        related,
      }),
    ];
  });
}
