import { isFailed, isUnjudged } from '../expectation/smoke-document.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Diagnosis, type PairVerdict, RUNGS } from '../model/smoke.ts';
import { accessFaults, sameClusterFault } from './access.ts';
import { type CentralKind, find, type PathFacts } from './facts.ts';
import { type Fault, faultOfObject } from './fault.ts';
import { lossFaults } from './loss.ts';
import { mtuWarnings } from './mtu.ts';
import { type Needed, neededBy } from './needed.ts';
import { policyFault } from './policies.ts';
import { isOfImage, probeFault } from './probes.ts';
import { leak, routerFault } from './routers.ts';
import { vrouterFault } from './vrouters.ts';

/** Whether anything is to be explained: without that no object need be looked at. */
export function needsDiagnosis(pairs: readonly PairVerdict[]): boolean {
  return pairs.some(isUnexplained);
}

/** Whether a path is red or unknown. */
function isUnexplained({ verdict }: PairVerdict): boolean {
  return isFailed(verdict) || isUnjudged(verdict);
}

/**
 * Why paths are red or unknown: for each the first thing that is not as it should be, of all that a path depends on, said once for all paths
 * that have it; of those that no object explains, where in the matrix the loss begins. Those of most paths come first among those of one
 * rung. What could not be read explains nothing, and that is said where nothing else does. `facts`: absent where nothing needs them.
 */
export function diagnose(fleet: Fleet, pairs: readonly PairVerdict[], facts: PathFacts | undefined): Diagnosis[] {
  return facts === undefined ? mtuWarnings(pairs) : explained(fleet, pairs, facts, new Causes());
}

/**
 * The same of paths that were measured some time ago (`measured`, which still counts), and of others: what is wrong now with the objects
 * that they need, or who opens what must not be open, whatever was seen of their packets.
 */
export function diagnoseOld(
  fleet: Fleet,
  measured: readonly PairVerdict[],
  others: readonly PairVerdict[],
  facts: PathFacts,
): Diagnosis[] {
  const causes = new Causes();
  const needed = neededBy(fleet);
  for (const pair of [...measured.filter((each) => !isUnexplained(each)), ...others]) {
    const twice = sameClusterFault(pair, facts);
    const access = twice === undefined ? accessFaults(pair, needed.central, facts) : [twice];
    const fault =
      pair.expected === 'reach'
        ? openFault(pair, fleet, needed, facts)
        : pair.expected === 'block'
          ? leakOf(pair, needed, facts, false)
          : undefined;
    causes.add(pair, access.length > 0 || fault === undefined ? access : [fault]);
  }
  return explained(fleet, measured, facts, causes);
}

function explained(fleet: Fleet, pairs: readonly PairVerdict[], facts: PathFacts, causes: Causes): Diagnosis[] {
  const needed = neededBy(fleet);
  const open = pairs.filter((pair) => isUnexplained(pair) && !causes.add(pair, causesOf(pair, fleet, needed, facts)));
  for (const { fault, paths } of lossFaults(fleet, open, pairs, facts)) for (const pair of paths) causes.add(pair, [fault]);
  return causes.inOrder(mtuWarnings(pairs));
}

/** Causes with the paths that have them. */
class Causes {
  readonly #known = new Map<string, Diagnosis>();

  /** Whether there is any. */
  add({ source, target, family }: PairVerdict, faults: readonly Fault[]): boolean {
    for (const fault of faults) {
      const key = `${fault.rung} ${fault.cause}`;
      const diagnosis = this.#known.get(key) ?? { ...fault, paths: [] };
      diagnosis.paths.push({ source, target, family });
      this.#known.set(key, diagnosis);
    }
    return faults.length > 0;
  }

  inOrder(more: readonly Diagnosis[]): Diagnosis[] {
    const rank = ({ rung }: Diagnosis) => RUNGS.indexOf(rung);
    return [...this.#known.values(), ...more].sort((a, b) => rank(a) - rank(b) || b.paths.length - a.paths.length);
  }
}

/** None: the matrix has to say it. */
function causesOf(pair: PairVerdict, fleet: Fleet, needed: Needed, facts: PathFacts): Fault[] {
  const { verdict, expected } = pair;
  const twice = sameClusterFault(pair, facts);
  if (twice !== undefined) return [twice];
  if (isUnjudged(verdict)) {
    const access = accessFaults(pair, needed.central, facts);
    return access.length > 0 ? access : [unjudgedFault(pair, needed, facts)];
  }
  const fault =
    verdict === 'unexpectedly-reachable'
      ? leakOf(pair, needed, facts, true)
      : verdict === 'unreachable' && expected === 'reach'
        ? openFault(pair, fleet, needed, facts)
        : undefined;
  return fault === undefined ? [] : [fault];
}

/** Whatever labels an object lacks, a probe starts without them; and an image is none of CN2's objects. */
function unjudgedFault(pair: PairVerdict, needed: Needed, facts: PathFacts): Fault {
  const object = isOfImage(pair) ? undefined : objectFault(pair, needed, facts, false);
  return object ?? probeFault(pair, needed.central, facts);
}

/** The first thing that is wrong with what a path needs that must be open. */
export function openFault(pair: PairVerdict, fleet: Fleet, needed: Needed, facts: PathFacts): Fault | undefined {
  return (
    objectFault(pair, needed, facts, true) ??
    joinFault(pair, needed, facts) ??
    vrouterFault([pair.source, pair.target], needed.central, facts) ??
    policyFault(fleet, pair, facts)
  );
}

/** Namespaces, subnets and networks of both ends. */
function objectFault(
  { source, target }: PairVerdict,
  needed: Needed,
  { central }: PathFacts,
  labels: boolean,
): Fault | undefined {
  for (const object of [...needed.ofEndpoint(source), ...needed.ofEndpoint(target)]) {
    const listed = central[object.kind as CentralKind];
    if (typeof listed === 'string') continue;
    const { name, namespace } = object.metadata;
    const rung = object.kind === 'Namespace' ? 'namespace' : 'network';
    const wanted = labels ? object : { ...object, metadata: { ...object.metadata, labels: {} } };
    const fault = faultOfObject(rung, wanted, find(listed, name, namespace), needed.central);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function networksOf({ source, target }: PairVerdict, needed: Needed): [KubernetesObject, KubernetesObject] | undefined {
  const [from, to] = [source, target].map((endpoint) =>
    needed.ofEndpoint(endpoint).find(({ kind }) => kind === 'VirtualNetwork'),
  );
  return from === undefined || to === undefined ? undefined : [from, to];
}

function joinFault(pair: PairVerdict, needed: Needed, facts: PathFacts): Fault | undefined {
  const networks = networksOf(pair, needed);
  const routers = needed.ofPath(pair.source, pair.target);
  if (networks === undefined || routers === undefined) return undefined;
  return routerFault(facts, needed.central, [
    { network: networks[0], router: routers[0] },
    { network: networks[1], router: routers[1] },
  ]);
}

function leakOf(pair: PairVerdict, needed: Needed, facts: PathFacts, passes: boolean): Fault | undefined {
  const networks = networksOf(pair, needed);
  return networks && leak(facts, needed.central, networks, { known: needed.routers, passes });
}
