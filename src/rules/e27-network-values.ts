import { contains, parseAddress, parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { routeTargetNumber } from '../declare/route-target.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { AddressRange, FleetNetwork, NetworkFamily } from '../model/fleet.ts';
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
    'The gateway and the ranges of a network lie inside its subnet, and its ranges are disjoint; a VNI of the user is between 4096 and 4294967296; a network has not both fabricForwarding and isProviderNetwork; a route target of the user is not among the numbers that CN2 gives out (a warning).',
  remedy: 'Write an address of the subnet, or leave the gateway to CN2.',
  source: 'documented',
  judgeDeclaration(input) {
    return input.fleet.networks.flatMap((network, index) => {
      const at = pointer('networks', index);
      return [
        ...(['v4', 'v6'] as const).flatMap((family) => judgeFamily(network, network[family], `${at}/${family}`, input)),
        ...judgeVni(network, at, input),
        ...judgeProvider(network, at, input),
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
  const cidr = parseCidr(family?.cidr ?? '');
  if (family === undefined || !cidr) return [];
  const { gateway = '', ranges = [] } = family;
  const place = (...path: (string | number)[]) => placeOf(source, at + pointer(...path));
  // What is not an address of this family has its own schema finding.
  const isOutside = (text: string) => {
    const address = parseAddress(text);
    return address !== undefined && address.family === cidr.family && !contains(cidr, address);
  };
  return [
    ...(isOutside(gateway)
      ? [finding(networkValues, place('gateway'), `gateway ${gateway} of network ${name} lies outside ${family.cidr}`)]
      : []),
    ...ranges.flatMap((range, index) => {
      const end = (['from', 'to'] as const).find((key) => isOutside(range[key]));
      if (end !== undefined)
        return [
          finding(
            networkValues,
            place('ranges', index, end),
            `address ${range[end]} of a range of network ${name} lies outside ${family.cidr}`,
            { remedy: 'Write an address of the subnet.' },
          ),
        ];
      const sound = (other: AddressRange) => !isOutside(other.from) && !isOutside(other.to);
      return judgeOrder(ranges, index, name, place, sound);
    }),
  ];
}

/** A range begins before it ends and shares no address with an earlier one that has no finding of its own. */
function judgeOrder(
  ranges: readonly AddressRange[],
  index: number,
  name: string,
  place: (...path: (string | number)[]) => FilePosition,
  sound: (range: AddressRange) => boolean,
): Finding[] {
  const [range, ...earlier] = [ranges[index]!, ...ranges.slice(0, index)].map(bounds);
  if (range === undefined) return [];
  const { from, to } = ranges[index]!;
  if (range.first > range.last) {
    const remedy = 'Write the lower address first.';
    return [
      finding(
        networkValues,
        place('ranges', index, 'from'),
        `a range of network ${name} begins at ${from} and ends before it, at ${to}`,
        { remedy },
      ),
    ];
  }
  const at = earlier.findIndex(
    (other, before) =>
      other !== undefined &&
      sound(ranges[before]!) &&
      other.first <= other.last &&
      other.first <= range.last &&
      range.first <= other.last,
  );
  if (at < 0) return [];
  const message = `range ${from} to ${to} of network ${name} overlaps ${ranges[at]!.from} to ${ranges[at]!.to}`;
  const related = [{ ...place('ranges', at), message: 'the other range' }];
  return [finding(networkValues, place('ranges', index), message, { remedy: 'Name each address once.', related })];
}

/** A range as numbers; undefined for what is not two addresses of one family, which has its own schema finding. */
function bounds({ from, to }: AddressRange): { first: bigint; last: bigint } | undefined {
  const [first, last] = [parseAddress(from), parseAddress(to)];
  return first && last && first.family === last.family ? { first: first.value, last: last.value } : undefined;
}

function judgeVni({ name, vni }: FleetNetwork, at: string, { source }: DeclarationInput): Finding[] {
  if (vni === undefined || (vni >= LOWEST_VNI && vni <= HIGHEST_VNI)) return [];
  const message = `vni ${vni} of network ${name} is not between ${LOWEST_VNI} and ${HIGHEST_VNI}`;
  return [finding(networkValues, placeOf(source, `${at}/vni`), message, { remedy: 'Take a larger number, or leave it to CN2.' })];
}

function judgeProvider({ name, fabricForwarding, spec }: FleetNetwork, at: string, { source }: DeclarationInput): Finding[] {
  if (fabricForwarding !== true || spec?.['isProviderNetwork'] !== true) return [];
  const message = `network ${name} has fabricForwarding and isProviderNetwork, of which CN2 allows one`;
  const remedy = 'Remove one of the two.';
  return [finding(networkValues, placeOf(source, `${at}/spec/isProviderNetwork`), message, { remedy })];
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
