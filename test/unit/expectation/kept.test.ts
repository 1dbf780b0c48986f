import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { compared, isRegression } from '../../../src/expectation/compare.ts';
import { keep } from '../../../src/expectation/keep.ts';
import { packedMatrix, unpackedMatrix } from '../../../src/expectation/kept-text.ts';
import { slowdown } from '../../../src/expectation/slower.ts';
import type { KeptMatrix, KeptPath } from '../../../src/model/kept-matrix.ts';
import type { PairVerdict } from '../../../src/model/smoke.ts';
import { emptyMatrix, end, path, runOf, slow, smokeOf } from '../../support/kept.ts';

/** Runs one after another, each about what it measured; the last one compared with those before. */
function ofRuns(runs: PairVerdict[][], open: (string | undefined)[] = []): PairVerdict[] {
  let kept: KeptMatrix | undefined;
  let pairs: PairVerdict[] = [];
  for (const [number, measured] of runs.entries()) {
    const change = open[number];
    pairs = compared(smokeOf(measured), kept, change).pairs;
    kept = keep(kept, { ...runOf(pairs, number + 1), ...(change === undefined ? {} : { open: change }) });
  }
  return pairs;
}

const [GOOD, BAD] = [[path('a', 'b', 'ok')], [path('a', 'b', 'unreachable')]];

describe('a path that is broken', () => {
  test('and of which nothing was kept is newly broken', () => {
    expect(ofRuns([BAD])).toMatchObject([{ change: 'newly-broken' }]);
    expect(ofRuns([BAD])[0]).not.toHaveProperty('before');
  });

  test('and was good is newly broken, and says what it was', () => {
    expect(ofRuns([GOOD, BAD])).toMatchObject([{ change: 'newly-broken', before: { verdict: 'ok', rttMs: { median: 0.3 } } }]);
  });

  test('and was so before is not new: it says since when, and what it was before that', () => {
    const [pair] = ofRuns([GOOD, BAD, BAD, BAD]);
    expect(pair).toMatchObject({ since: '2026-01-02T00:00:00.000Z', before: { verdict: 'ok' } });
    expect(pair).not.toHaveProperty('change');
    expect(isRegression(pair!)).toBe(false);
  });

  test('and is worse than before is newly broken; one that is better is not, nor is its way back', () => {
    const lossy = [path('a', 'b', 'degraded', { received: 3 })];
    expect(ofRuns([lossy, BAD])).toMatchObject([{ change: 'newly-broken', before: { verdict: 'degraded' } }]);
    expect(ofRuns([BAD, lossy])[0]).not.toHaveProperty('change');
    expect(ofRuns([BAD, lossy, BAD])[0]).not.toHaveProperty('change');
  });

  test('since a change that is open is newly broken until it is repaired, and not by any other change', () => {
    expect(ofRuns([GOOD, BAD, BAD], [undefined, 'sha256:x', 'sha256:x'])).toMatchObject([{ change: 'newly-broken' }]);
    expect(ofRuns([GOOD, BAD, BAD], [undefined, 'sha256:x', 'sha256:y'])[0]).not.toHaveProperty('change');
    expect(ofRuns([BAD, BAD, BAD], [undefined, 'sha256:x', 'sha256:x'])[0]).not.toHaveProperty('change');
  });

  test('and must do something else than before is newly broken', () => {
    const blocked = [path('a', 'b', 'unexpectedly-reachable', { expected: 'block', received: 5 })];
    expect(ofRuns([BAD, blocked])).toMatchObject([{ change: 'newly-broken' }]);
    expect(ofRuns([BAD, [path('a', 'b', 'ok', { expected: 'block', received: 0 })]])[0]).not.toHaveProperty('change');
  });
});

test('a path that is good again is repaired, once', () => {
  expect(ofRuns([GOOD, BAD, GOOD])).toMatchObject([{ change: 'repaired', before: { verdict: 'unreachable' } }]);
  expect(ofRuns([GOOD, BAD, GOOD, GOOD])[0]).not.toHaveProperty('change');
});

test('a path that could not be judged changes nothing of what is known of it', () => {
  for (const unjudged of ['inconclusive', 'not-run'] as const) {
    const unknown = [path('a', 'b', unjudged)];
    expect(ofRuns([GOOD, BAD, unknown])[0]).not.toHaveProperty('change');
    expect(ofRuns([GOOD, BAD, unknown, GOOD])).toMatchObject([{ change: 'repaired' }]);
    expect(ofRuns([GOOD, unknown, BAD])).toMatchObject([{ change: 'newly-broken', before: { verdict: 'ok' } }]);
    expect(ofRuns([BAD, unknown, BAD])[0]).not.toHaveProperty('change');
  }
});

describe('what a run was not about', () => {
  const whole = [path('a', 'b', 'unreachable'), path('b', 'a', 'ok')];

  test('stays while it is declared', () => {
    const kept = keep(keep(undefined, runOf(whole, 1)), runOf(GOOD, 2, whole));
    expect(kept.paths.map(({ last, runId }) => [last.verdict, runId])).toEqual([
      ['ok', 'run-2'],
      ['ok', 'run-1'],
    ]);
    expect(kept).toMatchObject({ runId: 'run-2', at: '2026-01-02T00:00:00.000Z' });
  });

  test('goes with its declaration, or when something else is declared', () => {
    const kept = keep(undefined, runOf(whole, 1));
    expect(keep(kept, runOf(GOOD, 2, GOOD)).paths).toHaveLength(1);
    const other = [whole[0]!, path('b', 'a', 'ok', { expected: 'block' })];
    expect(keep(kept, runOf(GOOD, 2, other)).paths).toHaveLength(1);
  });

  test('goes with its node, where the network was measured from others', () => {
    const at = (node: string) => path('a', 'b', 'ok', { source: { ...end('a'), node } });
    const kept = keep(undefined, runOf([at('n1'), at('n2'), whole[1]!], 1, whole));
    expect(keep(kept, runOf([at('n2'), at('n3')], 2, whole)).paths.map(({ last }) => last.source.node)).toEqual([
      'n2',
      'n3',
      undefined,
    ]);
    expect(keep(kept, runOf([whole[1]!], 2, whole)).paths).toHaveLength(3);
    const within = path('a', 'a', 'ok', { source: { ...end('a'), node: 'n1' }, target: { ...end('a'), node: 'n2' } });
    const nodes = keep(undefined, runOf([within], 1, whole));
    expect(keep(nodes, runOf([whole[1]!], 2, whole)).paths).toHaveLength(2);
    expect(keep(nodes, runOf([path('b', 'c', 'ok')], 2)).paths).toHaveLength(1);
  });
});

describe('a slower path', () => {
  const runs = (...medians: number[]) => medians.map((median) => [slow('a', 'b', median)]);

  test('is one of enough samples on both sides, by more than both thresholds', () => {
    const [pair] = ofRuns(runs(1, 1, 1, 1, 3, 3, 3, 3));
    expect(pair).toMatchObject({
      verdict: 'ok',
      change: 'slower',
      slowdown: { before: { samples: 20, median: 1 }, now: { samples: 20, median: 3 } },
    });
    expect(ofRuns(runs(1, 1, 1, 3, 3, 3, 3))[0]).not.toHaveProperty('change');
    expect(ofRuns(runs(1, 1, 1, 1, 1.9, 1.9, 1.9, 1.9))[0]).not.toHaveProperty('change');
    expect(ofRuns(runs(20, 20, 20, 20, 24, 24, 24, 24))[0]).not.toHaveProperty('change');
  });

  test('is not one for a single run that was slow, nor for ever', () => {
    expect(ofRuns(runs(1, 1, 1, 1, 1, 1, 1, 40))[0]).not.toHaveProperty('change');
    expect(ofRuns(runs(1, 1, 1, 1, ...new Array<number>(12).fill(3)))[0]).not.toHaveProperty('change');
  });

  test('is not one that is blocked or of which nothing is expected', () => {
    const open = (median: number) => [path('a', 'b', 'ok', { expected: 'unspecified', rttMs: { min: 0, median, p95: median } })];
    expect(ofRuns([1, 1, 1, 1, 9, 9, 9, 9].map(open))[0]).not.toHaveProperty('change');
  });

  test('runs count by their samples', () => {
    const before = { samples: 40, median: 1 };
    expect(slowdown([before, { samples: 15, median: 1.5 }, { samples: 10, median: 9 }])).toBeUndefined();
    expect(slowdown([before, { samples: 10, median: 2 }, { samples: 15, median: 9 }])).toEqual({
      before,
      now: { samples: 25, median: 9 },
    });
    expect(slowdown([])).toBeUndefined();
  });
});

describe('the text that is kept', () => {
  const matrix = keep(undefined, runOf([path('a', 'b', 'ok'), path('b', 'a', 'degraded', { lost: 'replies' })], 1));

  test('is read as it was written', () => {
    expect(unpackedMatrix(packedMatrix(matrix)!)).toEqual(matrix);
  });

  test.each([
    ['nothing', ''],
    ['no archive', Buffer.from('{}').toString('base64')],
    ['no base64', '***'],
    ['an archive that was cut off', packedMatrix(matrix)!.slice(0, 60)],
    ['no matrix', packedMatrix({} as KeptMatrix)!],
    ['another version', packedMatrix({ ...emptyMatrix(), schemaVersion: 2 as 1 })!],
    ['a path without a verdict', packedMatrix({ ...emptyMatrix(), paths: [{}] as unknown as KeptMatrix['paths'] })!],
  ])('%s is no matrix', (_, text) => {
    expect(unpackedMatrix(text)).toBeUndefined();
  });

  /** Every path between so many endpoints, after as many runs as are kept, no two times alike. */
  function largeMatrix(endpoints: number): KeptMatrix {
    const names = Array.from({ length: endpoints }, (_, at) => `cluster${at}`);
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => measuredPath(from, to, random)));
    const { paths, ...rest } = keep(undefined, runOf(pairs, 1));
    const roundTrips = () => Array.from({ length: 12 }, () => ({ samples: 5, median: random() * 100 }));
    return { ...rest, paths: paths.map((each) => ({ ...each, roundTrips: roundTrips() })) };
  }

  /** With all that a measurement may have. */
  function measuredPath(from: string, to: string, random: () => number): PairVerdict {
    const ms = () => random() * 100;
    const rttMs = { min: ms(), median: ms(), p95: ms(), jitter: ms() };
    return path(from, to, 'ok', { rttMs, mtu: 1500, tcp: { result: 'connected', seenAs: `192.0.2.${Math.floor(ms())}` } });
  }

  test('of 2,450 paths takes a third of what a ConfigMap holds', () => {
    const text = packedMatrix(largeMatrix(50))!;
    expect(Buffer.from(text, 'base64').length).toBeLessThan(350_000);
    expect(unpackedMatrix(text)!.paths[0]!.roundTrips).toHaveLength(12);
  });

  test('that would be too large lacks the round trips, or is not kept', () => {
    // Nothing of these can be compressed.
    const digits = (length: number) => randomBytes(length).toString('base64');
    const [one] = largeMatrix(2).paths as [KeptPath];
    const roundTrips = Array.from({ length: 20_000 }, () => ({ samples: 5, median: Math.random() * 100 }));
    const long = { ...one, last: { ...one.last, reason: digits(880_000) }, roundTrips };
    expect(unpackedMatrix(packedMatrix({ ...emptyMatrix(), paths: [long] })!)!.paths[0]).not.toHaveProperty('roundTrips');
    expect(packedMatrix({ ...emptyMatrix(), paths: [{ ...long, at: digits(50_000) }] })).toBeUndefined();
  });
});
