import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compared } from '../../src/expectation/compare.ts';
import { keep } from '../../src/expectation/keep.ts';
import { packedMatrix, unpackedMatrix } from '../../src/expectation/kept-text.ts';
import { isFailed, isUnjudged } from '../../src/expectation/smoke-document.ts';
import type { KeptMatrix } from '../../src/model/kept-matrix.ts';
import type { PairVerdict, VerdictWord } from '../../src/model/smoke.ts';
import { path, runOf, smokeOf } from '../support/kept.ts';

const ENDS = ['a', 'b', 'c'];
const ALL = ENDS.flatMap((from) => ENDS.filter((to) => to !== from).map((to) => [from, to] as const));

const verdict = fc.constantFrom<VerdictWord>('ok', 'degraded', 'unreachable', 'inconclusive', 'not-run');
/** Runs over some of the paths each, whatever they find. */
const runs = fc.array(
  fc.uniqueArray(fc.record({ at: fc.nat(ALL.length - 1), verdict }), { selector: ({ at }) => at, minLength: 1 }),
  { minLength: 1, maxLength: 8 },
);
const DECLARED = ALL.map(([from, to]) => path(from, to, 'ok'));

const keyOf = ({ source, target }: PairVerdict) => `${source.cluster} ${target.cluster}`;

function measured(run: readonly { at: number; verdict: VerdictWord }[]): PairVerdict[] {
  return run.map((each) => path(ALL[each.at]![0], ALL[each.at]![1], each.verdict));
}

test('what a run says of a path follows from what earlier runs judged it to be, and from nothing else', () => {
  fc.assert(
    fc.property(runs, (drawn) => {
      let kept: KeptMatrix | undefined;
      const judged = new Map<string, PairVerdict[]>();
      for (const [number, run] of drawn.entries()) {
        const pairs = compared(smokeOf(measured(run)), kept, undefined).pairs;
        for (const pair of pairs) {
          const before = judged.get(keyOf(pair)) ?? [];
          const last = before.at(-1);
          if (isUnjudged(pair.verdict)) expect(pair.change).toBeUndefined();
          else if (!isFailed(pair.verdict)) expect(pair.change === 'repaired').toBe(last !== undefined && isFailed(last.verdict));
          else {
            // Of the runs since it was last good, the worst counts.
            const since = before.slice(before.findLastIndex((each) => !isFailed(each.verdict)) + 1);
            const worst = since.some((each) => each.verdict === 'unreachable') ? 'unreachable' : since[0]?.verdict;
            const known = worst !== undefined && (worst === 'unreachable' || pair.verdict === 'degraded');
            expect(pair.change).toBe(known ? undefined : 'newly-broken');
            if (before.some((each) => !isFailed(each.verdict)) && since.length === 0) expect(pair.before?.verdict).toBe('ok');
          }
          if (!isUnjudged(pair.verdict)) judged.set(keyOf(pair), [...before, pair]);
        }
        kept = keep(kept, runOf(pairs, number + 1, DECLARED));
      }
      expect(unpackedMatrix(packedMatrix(kept!)!)).toEqual(kept);
    }),
  );
});

test('a run takes nothing away from paths that it is not about, and the order of paths does not matter', () => {
  fc.assert(
    fc.property(runs, fc.nat(), (drawn, turn) => {
      let kept: KeptMatrix | undefined;
      for (const [number, run] of drawn.entries()) {
        const pairs = measured(run);
        const turned = [...pairs.slice(turn % pairs.length), ...pairs.slice(0, turn % pairs.length)];
        const next = keep(kept, runOf(pairs, number + 1, DECLARED));
        expect(keep(kept, runOf(turned, number + 1, DECLARED.toReversed()))).toEqual(next);
        const [one, other] = [pairs, turned].map((each) => compared(smokeOf(each), kept, undefined).pairs);
        expect(new Map(other!.map((pair) => [keyOf(pair), pair]))).toEqual(new Map(one!.map((pair) => [keyOf(pair), pair])));
        const about = new Set(pairs.map(keyOf));
        for (const path of kept?.paths ?? []) if (!about.has(keyOf(path.last))) expect(next.paths).toContainEqual(path);
        kept = next;
      }
    }),
  );
});
