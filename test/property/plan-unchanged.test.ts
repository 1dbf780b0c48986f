import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCertainlyUnchanged } from '../../src/plan/ownership.ts';
import { sample, sampleSpec, variation, varied } from '../support/list-types.ts';
import { apply, created, meaning, shown } from '../support/simulated-apply.ts';

/** Managers that apply in turn; ours is the last before the plan unless somebody meddled. */
const history = fc.array(fc.record({ manager: fc.constantFrom('cn2-fleet', 'another', 'kubectl'), spec: sampleSpec }), {
  maxLength: 3,
});

describe('"unchanged" without asking', () => {
  test('implies that an apply changes neither content nor ownership', () => {
    let [unchanged, doubts] = [0, 0];
    fc.assert(
      fc.property(history, sampleSpec, history, variation, (before, ours, after, how) => {
        let object = created();
        for (const { manager, spec } of before) object = apply(object, manager, spec);
        object = apply(object, 'cn2-fleet', ours);
        for (const { manager, spec } of after) object = apply(object, manager, spec);
        const wanted = varied(ours, how);
        const live = shown(object, { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '1' });
        if (!isCertainlyUnchanged(sample('x', wanted), live)) {
          doubts++;
          return;
        }
        unchanged++;
        expect(meaning(apply(object, 'cn2-fleet', wanted))).toBe(meaning(object));
      }),
      { numRuns: 3_000 },
    );
    // Neither answer may be the only one, or nothing was tested.
    expect(unchanged).toBeGreaterThan(100);
    expect(doubts).toBeGreaterThan(100);
  });

  test('is said of what was just applied, unless a null leaves a doubt', () => {
    fc.assert(
      fc.property(sampleSpec, (spec) => {
        const live = shown(apply(created(), 'cn2-fleet', spec), { name: 'x', namespace: 'default' });
        expect(isCertainlyUnchanged(sample('x', spec), live)).toBe(spec.nothing !== null);
      }),
    );
  });
});
