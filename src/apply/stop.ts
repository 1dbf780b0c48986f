import type { ApplyOutcome } from '../model/apply.ts';
import type { Condition } from '../model/outcome.ts';
import { ClusterError } from '../ports/cluster.ts';
import { LockLostError } from './held-lock.ts';
import { MovedError } from './write-context.ts';

/** A gate that did not pass: the reason names the object and its state. */
export class GateError extends Error {
  /** The central cluster was not healthy to begin with: that is not a failed apply but a cluster that cannot be judged. */
  readonly precondition: boolean;

  constructor(message: string, precondition: boolean) {
    super(message);
    this.name = 'GateError';
    this.precondition = precondition;
  }
}

/** What was seen on the way allows no more: the conditions say of what kind it is. */
export class HaltedError extends Error {
  readonly outcome: 'failed' | 'stopped';
  readonly conditions: Condition[];

  constructor(message: string, outcome: 'failed' | 'stopped', conditions: Condition[]) {
    super(message);
    this.name = 'HaltedError';
    this.outcome = outcome;
    this.conditions = conditions;
  }
}

/** The signal was raised: stopped at a safe point, nothing in flight. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted; the same command resumes from here');
    this.name = 'InterruptedError';
  }
}

/** How a run that did not come to its end ends. */
export interface Ending {
  outcome: ApplyOutcome;
  conditions: Condition[];
  reason: string;
}

/** Maps what stopped a run to its outcome; `wrote`: something had been written. Anything unknown is a bug and is thrown on. */
export function endingOf(error: unknown, wrote: boolean): Ending {
  if (error instanceof InterruptedError) return { outcome: 'stopped', conditions: ['interrupted'], reason: error.message };
  if (error instanceof HaltedError) return { outcome: error.outcome, conditions: error.conditions, reason: error.message };
  if (error instanceof LockLostError) return { outcome: 'stopped', conditions: ['locked'], reason: error.message };
  if (error instanceof MovedError) return { outcome: 'stopped', conditions: ['not-approved'], reason: error.message };
  if (error instanceof GateError && error.precondition) {
    const conditions: Condition[] = wrote ? ['failed', 'unknown-cluster'] : ['unknown-cluster'];
    return { outcome: 'failed', conditions, reason: error.message };
  }
  if (error instanceof GateError || error instanceof ClusterError) {
    return { outcome: 'failed', conditions: ['failed'], reason: error.message };
  }
  throw error;
}
