import type { PairVerdict } from '../../model/smoke.ts';

const STEPS = 5;

/** Steps of round trips, each as many times slower than the one before. */
export interface Heat {
  /** The greatest median of each step; one where all are alike. */
  steps: number[];
}

/** The steps between the fastest and the slowest path of all, whatever is shown: a colour keeps its meaning. */
export function heatOf(pairs: readonly PairVerdict[]): Heat {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { rttMs } of pairs) {
    if (rttMs === undefined || rttMs.median <= 0) continue;
    least = Math.min(least, rttMs.median);
    most = Math.max(most, rttMs.median);
  }
  if (most === 0) return { steps: [] };
  if (most / least < 1.2) return { steps: [most] };
  return { steps: Array.from({ length: STEPS }, (_, at) => least * (most / least) ** (at / (STEPS - 1))) };
}

/** The step of a path, from 0, the fastest. */
export function heatStep({ steps }: Heat, { rttMs }: PairVerdict): number {
  const at = steps.findIndex((step) => (rttMs?.median ?? 0) <= step * 1.0001);
  return at < 0 ? Math.max(steps.length - 1, 0) : at;
}
