import { canonicalJson, sha256 } from '../declare/digest.ts';
import type { KeptMatrix, KeptPath } from '../model/kept-matrix.ts';
import { present } from '../model/present.ts';
import type { Expected, PairVerdict } from '../model/smoke.ts';
import { isWorse, keptPaths, roundTripsOf } from './compare.ts';
import { endpointKey, ofNetwork, pairKey } from './expect.ts';
import { isFailed, isUnjudged } from './smoke-document.ts';

/** Runs whose round trips are kept: enough for both sides of a comparison, of five packets a run. */
const RUNS = 12;

/** What is kept of a run. */
export interface KeptRun extends Pick<KeptMatrix, 'fleet' | 'central' | 'at' | 'runId'> {
  pairs: readonly PairVerdict[];
  /** The paths of the whole fleet, whatever the run was narrowed to. */
  declared: Expected;
  /** Digest of the plan that was begun and is not proven; absent: none. */
  open?: string;
}

/**
 * What is kept after a run: what it was about, as it found it, and the rest as it was. A path that was not judged keeps what is known
 * of it; one that broke keeps when it was last good. What is no longer declared goes, and so does what was expected otherwise.
 */
export function keep(kept: KeptMatrix | undefined, run: KeptRun): KeptMatrix {
  const { fleet, central, at, runId, declared } = run;
  const before = keptPaths(kept);
  const measured = new Map(run.pairs.map((pair) => [pairKey(pair), pair]));
  // Which nodes a cluster has is not declared: where one of a network was measured, the others are gone.
  // One that could not be judged says nothing of nodes.
  const seen = new Set(run.pairs.filter(({ verdict }) => !isUnjudged(verdict)).map(networkKey));
  const isDeclared = declaredIn(declared);
  const others = (kept?.paths ?? []).filter(
    ({ last }) => !measured.has(pairKey(last)) && !seen.has(networkKey(last)) && isDeclared(last),
  );
  const found = run.pairs.map((pair) => keptPath(pair, before(pair), run));
  return {
    schemaVersion: 1,
    ...{ fleet, central, at, runId },
    expectations: expectationsDigest(declared),
    paths: [...found, ...others].sort((a, b) => (pairKey(a.last) < pairKey(b.last) ? -1 : 1)),
  };
}

/** Digest of which paths are declared and what is expected of them. */
function expectationsDigest({ pairs }: Expected): string {
  return sha256(canonicalJson(pairs.map((pair) => [pairKey(pair), pair.expected]).sort()));
}

/** Whether a path is declared, and the same is expected of it; one between two nodes of a network is if the network is. */
function declaredIn({ pairs }: Expected): (pair: PairVerdict) => boolean {
  const expected = new Map(pairs.map((pair) => [networkKey(pair), pair.expected]));
  const ends = new Set(pairs.flatMap(({ source, target }) => [endpointKey(source), endpointKey(target)]));
  return (pair) => {
    const [source, target] = [ofNetwork(pair.source), ofNetwork(pair.target)].map(endpointKey) as [string, string];
    return source === target ? ends.has(source) : expected.get(networkKey(pair)) === pair.expected;
  };
}

function keptPath(pair: PairVerdict, before: KeptPath | undefined, { at, runId, open }: KeptRun): KeptPath {
  const { change: _, before: __, since: ___, slowdown: ____, ...last } = pair;
  const { good, red, roundTrips } = before ?? {};
  const now = { last, at, runId };
  if (isUnjudged(pair.verdict)) return { ...now, ...present({ good, red, roundTrips }) };
  if (isFailed(pair.verdict)) {
    const fresh = { since: at, verdict: pair.verdict, ...present({ change: open }) };
    const still = red !== undefined && !isWorse(pair.verdict, red.verdict);
    return { ...now, ...present({ good, roundTrips }), red: still ? red : fresh };
  }
  const own = roundTripsOf(pair);
  const runs = [...(roundTrips ?? []), ...(own === undefined ? [] : [own])].slice(-RUNS);
  return {
    ...now,
    good: { at, ...present({ rttMs: pair.rttMs }) },
    ...(runs.length === 0 ? {} : { roundTrips: runs }),
  };
}

/** A path by its networks, whatever the nodes of its ends. */
function networkKey({ source, target, family }: Pick<PairVerdict, 'source' | 'target' | 'family'>): string {
  return pairKey({ source: ofNetwork(source), target: ofNetwork(target), family });
}
