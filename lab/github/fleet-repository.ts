import { present } from '../../src/model/present.ts';
import { Actions } from './actions/actions.ts';
import type { RunJob } from './actions/jobs.ts';
import type { EventOptions } from './events.ts';
import { type ForgeClient, forgeClient } from './forge-client.ts';
import type { ActionsRun } from './state/actions.ts';
import { Lanes } from './state/lanes.ts';
import type { Twin } from './twin.ts';
import { runWorkflow, type WorkflowRun } from './workflow-run.ts';
import type { WorkflowEvent } from './workflow-run-event.ts';
import { onTwin } from './workflow-run-twin.ts';

export interface FleetRepositoryOptions {
  twin: Twin;
  owner: string;
  name: string;
  /** The program act. */
  act: string;
  /** The Action under test: owner/name → its folder. */
  actions: Readonly<Record<string, string>>;
  /** Secrets of the repository. */
  secrets: Readonly<Record<string, string>>;
  /** Further variables of every job. */
  environment?: Readonly<Record<string, string>>;
  /** The log of the runs, masked as on GitHub. */
  log?: (line: string) => void;
}

/** A workflow file and how its run went. */
export interface StartedRun {
  workflow: string;
  run: WorkflowRun;
}

/** A repository on the twin whose events run its workflows, as they do on GitHub. */
export interface FleetRepository {
  /** Where a person clones it and pushes to, with that person's token in it. */
  cloneUrl: string;
  /** The person. */
  client: ForgeClient;
  page(path: string): string;
  /** All that have ended so far, in order. */
  readonly runs: readonly StartedRun[];
  /** Runs what the event starts, one workflow after another; in their concurrency groups, past the reviewers of their environments. */
  happens(event: EventOptions): Promise<StartedRun[]>;
  /** Merges a pull request and runs what the push to its base starts. */
  merges(number: number): Promise<StartedRun[]>;
}

/** Creates the empty repository and a person who owns it. */
export async function fleetRepository(options: FleetRepositoryOptions): Promise<FleetRepository> {
  const { twin, owner, name } = options;
  const full = `${owner}/${name}`;
  await twin.createRepository({ owner, name });
  const token = twin.addToken({ kind: 'personal', login: owner, repositories: [full] });
  const client = forgeClient(twin, full, token);
  const started = new Map<number, Promise<StartedRun>>();
  const runs: StartedRun[] = [];
  const lanes = new Lanes();

  /** act runs a workflow as a whole: once for all of its jobs, and not at all once a reviewer has rejected one. */
  const runJob: RunJob = async ({ run, job, event, signal }) => {
    if (run.reviews.some(({ state }) => state === 'rejected')) return 'failure';
    const there = started.get(run.id) ?? lanes.run('act', async () => byAct(options, run, event, signal));
    started.set(run.id, there);
    const ended = await there;
    if (!runs.includes(ended)) runs.push(ended);
    return ended.run.jobs[job] === 'success' ? 'success' : 'failure';
  };
  // Who calls `happens` says what is looked at, and when.
  const actions = new Actions(twin, full, runJob, { deaf: true });

  const happens = async (event: EventOptions): Promise<StartedRun[]> => {
    const own = await actions.happens(event);
    await actions.until(() => own.every(({ status }) => status === 'completed'));
    const ended = await Promise.all(own.map(({ id }) => started.get(id)));
    return ended.filter((run) => run !== undefined);
  };

  return {
    cloneUrl: twin.url.replace('://', `://${owner}:${token}@`).concat(`/${full}.git`),
    client,
    runs,
    page: (path) => `${twin.url}/${full}${path}`,
    happens,
    async merges(number) {
      const { base } = (await client.get(`/pulls/${number}`)) as { base: { ref: string; sha: string } };
      const before = await twin.git(full).run(['rev-parse', `refs/heads/${base.ref}`]);
      await client.mergePull(number);
      return happens({ name: 'push', branch: base.ref, before });
    },
  };
}

async function byAct(
  { twin, owner, name, act, secrets, actions, environment, log }: FleetRepositoryOptions,
  { id, number, attempt, workflow }: ActionsRun,
  event: WorkflowEvent,
  signal: AbortSignal,
): Promise<StartedRun> {
  const run = await runWorkflow({
    act,
    ...onTwin(twin, `${owner}/${name}`),
    workflow,
    event,
    secrets,
    actions,
    run: { id, number, attempt },
    actor: owner,
    signal,
    ...present({ environment, log }),
  });
  return { workflow, run };
}
