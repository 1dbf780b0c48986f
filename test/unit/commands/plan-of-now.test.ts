import { expect, test } from '@jest/globals';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { isPlanOfNow } from '../../../src/plan/plan-of-now.ts';
import { change, PLAN } from '../../support/report-documents.ts';

const plan = (names: readonly string[], uid = 'u') => {
  const changes = names.map((name) => change({ name }));
  const meaning = { ...PLAN, complete: true, clusters: [{ ...PLAN.clusters[0]!, uid, status: 'known' as const, changes }] };
  return { ...meaning, digest: planDigest(meaning) };
};

test('equal, not covered: one that holds more is another plan', () => {
  const [now, more] = [plan(['a']), plan(['a', 'b'])];
  expect(isPlanOfNow(approve(now), now)).toBe(true);
  expect(isSubset(now, approve(more)).ok).toBe(true);
  expect(isPlanOfNow(approve(more), now)).toBe(false);
  expect(isPlanOfNow(approve(now), more)).toBe(false);
});

test('nor is one without the uid of a cluster, one whose digest is borrowed, or one that is not complete', () => {
  const now = plan(['a']);
  const { uid: _, ...cluster } = now.clusters[0]!;
  const without = { ...now, clusters: [cluster] };
  expect(isPlanOfNow(approve({ ...without, digest: planDigest(without) }), now)).toBe(false);
  expect(isPlanOfNow({ ...approve(plan(['a', 'b'])), digest: now.digest }, now)).toBe(false);
  const open = { ...now, complete: false };
  const sealed = { ...open, digest: planDigest(open) };
  expect(isPlanOfNow(approve(sealed), sealed)).toBe(false);
});
