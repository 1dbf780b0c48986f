import type { ApplyDocument, ApplyStep } from '../model/apply.ts';

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
