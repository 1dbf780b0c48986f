import type { Repository } from '../state/model.ts';

export type CheckState = 'success' | 'pending' | 'failure';

/** How each check and each status of a commit stands, by its name: what was said last counts. */
export function checkStates({ statuses, checkRuns }: Repository, sha: string): Map<string, CheckState> {
  const latest = new Map<string, CheckState>();
  for (const { context, state } of statuses.filter((one) => one.sha === sha))
    latest.set(context, state === 'error' ? 'failure' : state);
  for (const { name, conclusion } of checkRuns.filter((one) => one.sha === sha))
    latest.set(name, conclusion === null ? 'pending' : GREEN.includes(conclusion) ? 'success' : 'failure');
  return latest;
}

const GREEN: readonly string[] = ['success', 'neutral', 'skipped'];
