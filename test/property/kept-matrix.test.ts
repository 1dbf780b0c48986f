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

/** What a run found, and the plan that was open then. */
interface Judged {
  verdict: VerdictWord;
  open: string | undefined;
}

const keyOf = ({ source, target }: PairVerdict) => `${source.cluster} ${target.cluster}`;

function measured(run: readonly { at: number; verdict: VerdictWord }[]): PairVerdict[] {
  return run.map((each) => path(ALL[each.at]![0], ALL[each.at]![1], each.verdict));
}

/** What is said of a path, from all that earlier runs judged it to be, and what was open then. */
function expectedChange(before: readonly Judged[], now: Judged): PairVerdict['change'] {
  const broken = before.slice(before.findLastIndex((each) => each.verdict === 'ok') + 1);
  if (now.verdict === 'ok') return broken.length > 0 ? 'repaired' : undefined;
  const worst = broken.find((each) => each.verdict === 'unreachable') ?? broken[0];
  if (worst === undefined || (worst.verdict === 'degraded' && now.verdict === 'unreachable')) return 'newly-broken';
  return worst.open !== undefined && worst.open === now.open ? 'newly-broken' : undefined;
}

test('what a run says of a path follows from what earlier runs judged it to be, and from nothing else', () => {
  fc.assert(
    fc.property(
      runs,
      fc.array(fc.constantFrom(undefined, 'sha256:x', 'sha256:y'), { minLength: 8, maxLength: 8 }),
      (drawn, changes) => {
        let kept: KeptMatrix | undefined;
        const judged = new Map<string, Judged[]>();
        for (const [number, run] of drawn.entries()) {
          const open = changes[number];
          const pairs = compared(smokeOf(measured(run)), kept, open).pairs;
          for (const pair of pairs.filter(({ verdict }) => !isUnjudged(verdict))) {
            const before = judged.get(keyOf(pair)) ?? [];
            const now = { verdict: pair.verdict, open };
            expect(pair.change).toBe(expectedChange(before, now));
            if (isFailed(pair.verdict) && before.at(-1)?.verdict === 'ok') expect(pair.before?.verdict).toBe('ok');
            judged.set(keyOf(pair), [...before, now]);
          }
          for (const pair of pairs.filter(({ verdict }) => isUnjudged(verdict))) expect(pair.change).toBeUndefined();
          kept = keep(kept, { ...runOf(pairs, number + 1, DECLARED), ...(open === undefined ? {} : { open }) });
        }
        expect(unpackedMatrix(packedMatrix(kept!)!)).toEqual(kept);
      },
    ),
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
