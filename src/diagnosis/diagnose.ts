import { fieldsOf } from '../cn2/json-nodes.ts';
import { CONTRAIL_NAMESPACE } from '../cn2/names.ts';
import { isFailed, isUnjudged } from '../expectation/smoke-document.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Diagnosis, type PairVerdict, RUNGS } from '../model/smoke.ts';
import { type CentralKind, find, type PathFacts } from './facts.ts';
import { type Fault, faultOf, faultOfObject } from './fault.ts';
import { type Needed, neededBy } from './needed.ts';
import { leak, routerFault } from './routers.ts';

/** Whether anything is to be explained: without that no object need be looked at. */
export function needsDiagnosis(pairs: readonly PairVerdict[]): boolean {
  return pairs.some(isUnexplained);
}

function isUnexplained({ verdict }: PairVerdict): boolean {
  return isFailed(verdict) || isUnjudged(verdict);
}

/**
 * Why paths are red or unknown: for each the first thing that is not as it should be, of all that a path depends on, said once for all paths
 * that have it. Those of most paths come first among those of one rung. What could not be read explains nothing, and that is said where
 * nothing else does.
 */
export function diagnose(fleet: Fleet, pairs: readonly PairVerdict[], facts: PathFacts): Diagnosis[] {
  const needed = neededBy(fleet);
  const known = new Map<string, Diagnosis>();
  for (const pair of pairs.filter(isUnexplained)) {
    const { source, target, family } = pair;
    const fault = causeOf(pair, needed, facts);
    const key = `${fault.rung} ${fault.cause}`;
    const diagnosis = known.get(key) ?? { ...fault, paths: [] };
    diagnosis.paths.push({ source, target, family });
    known.set(key, diagnosis);
  }
  const rank = ({ rung }: Diagnosis) => RUNGS.indexOf(rung);
  return [...known.values()].sort((a, b) => rank(a) - rank(b) || b.paths.length - a.paths.length);
}

function causeOf(pair: PairVerdict, needed: Needed, facts: PathFacts): Fault {
  const { verdict, expected, reason } = pair;
  if (isUnjudged(verdict)) return objectFault(pair, needed, facts) ?? probeFault(reason);
  if (verdict === 'unexpectedly-reachable') return leakOf(pair, needed, facts) ?? unexplained(pair, facts);
  if (verdict === 'degraded' || expected !== 'reach') return unexplained(pair, facts);
  return (
    objectFault(pair, needed, facts) ?? joinFault(pair, needed, facts) ?? vrouterFault(pair, facts) ?? unexplained(pair, facts)
  );
}

/** Namespaces, subnets and networks of both ends. */
function objectFault({ source, target }: PairVerdict, needed: Needed, { central }: PathFacts): Fault | undefined {
  for (const object of [...needed.ofEndpoint(source), ...needed.ofEndpoint(target)]) {
    const listed = central[object.kind as CentralKind];
    if (typeof listed === 'string') continue;
    const { name, namespace } = object.metadata;
    const rung = object.kind === 'Namespace' ? 'namespace' : 'network';
    const fault = faultOfObject(rung, object, find(listed, name, namespace), needed.central);
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

function leakOf(pair: PairVerdict, needed: Needed, facts: PathFacts): Fault | undefined {
  const networks = networksOf(pair, needed);
  return networks && leak(facts, needed.central, networks, needed.routers);
}

/** A DaemonSet of CN2 whose pods are not all ready, on either cluster. */
function vrouterFault({ source, target }: PairVerdict, { daemonSets }: PathFacts): Fault | undefined {
  for (const cluster of new Set([source.cluster, target.cluster])) {
    const listed = daemonSets.get(cluster);
    if (listed === undefined || typeof listed === 'string') continue;
    for (const daemonSet of listed) {
      const { desiredNumberScheduled: wanted, numberReady: ready = 0 } = fieldsOf(daemonSet['status']);
      if (typeof wanted === 'number' && typeof ready === 'number' && ready < wanted)
        return faultOf('vrouter', daemonSet, cluster, `has ${ready} of ${wanted} pods ready`);
    }
  }
  return undefined;
}

/** What kept a probe from measuring is said by the measurement; which end it was does not make it another cause. */
function probeFault(reason: string): Fault {
  return { rung: 'probe', cause: reason.replace(/^(?:source|target): /, '') };
}

function unexplained({ source, target, verdict, lost }: PairVerdict, facts: PathFacts): Fault {
  const [from, to] = [source.cluster, target.cluster];
  const between = from === to ? `within ${from}` : `from ${from} to ${to}`;
  const what = (lost && LOST[lost]) ?? WORDS[verdict] ?? 'packets are lost';
  const unread = [...Object.values(facts.central), facts.daemonSets.get(from), facts.daemonSets.get(to)].filter(
    (listed) => typeof listed === 'string',
  );
  const seen =
    unread.length === 0
      ? 'every object on the way is as declared'
      : `no object that could be read explains it (${[...new Set(unread)].join('; ')})`;
  return {
    rung: 'path',
    cause: `${what} ${between}, and ${seen}`,
    command: `kubectl get pods -n ${CONTRAIL_NAMESPACE} -o wide`,
  };
}

/** By the counters of the target. */
const LOST = { requests: 'requests do not arrive', replies: 'requests arrive, but no reply comes back' } as const;

const WORDS: Partial<Record<PairVerdict['verdict'], string>> = {
  degraded: 'packets are lost or late',
  'unexpectedly-reachable': 'packets pass',
};
