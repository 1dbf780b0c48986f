import { expect, test } from '@jest/globals';
import { exitCode } from '../../../src/cli/exit.ts';
import type { Condition } from '../../../src/model/outcome.ts';

test('of several conditions the first of 130, 1, 3, 5, 4, 7, 6, 9, 8, 2 wins', () => {
  const order: [Condition, number][] = [
    ['interrupted', 130],
    ['usage', 1],
    ['rule-broken', 3],
    ['locked', 5],
    ['not-approved', 4],
    ['failed', 7],
    ['rolled-back', 6],
    ['smoke-failed', 9],
    ['unknown-cluster', 8],
    ['changes', 2],
  ];
  for (const [position, [, code]] of order.entries()) {
    expect(
      exitCode(
        order
          .slice(position)
          .map(([condition]) => condition)
          .reverse(),
      ),
    ).toBe(code);
  }
  expect(exitCode([])).toBe(0);
});
