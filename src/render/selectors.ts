import { DEFAULT_NETWORK_LABEL, NETWORK_LABEL } from '../cn2/names.ts';
import type { FleetNetwork } from '../model/fleet.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { sortedMap } from './manifest.ts';

/** A label selector for networks, and whether it uses the fleet's own label (which they must then carry). */
export interface NetworkSelector {
  selector: object;
  byFleetLabel: boolean;
}

/**
 * Selects exactly these networks (of one namespace): by the labels they share, if no other network there carries them all, else
 * by the fleet's own label. `there`: all declared networks of that namespace.
 */
export function networkSelector(there: readonly FleetNetwork[], wanted: readonly FleetNetwork[]): NetworkSelector {
  const shared = sharedLabels(wanted);
  const others = there.filter((network) => !wanted.includes(network));
  const aloneWithThem =
    Object.keys(shared).some((key) => key !== DEFAULT_NETWORK_LABEL) && !others.some(({ labels }) => carriesAll(labels, shared));
  if (aloneWithThem) return { selector: { matchLabels: sortedMap(shared) }, byFleetLabel: false };
  return {
    selector: byName(
      NETWORK_LABEL,
      wanted.map(({ name }) => name),
    ),
    byFleetLabel: true,
  };
}

/** Selects default networks (of one namespace) by their names. */
export function defaultNetworkSelector(names: readonly string[]): object {
  return byName(DEFAULT_NETWORK_LABEL, names);
}

/** By a label whose value is the network's name. */
function byName(key: string, names: readonly string[]): object {
  const values = [...names].sort();
  return values.length === 1 ? { matchLabels: { [key]: values[0] } } : { matchExpressions: [{ key, operator: 'In', values }] };
}

/** Whether a set of labels has every one of `wanted` with its value. */
export function carriesAll(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function sharedLabels(networks: readonly FleetNetwork[]): Record<string, string> {
  const [first, ...others] = networks;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([key, value]) => others.every(({ labels }) => labels[key] === value)),
  );
}

/**
 * Whether a label selector (Kubernetes, LabelSelector) takes what has these labels; an empty one takes everything. One that the user
 * has written may say what is not a selector: that takes nothing.
 */
export function selects(selector: unknown, labels: Record<string, string>): boolean {
  if (!isFields(selector)) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!isFields(matchLabels) || !Array.isArray(matchExpressions)) return false;
  return (
    Object.entries(matchLabels).every(([key, value]) => ownMember(labels, key) === value) &&
    matchExpressions.every((expression: unknown) => isFields(expression) && holds(expression, labels))
  );
}

function holds({ key, operator, values }: Fields, labels: Record<string, string>): boolean {
  const value = typeof key === 'string' ? ownMember(labels, key) : undefined;
  const listed = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return value !== undefined && listed;
    case 'NotIn':
      return value === undefined || !listed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
