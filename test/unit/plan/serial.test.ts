import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AppliedRecord } from '../../../src/model/applied.ts';
import type { ApprovedPlan, Plan } from '../../../src/model/plan.ts';
import { approve } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { isOpen, isSerial, placedInOrder, serialFault, withSerial } from '../../../src/plan/serial.ts';

const meaning = { fleet: 'guide', index: 'sha256:i', complete: true, clusters: [] };
const PLAN: Plan = { schemaVersion: 1, digest: planDigest(meaning), ...meaning };

function approved(serial: number, index = 'sha256:i'): ApprovedPlan {
  return approve(withSerial({ ...PLAN, index }, serial), '1.0.0');
}

function record(plan: ApprovedPlan, part: Partial<AppliedRecord> = {}): AppliedRecord {
  const { serial = 0, digest, index } = plan;
  return { serial, plan: digest, index, commit: '0123456789abcdef', at: '2026-01-01T00:00:00.000Z', finished: false, ...part };
}

describe('the place of a new plan', () => {
  test('is after the higher of what was approved and what was applied last', () => {
    expect(placedInOrder(PLAN, undefined, undefined)?.serial).toBe(1);
    expect(placedInOrder(PLAN, approved(4, 'sha256:old'), undefined)?.serial).toBe(5);
    expect(placedInOrder(PLAN, approved(4, 'sha256:old'), record(approved(7, 'sha256:other')))?.serial).toBe(8);
    expect(placedInOrder(PLAN, approved(9, 'sha256:old'), record(approved(7, 'sha256:other')))?.serial).toBe(10);
  });

  test('is the same for what is approved already, as long as that is open', () => {
    const base = approved(4);
    expect(placedInOrder(PLAN, base, undefined)).toEqual(withSerial(PLAN, 4));
    expect(placedInOrder(PLAN, base, record(base))?.serial).toBe(4);
    expect(placedInOrder(PLAN, base, record(base, { finished: true }))?.serial).toBe(5);
    expect(placedInOrder(PLAN, base, record(approved(6, 'sha256:other')))?.serial).toBe(7);
  });

  test('comes from no approval that could not be applied', () => {
    for (const serial of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER, 1e300])
      expect(placedInOrder(PLAN, { ...approved(1, 'sha256:old'), serial }, undefined)?.serial).toBe(1);
    expect(placedInOrder(PLAN, { ...approved(1), digest: 'sha256:forged', serial: 3 }, undefined)?.serial).toBe(4);
  });

  test('is not after one that no plan comes to', () => {
    const far = approved(Number.MAX_SAFE_INTEGER - 1, 'sha256:old');
    expect(placedInOrder(PLAN, far, undefined)?.serial).toBe(1);
    expect(placedInOrder(PLAN, far, record(approved(7)))?.serial).toBe(8);
    expect(placedInOrder(PLAN, approved(500_000, 'sha256:old'), record(approved(7)))?.serial).toBe(500_001);
  });

  test('does not exist after the last exact number', () => {
    const last = record(approved(1), { serial: Number.MAX_SAFE_INTEGER - 1 });
    expect(placedInOrder(PLAN, undefined, last)).toBeUndefined();
  });
});

test('the serial is part of the digest, the version that rendered is not', () => {
  const four = withSerial(PLAN, 4);
  expect(four.digest).not.toBe(withSerial(PLAN, 5).digest);
  expect(approve(four, '1.0.0').digest).toBe(approve(four, '2.0.0').digest);
  expect(planDigest(approve(four, '1.0.0'))).toBe(four.digest);
});

describe('an approval', () => {
  const five = approved(5);
  test.each([
    ['nothing is recorded', undefined, undefined],
    ['something older was applied', record(approved(4)), undefined],
    ['it was begun itself', record(five), undefined],
    [
      'something newer was begun',
      record(approved(6)),
      /approved plan 5 is older than what was applied since: plan 6 \(commit 0123456\), at 2026-/,
    ],
    ['another plan has its place', record(approved(5, 'sha256:other')), /another plan took the place of the approved plan 5/],
    ['it was applied to its end', record(five, { finished: true }), /has already been applied and proven: plan 5/],
    ['a record without a commit', record(approved(6), { commit: undefined as never }), /since: plan 6, at/],
  ])('%s', (_, last, fault) => {
    const said = serialFault(five, last);
    if (fault === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(fault);
    expect(isOpen(five, last)).toBe(fault === undefined);
  });

  test('without a serial, or with none that counts, is refused', () => {
    expect(serialFault({ digest: 'sha256:x' }, undefined)).toMatch(/has no serial/);
    expect(serialFault({ digest: 'sha256:x', serial: 1.5 }, undefined)).toMatch(/which is not a serial/);
    // Once applied it would be the last one for ever.
    expect(serialFault(approved(Number.MAX_SAFE_INTEGER - 1), record(five))).toMatch(
      /which no plan reaches after 5: it was edited/,
    );
    expect(serialFault(approved(500_000), record(five))).toBeUndefined();
  });
});

test('whatever is applied in turn, each new place is open and closes all before it', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ finished: fc.boolean(), merged: fc.boolean() }), { maxLength: 12 }), (steps) => {
      let base: ApprovedPlan | undefined;
      let last: AppliedRecord | undefined;
      const before: ApprovedPlan[] = [];
      for (const [position, { finished, merged }] of steps.entries()) {
        const next = approve(placedInOrder({ ...PLAN, index: `sha256:${position}` }, base, last)!);
        expect(isSerial(next.serial) && isOpen(next, last)).toBe(true);
        if (merged) base = next;
        last = record(next, { finished });
        for (const old of before) expect(isOpen(old, last)).toBe(false);
        before.push(next);
      }
    }),
  );
});
