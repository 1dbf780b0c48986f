import type { RunStatus } from '../state/actions.ts';

/** A run as its concurrency group sees it. */
export interface Queued {
  group?: string;
  status: RunStatus;
}

export interface Wish {
  group: string;
  cancelInProgress: boolean;
  keepsAll: boolean;
}

/**
 * What a new run does to those of its concurrency group (docs.github.com, "Control the concurrency of workflows and jobs"): one of
 * them runs, at most one waits, and the newest takes the place of the one that waits, unless all are kept. A run that waits for a
 * reviewer is one that runs. Names of groups are not case-sensitive.
 */
export function admit<Run extends Queued>({ group, cancelInProgress, keepsAll }: Wish, runs: readonly Run[]) {
  const others = runs.filter((run) => run.group?.toLowerCase() === group.toLowerCase() && run.status !== 'completed');
  const pending = others.filter(({ status }) => status === 'pending');
  const running = others.filter(({ status }) => status !== 'pending');
  return {
    /** It may run at once. */
    starts: running.length === 0,
    /** Runs that end without having begun. */
    replaced: keepsAll ? [] : pending,
    /** Runs that are to stop. */
    stopped: cancelInProgress ? running : [],
  };
}

/** The run that comes next in a group where none runs. */
export function next<Run extends Queued>(group: string, runs: readonly Run[]): Run | undefined {
  const others = runs.filter((run) => run.group?.toLowerCase() === group.toLowerCase() && run.status !== 'completed');
  return others.some(({ status }) => status !== 'pending') ? undefined : others[0];
}
