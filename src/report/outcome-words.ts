import type { ApplyOutcome } from '../model/apply.ts';

/** What each outcome means, in one sentence. */
export const OUTCOME: Record<ApplyOutcome, string> = {
  done: 'everything was applied and every gate passed',
  nothing: 'nothing to do',
  stopped: 'stopped before it was finished; the same command goes on from here',
  'rolled-back': 'failed, and what it had changed was put back',
  failed: 'failed, and nothing was put back',
};
