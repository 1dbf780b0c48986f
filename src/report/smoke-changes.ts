import { SLOWER_MS, SLOWER_PERCENT } from '../expectation/slower.ts';
import { isFailed } from '../expectation/smoke-document.ts';
import type { PairVerdict, PathChange, RoundTrips, SmokeDocument } from '../model/smoke.ts';
import { printable } from './printable.ts';
import { milliseconds } from './smoke-matrix.ts';

/** What a path can have become, the worst first. */
export const CHANGES: readonly PathChange[] = ['newly-broken', 'repaired', 'slower'];

/** What a path was before, as words that follow its reason; undefined: there is nothing to say. */
export function changeWords(pair: PairVerdict): string | undefined {
  const { change, before, since, slowdown } = pair;
  const was = before === undefined ? '' : `, was ${before.verdict}${medianOf(before)}`;
  if (change === 'repaired') return `repaired${was}`;
  if (change === 'slower')
    return slowdown === undefined ? 'slower' : `slower: ${timesOf(slowdown.now)}, before that ${timesOf(slowdown.before)}`;
  const from = since === undefined ? '' : ` since ${printable(since)}`;
  if (change === 'newly-broken') return `newly broken${from}${was}`;
  return isFailed(pair.verdict) && from !== '' ? `broken${from}${was}` : undefined;
}

/** Paths that are as declared and were not, or are slower than they were: no report of what is wrong has them. */
export function pathsToMention({ pairs }: Pick<SmokeDocument, 'pairs'>): PairVerdict[] {
  return (['repaired', 'slower'] as const).flatMap((change) => pairs.filter((pair) => pair.change === change));
}

/** How a smoke test differs from what was kept of earlier ones, as a sentence without a full stop; undefined: in nothing. */
export function changesSentence({ pairs, baseline }: SmokeDocument): string | undefined {
  const [broken, repaired, slower] = CHANGES.map((change) => pairs.filter((pair) => pair.change === change).length);
  const old = pairs.filter((pair) => isFailed(pair.verdict) && pair.change === undefined && pair.since !== undefined).length;
  const counts = [
    [broken, 'newly broken'],
    [old, 'broken before'],
    [repaired, 'repaired'],
    [slower, `slower (by more than ${SLOWER_MS} ms and ${SLOWER_PERCENT} %)`],
  ] as const;
  const said = counts.flatMap(([count = 0, words]) => (count === 0 ? [] : [`${count} ${words}`]));
  if (said.length === 0) return undefined;
  if (baseline === undefined) return `There is no earlier run to compare with: ${said.join(', ')}`;
  return `Since run ${printable(baseline.runId)} of ${printable(baseline.at)}: ${said.join(', ')}`;
}

function medianOf({ rttMs }: Pick<PairVerdict, 'rttMs'>): string {
  return rttMs === undefined ? '' : ` with ${milliseconds(rttMs.median)}`;
}

function timesOf({ samples, median }: RoundTrips): string {
  return `a median of ${milliseconds(median)} in ${samples} round trips`;
}
