import { once } from 'node:events';
import { type EventOptions, eventOf } from '../events.ts';
import { type Cause, type Happening, personally } from '../happenings.ts';
import { type Hub, repositoryOf } from '../hub.ts';
import { NOTHING } from '../pulls/follow-refs.ts';
import type { ActionsRun } from '../state/actions.ts';
import type { Pull, Repository } from '../state/model.ts';
import type { Twin } from '../twin.ts';
import { interpolate } from '../workflow-expression.ts';
import { commitOfEvent, refOfEvent, type WorkflowEvent } from '../workflow-run-event.ts';
import { startedWorkflows } from '../workflow-run-started.ts';
import { githubContext } from './context.ts';
import { type RunJob, runJobs } from './jobs.ts';
import { admit, next } from './queue.ts';
import { conclusionOf, endRun, recordRun, resetRun } from './record.ts';
import { readWorkflow, type WorkflowFile } from './workflow-file.ts';

interface Known {
  run: ActionsRun;
  file: WorkflowFile;
  event: WorkflowEvent;
  abort: AbortController;
}

/** The events that a workflow's token may cause to start a workflow. */
const DISPATCHES = ['workflow_dispatch', 'repository_dispatch'];

/**
 * GitHub Actions for one repository of the twin: what happens there starts its workflows, in their concurrency
 * groups, past the reviewers of their environments. Steps are not run here: `runJob` does what a job does. A run that needs no
 * decision goes on by itself; the repository's state and the API show how far it has come.
 */
export class Actions implements AsyncDisposable {
  readonly #hub: Hub;
  readonly #name: string;
  readonly #runJob: RunJob;
  /** What there is to run, by the id of the run. */
  readonly #known = new Map<number, Known>();
  /** Happenings whose runs are not recorded yet; they are taken one after another. */
  #unread = 0;
  #reading: Promise<void> = Promise.resolve();
  #failed: unknown;

  /** `deaf`: only what it is told happens. */
  constructor({ hub }: Pick<Twin, 'hub'>, repository: string, runJob: RunJob, { deaf = false } = {}) {
    this.#hub = hub;
    this.#name = repository;
    this.#runJob = runJob;
    if (!deaf) hub.happenings.on('happened', this.#hear);
    hub.happenings.on('changed', this.#look);
  }

  get runs(): readonly ActionsRun[] {
    return this.#repository.runs;
  }

  /** Something that no request to the twin brings about, as the clock. Gives the runs that it has started, by then under way. */
  async happens(event: EventOptions, by: Cause = personally(this.#repository.owner)): Promise<ActionsRun[]> {
    const before = new Set(this.runs);
    this.#hear({ repository: this.#name, event, by });
    await this.#reading;
    return this.runs.filter((run) => !before.has(run));
  }

  /** Resolves when nothing goes on any more but runs that wait for somebody, or behind one that does. Rejects for a fault of the twin or of `runJob`. */
  async settled(): Promise<void> {
    await this.until(
      () => this.#unread === 0 && this.runs.every(({ status }) => status !== 'in_progress' && status !== 'queued'),
    );
  }

  /** Resolves when the runs are so. */
  async until(holds: (runs: readonly ActionsRun[]) => boolean): Promise<void> {
    while (this.#failed === undefined && !holds(this.runs)) await once(this.#hub.happenings, 'changed');
    if (this.#failed !== undefined) throw this.#failed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hub.happenings.off('happened', this.#hear).off('changed', this.#look);
    await this.#reading;
    for (const { abort } of this.#known.values()) abort.abort();
  }

  get #repository(): Repository {
    return repositoryOf(this.#hub.state, this.#name);
  }

  readonly #hear = (happening: Happening): void => {
    if (happening.repository !== this.#name) return;
    this.#unread++;
    const { event } = happening;
    // By the time it is read, a merge may have taken the ref away.
    const merge = event.name === 'pull_request' ? pullOf(this.#repository, event.number)?.trialSha : undefined;
    this.#reading = this.#reading
      .then(() => this.#start(happening, merge))
      .catch((error: unknown) => {
        this.#failed ??= error;
      })
      .finally(() => {
        this.#unread--;
        this.#hub.happenings.emit('changed');
      });
  };

  /** Runs that somebody has let start, asked to end, or asked for once more. */
  readonly #look = (): void => {
    for (const known of this.#known.values()) {
      const { run, abort } = known;
      if (run.conclusion === 'action_required' && run.approvedBy !== undefined) {
        Object.assign(run, { status: 'queued', conclusion: null });
        this.#enqueue(known);
      } else if (run.cancelling && !abort.signal.aborted) this.#cancel(known, `The run was canceled by @${run.actor}.`);
      else if (run.again) {
        resetRun(run);
        known.abort = new AbortController();
        this.#enqueue(known);
      }
    }
  };

  async #start({ event: options, by }: Happening, merge: string | undefined): Promise<void> {
    const dispatch = DISPATCHES.includes(options.name);
    const held = by.workflowToken && options.name === 'pull_request';
    if (by.workflowToken && !dispatch && !held) return;
    if (options.name === 'push' && options.after === NOTHING) return;
    // A pull request that conflicts has no merge to run on.
    if (options.name === 'pull_request' && merge === undefined) return;
    const event = await eventOf(this.#hub, this.#name, { ...options, sender: by.login });
    const git = this.#hub.git(this.#repository);
    const started = await startedWorkflows(git, event, merge);
    const workflows = options.name === 'workflow_dispatch' ? started.filter((path) => path === options.workflow) : started;
    const ref = refOfEvent(event) ?? `refs/heads/${this.#repository.defaultBranch}`;
    const sha = merge ?? commitOfEvent(event) ?? (await git.run(['rev-parse', ref]));
    for (const workflow of workflows) {
      const file = readWorkflow(await git.run(['show', `${sha}:${workflow}`]));
      const run = recordRun(this.#hub, this.#repository, { workflow, file, event, ref, sha, by });
      const known = { run, file, event, abort: new AbortController() };
      this.#known.set(run.id, known);
      if (held)
        Object.assign(run, { status: 'completed', conclusion: 'action_required', reason: 'This workflow requires approval' });
      else this.#enqueue(known);
    }
  }

  #enqueue(known: Known): void {
    const { run, file, event } = known;
    if (run.group !== undefined && file.concurrency !== undefined) {
      const { cancelInProgress, keepsAll } = file.concurrency;
      const values = { github: githubContext(run, event, this.#name) };
      const cancels = interpolate(String(cancelInProgress), { values, status: 'success' }) === 'true';
      const others = this.runs.filter((one) => one !== run);
      const decided = admit({ group: run.group, cancelInProgress: cancels, keepsAll }, others);
      const reason = `Canceling since a higher priority waiting request for '${run.group}' exists`;
      if (!decided.starts) run.status = 'pending';
      for (const other of [...decided.replaced, ...decided.stopped]) this.#cancel(this.#known.get(other.id)!, reason);
      if (!decided.starts) return;
    }
    void this.#run(known);
  }

  /** Ends a run that has not begun; one that has is told to end. */
  #cancel({ run, abort }: Known, reason: string): void {
    run.reason = reason;
    const idle = run.status === 'pending';
    abort.abort();
    if (!idle) return;
    endRun(this.#hub, run, 'cancelled');
  }

  async #run(known: Known): Promise<void> {
    const { run, file, event, abort } = known;
    const about = { hub: this.#hub, repository: this.#repository, run, file, event, signal: abort.signal, runJob: this.#runJob };
    run.status = 'in_progress';
    this.#hub.happenings.emit('changed');
    try {
      const jobs = await runJobs(about);
      endRun(this.#hub, run, abort.signal.aborted ? 'cancelled' : conclusionOf(jobs));
    } catch (error) {
      this.#failed ??= error;
      endRun(this.#hub, run, 'failure', String(error));
    }
    const following = run.group === undefined ? undefined : next(run.group, this.runs);
    const waiting = following === undefined ? undefined : this.#known.get(following.id);
    if (waiting !== undefined) await this.#run(waiting);
  }
}

function pullOf({ issues }: Repository, number: number): Pull | undefined {
  return issues.find((issue) => issue.number === number)?.pull;
}
