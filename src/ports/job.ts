import { HintedError } from '../model/hinted-error.ts';
/** The job of a workflow that the run is part of; outside a workflow nothing of it has an effect. */
export interface Job {
  /** Sets an output of the step. */
  output(name: string, value: string): void;
  /** Adds to the summary of the job. The whole summary of a step must stay below 1 MiB. */
  summary(markdown: string): Promise<void>;
  /** The runner hides this value in its log from now on. */
  mask(secret: string): void;
  /** A sentence among the annotations of the run. */
  notice(level: 'notice' | 'warning' | 'error', text: string): void;
  /** Keeps facts for the step that cleans up; undefined: there is nothing left to clean up. */
  keep(facts: UnfinishedRun | undefined): Promise<void>;
  /** What an earlier step of the job kept. */
  kept(): Promise<UnfinishedRun | undefined>;
}

/** What a run that does not finish leaves behind to be cleaned up. */
export interface UnfinishedRun {
  schemaVersion: 1;
  command: string;
  /** Holder of the lock, mark of the probes. */
  runId: string;
  fleet: string;
  /** The commit whose status is pending. */
  sha?: string;
  environment?: string;
  pullRequest?: number;
}

/** What a workflow passes to its steps is not as GitHub writes it: a sentence and what to do. */
export class JobError extends HintedError {
  override readonly name = 'JobError';
}
