import { contains, parseAddress, parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { routeTargetNumber } from '../declare/route-target.ts';
import type { Finding } from '../model/finding.ts';
import type { FleetNetwork, NetworkFamily } from '../model/fleet.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** Observed: CN2's own targets are target-64512-8000000 and so on. */
const FIRST_OWN_TARGET = 8_000_000;
const TARGET_KEYS = ['routeTargets', 'importRouteTargets', 'exportRouteTargets'] as const;

/** What the type VirtualNetworkSpec names as the valid range; CN2 gives out the numbers below. */
const [LOWEST_VNI, HIGHEST_VNI] = [4096, 4_294_967_296];

/** The server does not check it: the CRDs have no validation beyond types. */
export const networkValues: Rule = {
  id: 'E27',
  sentence:
    'The gateway of a network lies inside its subnet; a VNI of the user is between 4096 and 4294967296; a route target of the user is not among the numbers that CN2 gives out (a warning).',
  remedy: 'Write an address of the subnet, or leave the gateway to CN2.',
  source: 'documented',
  judgeDeclaration(input) {
    return input.fleet.networks.flatMap((network, index) => {
      const at = pointer('networks', index);
      return [
        ...(['v4', 'v6'] as const).flatMap((family) => judgeFamily(network, network[family], `${at}/${family}`, input)),
        ...judgeVni(network, at, input),
        ...judgeRouteTargets(network, at, input),
      ];
    });
  },
};

function judgeFamily(
  { name }: FleetNetwork,
  family: NetworkFamily | undefined,
  at: string,
  { source }: DeclarationInput,
): Finding[] {
  const { cidr: text = '', gateway = '' } = family ?? {};
  const [cidr, address] = [parseCidr(text), parseAddress(gateway)];
  // A gateway of the other family has its own schema finding.
  if (!cidr || !address || address.family !== cidr.family || contains(cidr, address)) return [];
  return [finding(networkValues, placeOf(source, `${at}/gateway`), `gateway ${gateway} of network ${name} lies outside ${text}`)];
}

function judgeVni({ name, vni }: FleetNetwork, at: string, { source }: DeclarationInput): Finding[] {
  if (vni === undefined || (vni >= LOWEST_VNI && vni <= HIGHEST_VNI)) return [];
  const message = `vni ${vni} of network ${name} is not between ${LOWEST_VNI} and ${HIGHEST_VNI}`;
  return [finding(networkValues, placeOf(source, `${at}/vni`), message, { remedy: 'Take a larger number, or leave it to CN2.' })];
}

function judgeRouteTargets(network: FleetNetwork, at: string, { source }: DeclarationInput): Finding[] {
  return TARGET_KEYS.flatMap((key) =>
    (network[key] ?? []).flatMap((target, index) => {
      if ((routeTargetNumber(target) ?? 0) < FIRST_OWN_TARGET) return [];
      const message = `route target ${target} of network ${network.name} is among those that CN2 gives out itself`;
      const remedy = `Take a number below ${FIRST_OWN_TARGET}.`;
      return [finding(networkValues, placeOf(source, at + pointer(key, index)), message, { severity: 'warning', remedy })];
    }),
  );
}
