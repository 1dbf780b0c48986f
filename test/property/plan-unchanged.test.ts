import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCertainlyUnchanged } from '../../src/plan/ownership.ts';
import { sample, sampleSpec } from '../support/list-types.ts';
import { apply, created, shown } from '../support/simulated-apply.ts';
import { checkUnchanged } from '../support/unchanged.ts';

describe('"unchanged" without asking', () => {
  test('implies that an apply changes neither content nor ownership', async () => {
    const { unchanged, doubts } = await checkUnchanged(3_000, 20_260_101);
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
