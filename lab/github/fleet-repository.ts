import { type EventOptions, eventOf } from './events.ts';
import { type ForgeClient, forgeClient } from './forge-client.ts';
import { recordDeployments } from './job-deployments.ts';
import type { Twin } from './twin.ts';
import { runWorkflow, type WorkflowRun } from './workflow-run.ts';
import { startedWorkflows } from './workflow-run-started.ts';
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
  /** All so far, in order. */
  readonly runs: readonly StartedRun[];
  /** Runs what the event starts, one workflow after another. */
  happens(event: EventOptions): Promise<StartedRun[]>;
  /** Merges a pull request and runs what the push to its base starts. */
  merges(number: number): Promise<StartedRun[]>;
}

/** Creates the empty repository and a person who owns it. What GITHUB_TOKEN does starts no run, as on GitHub. */
export async function fleetRepository(options: FleetRepositoryOptions): Promise<FleetRepository> {
  const { twin, owner, name, act, actions, secrets, log } = options;
  const full = `${owner}/${name}`;
  await twin.createRepository({ owner, name });
  const token = twin.addToken({ kind: 'personal', login: owner, repositories: [full] });
  const client = forgeClient(twin, full, token);
  const runs: StartedRun[] = [];

  const happens = async (event: EventOptions): Promise<StartedRun[]> => {
    const payload = await eventOf(twin.hub, full, event);
    const named = event.name === 'workflow_dispatch' ? [event.workflow] : await startedWorkflows(twin.git(full), payload);
    const started: StartedRun[] = [];
    for (const workflow of named) {
      const id = runs.length + 1;
      const run = await runWorkflow({
        act,
        ...onTwin(twin, full),
        workflow,
        event: payload,
        secrets,
        actions,
        run: { id, number: id, attempt: 1 },
        actor: owner,
        ...(log === undefined ? {} : { log }),
      });
      const text = await twin.git(full).run(['show', `${run.sha}:${workflow}`]);
      recordDeployments(twin.hub, twin.repository(full), { workflow: text, jobs: run.jobs, sha: run.sha, ref: run.sha });
      started.push({ workflow, run });
      runs.push({ workflow, run });
    }
    return started;
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
