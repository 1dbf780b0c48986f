import type { ActionsRun, RunConclusion } from '../state/actions.ts';
import type { WorkflowEvent } from '../workflow-run-event.ts';

/** The context `github` of a run, as far as expressions in front of a job look at it. */
export function githubContext(run: Omit<ActionsRun, 'jobs' | 'reviews'>, event: WorkflowEvent, repository: string) {
  return {
    workflow: run.name,
    repository,
    event_name: run.event,
    event: event.payload,
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    sha: run.sha,
    actor: run.actor,
    run_id: run.id,
    run_number: run.number,
    run_attempt: run.attempt,
  };
}

/** How it stands for a job whose needs ended so, before its own `if` is asked. */
export function statusOfNeeds(needs: readonly RunConclusion[]): 'success' | 'failure' | 'cancelled' | 'skipped' {
  for (const one of ['failure', 'cancelled', 'skipped'] as const) if (needs.includes(one)) return one;
  return 'success';
}
