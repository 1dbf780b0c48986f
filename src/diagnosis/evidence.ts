import { fieldsOf } from '../cn2/json-nodes.ts';
import { endpointKey, ofNetwork, pairKey } from '../expectation/expect.ts';
import type { JudgedPath } from '../model/diagnose.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { Diagnosis, Endpoint, Expected, PairVerdict } from '../model/smoke.ts';
import { diagnoseOld } from './diagnose.ts';
import { type CentralKind, find, type PathFacts, readable } from './facts.ts';
import { type Needed, neededBy } from './needed.ts';

/** A path as it was found some time ago. */
export interface Remembered {
  pair: PairVerdict;
  /** RFC 3339; absent: not known. */
  at?: string;
}

/** A path to be judged, with what is remembered of it as far as it still is declared like that. */
interface Old {
  path: PairVerdict;
  remembered?: Remembered;
  /** Why that says nothing of now. */
  outdated?: string;
}

/**
 * Judges paths without a packet: by the objects that they need, and by what was measured last where none of these objects has changed
 * since. What is remembered of a path of which something else is expected now is of no use.
 */
export function judgeOld(
  fleet: Fleet,
  { pairs }: Expected,
  remembered: readonly Remembered[],
  facts: PathFacts,
): { paths: JudgedPath[]; diagnoses: Diagnosis[] } {
  const needed = neededBy(fleet);
  const known = Map.groupBy(remembered, ({ pair }) => networksKey(pair));
  const old = [...pairs, ...inside(remembered, pairs)].flatMap((pair): Old[] => {
    const found = (known.get(networksKey(pair)) ?? []).filter((each) => each.pair.expected === pair.expected);
    if (found.length === 0) return [{ path: { ...pair, ...UNMEASURED } }];
    return found.map((each) => ({
      path: each.pair,
      remembered: each,
      ...present({ outdated: whyOutdated(each, needed, facts) }),
    }));
  });
  const fresh = old.filter((each) => each.remembered !== undefined && each.outdated === undefined).map(({ path }) => path);
  const others = old.filter(({ path }) => !fresh.includes(path)).map(({ path }) => path);
  const diagnoses = diagnoseOld(fleet, fresh, others, facts);
  const of = (which: (diagnosis: Diagnosis) => boolean) =>
    new Set(diagnoses.filter(which).flatMap(({ paths }) => paths.map(pairKey)));
  const wrong = of((each) => each.severity === undefined && !isUnseen(each) && each.rung !== 'probe');
  const unseen = of(isUnseen);
  return { paths: old.map((each) => judged(each, wrong, unseen)), diagnoses };
}

/** A cluster that does not answer: nothing is known of what it has. */
function isUnseen({ rung, object }: Diagnosis): boolean {
  return rung === 'api' && object === undefined;
}

/** Paths between the nodes of networks that are looked at, each network once. */
function inside(remembered: readonly Remembered[], pairs: Expected['pairs']): Expected['pairs'] {
  const families = (end: Endpoint, family: string) => `${endpointKey(ofNetwork(end))} ${family}`;
  const known = new Set(pairs.map(({ source, family }) => families(source, family)));
  const found = remembered
    .map(({ pair }) => pair)
    .filter((pair) => isInside(pair) && known.has(families(pair.source, pair.family)));
  return [...new Map(found.map((pair) => [networksKey(pair), pair])).values()];
}

const UNMEASURED = { verdict: 'not-run', sent: 0, received: 0 } as const;

function judged({ path, remembered, outdated }: Old, wrong: ReadonlySet<string>, unseen: ReadonlySet<string>): JudgedPath {
  const { source, target, family, expected, verdict, reason } = path;
  const key = pairKey(path);
  const isRight = remembered !== undefined && outdated === undefined && verdict === 'ok' && !unseen.has(key);
  return {
    ...{ source, target, family, expected },
    state: wrong.has(key) ? 'wrong' : isRight ? 'right' : 'unknown',
    ...(remembered === undefined ? {} : { last: { verdict, reason, ...present({ at: remembered.at }) } }),
    ...present({ outdated }),
  };
}

/** A path by its networks, whatever the nodes of its ends: which nodes there are is not declared. */
function networksKey({ source, target, family }: Pick<PairVerdict, 'source' | 'target' | 'family'>): string {
  return pairKey({ source: ofNetwork(source), target: ofNetwork(target), family });
}

/** Whether a path is between two nodes of one network: nobody declares such a path. */
export function isInside({ source, target }: PairVerdict): boolean {
  return endpointKey(ofNetwork(source)) === endpointKey(ofNetwork(target));
}

function whyOutdated({ pair, at }: Remembered, needed: Needed, facts: PathFacts): string | undefined {
  if (at === undefined) return 'when it was measured is not known';
  const since = Date.parse(at);
  const changed = objectsOf(pair, needed, facts)
    .map((object) => ({ object, time: changedAt(object) }))
    .filter(({ time }) => time > since)
    .sort((a, b) => b.time - a.time)[0];
  if (changed === undefined) return undefined;
  const time = new Date(changed.time).toISOString().replace('.000Z', 'Z');
  return `${objectTitle(refOf(changed.object, needed.central))} was changed at ${time}, after it was measured`;
}

/** The live objects that a path needs; of one that must not be open, every router of its namespaces. */
function objectsOf({ source, target, expected }: PairVerdict, needed: Needed, { central }: PathFacts): KubernetesObject[] {
  const wanted = [...needed.ofEndpoint(source), ...needed.ofEndpoint(target)];
  const routers = needed.ofPath(source, target)?.map(({ object }) => object) ?? [];
  const namespaces = new Set(wanted.map(({ metadata }) => metadata.namespace));
  const around =
    expected === 'reach'
      ? []
      : readable(central.VirtualNetworkRouter).filter(({ metadata }) => namespaces.has(metadata.namespace));
  const live = [...wanted, ...routers].flatMap(
    ({ kind, metadata: { name, namespace } }) => find(central[kind as CentralKind], name, namespace) ?? [],
  );
  return [...live, ...around];
}

/** When somebody wrote what an object is declared as: labels and spec. State and finalizers are CN2's, which writes them at any time. */
function changedAt({ metadata }: KubernetesObject): number {
  const written = (metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => {
      const fields = fieldsOf(fieldsV1);
      return 'f:spec' in fields || 'f:labels' in fieldsOf(fields['f:metadata']);
    })
    .map(({ time }) => time);
  return Math.max(0, ...[metadata.creationTimestamp, ...written].map((time) => Date.parse(time ?? '')).filter(Number.isFinite));
}
