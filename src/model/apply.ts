import type { SmokeDocument } from './smoke.ts';

/** done: everything applied and every gate passed. nothing: there was nothing to do. */
export type ApplyOutcome = 'done' | 'nothing' | 'stopped' | 'rolled-back' | 'failed';

export interface ApplyStep {
  cluster: string;
  stage: string;
  /** kind/namespace/name, or 'gate'. */
  object: string;
  /** created, updated, adopted, deleted, restarted, passed, failed, … */
  result: string;
  seconds: number;
  /** Present where result needs a sentence: the object's state at a gate that failed. */
  reason?: string;
}

/** What `apply --format json` prints; the smoke test that follows is part of it. */
export interface ApplyDocument {
  schemaVersion: 1;
  fleet: string;
  outcome: ApplyOutcome;
  /** Why it stopped or failed. */
  reason?: string;
  emulated?: boolean;
  steps: ApplyStep[];
  smoke?: SmokeDocument;
}

/** Result of a step that went on without what it had waited for. */
export const LEFT_BEHIND = 'left behind';
