import type { Cause } from '../happenings.ts';
import type { Hub } from '../hub.ts';
import type { ActionsRun, RunConclusion } from '../state/actions.ts';
import type { Repository } from '../state/model.ts';
import { interpolate } from '../workflow-expression.ts';
import type { WorkflowEvent } from '../workflow-run-event.ts';
import { githubContext } from './context.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** Where a run comes from. */
export interface Origin {
  /** Path of the workflow file. */
  workflow: string;
  file: WorkflowFile;
  event: WorkflowEvent;
  ref: string;
  sha: string;
  by: Cause;
}

/** Adds a run to those of the repository, with its jobs; it is queued. */
export function recordRun(hub: Hub, repository: Repository, { workflow, file, event, ref, sha, by }: Origin): ActionsRun {
  const now = hub.now();
  const context = { values: {}, status: 'success' as const };
  const run: ActionsRun = {
    id: hub.nextId(),
    number: repository.runs.filter((one) => one.workflow === workflow).length + 1,
    attempt: 1,
    workflow,
    name: file.name ?? workflow,
    event: event.name,
    ref,
    sha,
    actor: by.login,
    createdAt: now,
    updatedAt: now,
    status: 'queued',
    conclusion: null,
    jobs: Object.entries(file.jobs).map(([key, { name, environment }]) => ({
      id: hub.nextId(),
      key,
      name: interpolate(name, context),
      status: 'queued',
      conclusion: null,
      ...(environment === undefined ? {} : { environment }),
    })),
    reviews: [],
  };
  if (file.concurrency !== undefined) {
    const github = githubContext(run, event, `${repository.owner}/${repository.name}`);
    run.group = interpolate(file.concurrency.group, { values: { github }, status: 'success' });
  }
  repository.runs.push(run);
  return run;
}

/** Ends a run; jobs that have not ended end with it. */
export function endRun(hub: Hub, run: ActionsRun, conclusion: RunConclusion, reason?: string): void {
  for (const job of run.jobs.filter(({ status }) => status !== 'completed'))
    Object.assign(job, { status: 'completed', conclusion: conclusion === 'cancelled' ? 'cancelled' : 'skipped' });
  Object.assign(run, { status: 'completed', conclusion, updatedAt: hub.now() });
  if (reason !== undefined) run.reason = reason;
  hub.happenings.emit('changed');
}

/** Makes a run that has ended a new attempt of the same commit and event. */
export function resetRun(run: ActionsRun): void {
  for (const job of run.jobs) {
    Object.assign(job, { status: 'queued', conclusion: null });
    delete job.deployment;
  }
  Object.assign(run, { status: 'queued', conclusion: null, attempt: run.attempt + 1, reviews: [] });
  delete run.reason;
  delete run.cancelling;
  delete run.again;
}

/** How a run has gone whose jobs have ended so. */
export function conclusionOf(jobs: readonly RunConclusion[]): RunConclusion {
  for (const one of ['failure', 'cancelled', 'success'] as const) if (jobs.includes(one)) return one;
  return 'skipped';
}
