import { type ApplyDocument, type ApplyOutcome, type ApplyStep, LEFT_BEHIND } from '../model/apply.ts';
import type { Condition } from '../model/outcome.ts';
import type { RenderDocument } from '../model/render.ts';
import { counted } from './words.ts';

/** What each outcome means, in one sentence. */
const OUTCOME: Record<ApplyOutcome, string> = {
  done: 'everything was applied and every gate passed',
  nothing: 'nothing to do',
  stopped: 'stopped before it was finished; the same command resumes from here',
  'rolled-back': 'failed, and what it had changed was put back',
  failed: 'failed, and nothing was put back',
};

/** The sentence of an apply's end. One that never began has nothing to continue with. */
export function outcomeWords(document: Pick<ApplyDocument, 'outcome' | 'steps'>): string {
  if (document.outcome === 'stopped' && document.steps.length === 0) return 'not started, nothing was written';
  return OUTCOME[document.outcome];
}

/** Gates of a run, and what stopped it. */
export function isGate(step: Pick<ApplyStep, 'object'>): boolean {
  return step.object === 'gate' || step.object.startsWith('gate ');
}

/**
 * What became of a step, for people. A run that was stopped from outside leaves the steps it was in without a result: that is no
 * failure of theirs. (A gate that fails makes the outcome `failed`, so in a stopped run none has.)
 */
export function stepResult(document: Pick<ApplyDocument, 'outcome' | 'reason'>, step: ApplyStep): string {
  if (step.result !== 'failed' || document.outcome !== 'stopped') return step.result;
  const stopped = step.reason?.startsWith('interrupted') === true;
  return isGate(step) || stopped ? 'interrupted' : step.result;
}

/** Steps that failed themselves. */
export function failedSteps(document: ApplyDocument): ApplyStep[] {
  return document.steps.filter((step) => stepResult(document, step) === 'failed');
}

/** Steps of a detach that did not wait any longer for CN2 to take away what it made. */
export function leftSteps(document: ApplyDocument): ApplyStep[] {
  return document.steps.filter(({ result }) => result === LEFT_BEHIND);
}

/** What to do after an apply that did not come to a good end; of several conditions the first in this order decides, as for the exit code. */
const NEXT: readonly (readonly [Condition, string])[] = [
  ['interrupted', 'Re-run this job: it resumes where it stopped. Once something newer was approved, that one takes over.'],
  ['usage', 'Read the log of the run: the command was wrong, or something on its host.'],
  ['rule-broken', 'Correct what is named here and merge it; the propose workflow then opens a pull request with a new plan.'],
  ['locked', 'Another run holds the lock. Re-run this job when it has ended.'],
  [
    'not-approved',
    'This is not what was approved, or not the newest approval: where something newer was merged, its own run applies that; otherwise run the propose workflow again and merge its pull request.',
  ],
  ['failed', 'Repair what is named here, then re-run this job: it resumes where it stopped.'],
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

/**
 * How the committed rendered folder and its plan.json stand to the declaration and the live clusters. none: nothing is rendered yet.
 * pending: the declaration renders to something else. nothing: as declared, nothing is to be done. approved: what is to be done is
 * the committed plan and nothing else. covered: the committed plan holds it, and more. moved: the committed plan does not cover what is to be done now.
 */
export type CommittedState = 'none' | 'pending' | 'nothing' | 'approved' | 'covered' | 'moved';

const PROPOSES =
  'When it is merged, the propose workflow opens a pull request that has both; merging that one approves the plan.';

/** What merging a branch in this state approves, in Markdown. */
export const COMMITTED_WORDS: Readonly<Record<CommittedState, string>> = {
  none: `In this branch there is no \`rendered/\` and no \`plan.json\`: merging it approves nothing yet. ${PROPOSES}`,
  pending: `\`rendered/\` and \`plan.json\` in this branch belong to another declaration: merging it approves none of this. ${PROPOSES}`,
  nothing: '`rendered/` in this branch is as declared, and there is nothing to do.',
  approved: '`rendered/` and `plan.json` in this branch belong to this plan: **merging it approves exactly this plan.**',
  covered:
    '`plan.json` in this branch contains what is to be done now, and more: merging it approves all of that. Apply does only what is left to do.',
  moved:
    '⚠️ `plan.json` in this branch does not approve this plan, because a cluster has moved, it was already applied, or it is missing or edited: apply would refuse it. Run the propose workflow again, or `cn2-fleet plan --out rendered/plan.json` and commit the file.',
};

/** One sentence: how many files are new, changed, gone and as they were. */
export function renderSentence(document: RenderDocument): string {
  const changed = document.created.length + document.updated.length + document.removed.length;
  const same = `${counted(document.unchanged, 'file')} unchanged`;
  if (changed === 0) return `Nothing to write, ${same}.`;
  const counts = `${document.created.length} created, ${document.updated.length} updated, ${document.removed.length} removed, ${same}`;
  return document.check ? `Nothing was written. It would be: ${counts}.` : `Rendered: ${counts}.`;
}
