import type { Condition } from '../model/outcome.ts';

/** Exit codes are API. Of several conditions that hold, the first of this table decides. */
export const EXIT_CODES: readonly (readonly [Condition, number])[] = [
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

/** The exit code of a command's end; 0 when nothing holds. */
export function exitCode(conditions: readonly Condition[]): number {
  return EXIT_CODES.find(([condition]) => conditions.includes(condition))?.[1] ?? 0;
}
