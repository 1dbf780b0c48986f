import type { KeptMatrix, KeptPath } from '../model/kept-matrix.ts';
import { present } from '../model/present.ts';
import type { PairVerdict, RoundTrips, SmokeDocument, VerdictWord } from '../model/smoke.ts';
import { pairKey } from './expect.ts';
import { slowdown } from './slower.ts';
import { isFailed, isUnjudged } from './smoke-document.ts';

/** How bad what is not as declared is; a leak and a path without replies are of different expectations. */
const SEVERITY: Partial<Record<VerdictWord, number>> = { degraded: 1, unreachable: 2, 'unexpectedly-reachable': 2 };

/** Whether one verdict on a path is worse than another. */
export function isWorse(verdict: VerdictWord, than: VerdictWord): boolean {
  return (SEVERITY[verdict] ?? 0) > (SEVERITY[than] ?? 0);
}

/** Whether a path has broken since it was last judged, or since the open change was begun. */
export function isRegression({ verdict, change }: Pick<PairVerdict, 'verdict' | 'change'>): boolean {
  return isFailed(verdict) && change === 'newly-broken';
}

/** What was kept of a path, by its key, as far as the same was expected of it. */
export function keptPaths(kept: KeptMatrix | undefined): (pair: PairVerdict) => KeptPath | undefined {
  const paths = new Map((kept?.paths ?? []).map((path) => [pairKey(path.last), path]));
  return (pair) => {
    const path = paths.get(pairKey(pair));
    return path?.last.expected === pair.expected ? path : undefined;
  };
}

/**
 * A smoke test compared with what was kept of earlier ones. `open`: digest of the plan that was begun and is not proven: what has broken
 * since then counts as newly broken until it is repaired, however often it is measured.
 */
export function compared(document: SmokeDocument, kept: KeptMatrix | undefined, open: string | undefined): SmokeDocument {
  const before = keptPaths(kept);
  const baseline = kept === undefined ? undefined : { at: kept.at, runId: kept.runId };
  const pairs = document.pairs.map((pair) => comparedPath(pair, before(pair), open));
  return { ...document, ...present({ baseline }), pairs };
}

function comparedPath(pair: PairVerdict, kept: KeptPath | undefined, open: string | undefined): PairVerdict {
  if (isUnjudged(pair.verdict)) return pair;
  if (isFailed(pair.verdict)) return broken(pair, kept, open);
  if (kept?.red !== undefined) return { ...pair, change: 'repaired', before: { verdict: kept.red.verdict } };
  const own = roundTripsOf(pair);
  const slower = own === undefined ? undefined : slowdown([...(kept?.roundTrips ?? []), own]);
  return slower === undefined ? pair : { ...pair, change: 'slower', before: { verdict: 'ok' }, slowdown: slower };
}

function broken(pair: PairVerdict, kept: KeptPath | undefined, open: string | undefined): PairVerdict {
  const { red, good } = kept ?? {};
  if (red !== undefined && isWorse(pair.verdict, red.verdict))
    return { ...pair, change: 'newly-broken', before: { verdict: red.verdict } };
  const ofOpenChange = red?.change !== undefined && red.change === open;
  return {
    ...pair,
    ...(red === undefined || ofOpenChange ? { change: 'newly-broken' as const } : {}),
    ...(good === undefined ? {} : { before: { verdict: 'ok' as const, ...present({ rttMs: good.rttMs }) } }),
    ...present({ since: red?.since }),
  };
}

/** The round trips of a path whose time means something: one that must be there, and is. */
export function roundTripsOf({ verdict, expected, received, rttMs }: PairVerdict): RoundTrips | undefined {
  if (verdict !== 'ok' || expected !== 'reach' || received < 1 || rttMs === undefined) return undefined;
  return { samples: received, median: rttMs.median };
}
