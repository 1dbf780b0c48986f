import type { ApplyDocument, ApplyOutcome } from '../model/apply.ts';

/** What each outcome means, in one sentence. */
const OUTCOME: Record<ApplyOutcome, string> = {
  done: 'everything was applied and every gate passed',
  nothing: 'nothing to do',
  stopped: 'stopped before it was finished; the same command goes on from here',
  'rolled-back': 'failed, and what it had changed was put back',
  failed: 'failed, and nothing was put back',
};

/** The sentence of an apply's end. One that never began has nothing to go on with. */
export function outcomeWords(document: Pick<ApplyDocument, 'outcome' | 'steps'>): string {
  if (document.outcome === 'stopped' && document.steps.length === 0) return 'not begun, nothing was written';
  return OUTCOME[document.outcome];
}
