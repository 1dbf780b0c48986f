import type { RoundTrips } from '../model/smoke.ts';

/** Round trips that each side of a comparison needs: fewer say nothing about a path. */
const SLOWER_SAMPLES = 20;
/** A path is slower when its median has grown by more than both. */
export const SLOWER_MS = 1;
export const SLOWER_PERCENT = 25;

/**
 * Whether the last runs over a path took longer than the ones before; undefined: no, or too little is known. `runs`: the oldest first.
 * The last ones are as few as give enough samples.
 */
export function slowdown(runs: readonly RoundTrips[]): { before: RoundTrips; now: RoundTrips } | undefined {
  let first = runs.length;
  let samples = 0;
  while (first > 0 && samples < SLOWER_SAMPLES) {
    first -= 1;
    samples += runs[first]?.samples ?? 0;
  }
  const [before, now] = [together(runs.slice(0, first)), together(runs.slice(first))];
  if (before.samples < SLOWER_SAMPLES || now.samples < SLOWER_SAMPLES) return undefined;
  const grown = now.median - before.median;
  return grown > SLOWER_MS && grown > (before.median * SLOWER_PERCENT) / 100 ? { before, now } : undefined;
}

/** The median of runs, each of which counts as often as it has samples. */
function together(runs: readonly RoundTrips[]): RoundTrips {
  const samples = runs.reduce((sum, run) => sum + run.samples, 0);
  const sorted = [...runs].sort((a, b) => a.median - b.median);
  let passed = 0;
  for (const run of sorted) {
    passed += run.samples;
    if (passed * 2 >= samples) return { samples, median: run.median };
  }
  return { samples, median: 0 };
}
