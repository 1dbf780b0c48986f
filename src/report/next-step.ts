import type { Condition } from '../model/outcome.ts';

/** What to do after an apply that did not come to a good end; of several conditions the first in this order decides, as for the exit code. */
const NEXT: readonly (readonly [Condition, string])[] = [
  ['interrupted', 'Re-run this job: it goes on where it stopped. Once something newer was approved, that one takes over.'],
  ['usage', 'Read the log of the run: the command was wrong, or something on its host.'],
  ['rule-broken', 'Correct what is named here and merge it; the propose workflow then opens a pull request with a new plan.'],
  ['locked', 'Another run holds the lock. Re-run this job when it has ended.'],
  [
    'not-approved',
    'This is not what was approved, or not the newest approval: where something newer was merged, its own run applies that; else run the propose workflow again and merge its pull request.',
  ],
  ['failed', 'Repair what is named here, then re-run this job: it goes on where it stopped.'],
  ['rolled-back', 'What had been changed was put back. Repair what is named here, then re-run this job.'],
  [
    'smoke-failed',
    'Everything was applied, but the smoke test found paths that are not as declared. Repair them, then re-run this job: it measures again.',
  ],
  ['unknown-cluster', 'Something could not be judged. When it answers again, re-run this job.'],
];

/** The next step in a sentence; undefined when there is none to take. */
export function nextStep(conditions: readonly Condition[]): string | undefined {
  return NEXT.find(([condition]) => conditions.includes(condition))?.[1];
}
