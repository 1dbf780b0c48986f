import type { Hub } from '../hub.ts';
import { stateDeployment } from '../job-deployments.ts';
import type { ActionsJob, ActionsRun, RunConclusion } from '../state/actions.ts';
import type { Repository } from '../state/model.ts';
import { conditionHolds } from '../workflow-expression.ts';
import type { WorkflowEvent } from '../workflow-run-event.ts';
import { githubContext, statusOfNeeds } from './context.ts';
import { enterEnvironment } from './environment-gate.ts';
import type { WorkflowFile, WorkflowJob } from './workflow-file.ts';

/** A job whose turn has come. */
export interface JobToRun {
  run: ActionsRun;
  /** Its key in the workflow. */
  job: string;
  event: WorkflowEvent;
  /** The run is cancelled. */
  signal: AbortSignal;
}

/** Does what the steps of a job do. */
export type RunJob = (job: JobToRun) => Promise<'success' | 'failure'>;

export interface RunToDo {
  hub: Hub;
  repository: Repository;
  run: ActionsRun;
  file: WorkflowFile;
  event: WorkflowEvent;
  signal: AbortSignal;
  runJob: RunJob;
}

/**
 * The jobs of a run, one after another: each when those it needs have ended, if its condition holds, through its environment. GitHub
 * runs those side by side that do not need each other.
 */
export async function runJobs(todo: RunToDo): Promise<RunConclusion[]> {
  const { run, file } = todo;
  const ended = new Map<string, RunConclusion>();
  const open = Object.entries(file.jobs);
  while (open.length > 0) {
    const at = open.findIndex(([, { needs }]) => needs.every((need) => ended.has(need)));
    const [found] = at < 0 ? [] : open.splice(at, 1);
    if (found === undefined) throw new Error(`${run.workflow}: a job needs one that is not there, or itself`);
    const [key, wanted] = found;
    const record = run.jobs.find((job) => job.key === key)!;
    const conclusion = await runJob(todo, record, wanted, ended);
    Object.assign(record, { status: 'completed', conclusion });
    ended.set(key, conclusion);
  }
  return [...ended.values()];
}

async function runJob(
  todo: RunToDo,
  record: ActionsJob,
  wanted: WorkflowJob,
  ended: ReadonlyMap<string, RunConclusion>,
): Promise<RunConclusion> {
  const { hub, repository, run, event, signal } = todo;
  const github = githubContext(run, event, `${repository.owner}/${repository.name}`);
  const results = Object.fromEntries(wanted.needs.map((need) => [need, { result: ended.get(need) }]));
  const status = signal.aborted ? 'cancelled' : statusOfNeeds(wanted.needs.map((need) => ended.get(need)!));
  if (!conditionHolds(wanted.if, { values: { github, needs: results }, status })) return signal.aborted ? 'cancelled' : 'skipped';
  const inside = record.environment !== undefined;
  const entered = !inside || (await enterEnvironment(hub, repository, { run, job: record }, signal));
  if (!entered) return signal.aborted ? 'cancelled' : 'failure';
  record.status = 'in_progress';
  run.status = 'in_progress';
  hub.happenings.emit('changed');
  const result = await todo.runJob({ run, job: record.key, event, signal });
  const conclusion = signal.aborted ? 'cancelled' : result;
  if (inside) stateDeployment(hub, repository, { run, job: record }, conclusion === 'success' ? 'success' : 'failure');
  return conclusion;
}
