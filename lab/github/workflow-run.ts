import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { actArguments, actEnvironment } from './act-arguments.ts';
import { cloneCommit } from './act-clone.ts';
import { fillActFolder, makeActFolder } from './act-folder.ts';
import { runAct } from './act-process.ts';
import { type ActRecord, maskedValue, printedLine } from './act-records.ts';
import { actionFolders } from './act-uses.ts';
import { type RunIdentity, runEnvironment, type ServerAddresses } from './workflow-run-environment.ts';
import { commitOfEvent, isFromFork, refOfEvent, type WorkflowEvent } from './workflow-run-event.ts';
import { maskLine } from './workflow-run-mask.ts';
import { type Permissions, permissionsOf, readOnly } from './workflow-run-permissions.ts';
import { type WorkflowOutcome, workflowOutcome } from './workflow-run-result.ts';

export interface WorkflowRunOptions {
  /** The program (`ensureBinaries(['act'])`). */
  act: string;
  /** Git repository that has the commit of the run: the server's bare repository or a clone, a path or a URL. */
  source: string;
  /** The workflow file: a path in that repository, or an absolute one for a file that is not in it. */
  workflow: string;
  /** The one job to run, which needs no other; default: all of them. */
  job?: string;
  event: WorkflowEvent;
  /** owner/name */
  repository: string;
  addresses: ServerAddresses;
  /** GITHUB_TOKEN, or who makes one that may do just this; undefined: the workflow has no `permissions`. */
  token: string | ((permissions: Permissions | undefined) => string | Promise<string>);
  /** Secrets of the repository; a pull request from a fork does not get them. */
  secrets?: Readonly<Record<string, string>>;
  variables?: Readonly<Record<string, string>>;
  /** owner/name of an Action under test → its folder (`publishedAction`). */
  actions?: Readonly<Record<string, string>>;
  run?: RunIdentity;
  actor?: string;
  /** Further variables of the job. */
  environment?: Readonly<Record<string, string>>;
  /** The `node` that steps find on PATH. Default: the one of this process. */
  node?: string;
  /** The log line by line as a person sees it on GitHub, secrets masked. */
  log?: (line: string) => void;
  signal?: AbortSignal;
}

export interface WorkflowRun extends WorkflowOutcome {
  /** Of act: 0 when no job failed. */
  exitCode: number;
  /** skipped: no job of the workflow ran. */
  result: 'success' | 'failure' | 'cancelled' | 'skipped';
  /** The commit of the run. */
  sha: string;
  /** What act itself had to say, its last lines for a person who looks for a fault. */
  words: string[];
}

/**
 * Runs a workflow file with act on this host as GitHub would for the event: at the commit of the event's ref, with the
 * token that `permissions` asks for, with the default variables and none of this host's. The folder of the run is gone
 * afterwards. `timeout-minutes` of the job is not modelled; `concurrency`, environments and the filters of `on` are others' business
 * (actions/actions.ts).
 * Rejects when there is nothing to run: no such ref or file, an Action without a folder, act that cannot start.
 */
export async function runWorkflow(options: WorkflowRunOptions): Promise<WorkflowRun> {
  const { event, actor = 'octocat', run = { id: 1, number: 1, attempt: 1 } } = options;
  await using folder = await makeActFolder();
  const ref = refOfEvent(event);
  const named = commitOfEvent(event);
  const commit = await cloneCommit(
    options.source,
    { ...(ref === undefined ? {} : { ref }), ...(named === undefined ? {} : { sha: named }) },
    folder.clone,
  );
  const workflow = isAbsolute(options.workflow) ? options.workflow : join(folder.clone, options.workflow);
  const text = await readFile(workflow, 'utf8');
  const actions = actionFolders(text, options.actions ?? {}, options.job);
  const fork = isFromFork(event);
  const permissions = permissionsOf(text);
  const token =
    typeof options.token === 'string'
      ? options.token
      : await options.token(permissions !== undefined && fork ? readOnly(permissions) : permissions);
  const secrets = { ...(fork ? {} : options.secrets), GITHUB_TOKEN: token };
  const facts = { ...options, ...commit, run, actor };
  await fillActFolder(folder, {
    secrets,
    environment: { ...runEnvironment(facts), ...options.environment },
    event: event.payload,
    node: options.node ?? process.execPath,
  });
  const { variables = {}, addresses } = options;
  const command = { event: event.name, workflow, job: options.job, actor, server: addresses.server, actions, variables };
  const records: ActRecord[] = [];
  const hidden = new Set(Object.values(secrets));
  const { exitCode, stderr } = await runAct({
    act: options.act,
    arguments: actArguments(command, folder),
    cwd: folder.clone,
    environment: actEnvironment(folder),
    record: (record) => {
      records.push(record);
      const mask = maskedValue(record);
      if (mask !== undefined) hidden.add(mask);
      const line = printedLine(record);
      if (line !== undefined) options.log?.(maskLine(line, hidden));
    },
    signal: options.signal,
  });
  const outcome = workflowOutcome(records);
  return {
    ...outcome,
    exitCode,
    result: resultOf(outcome, exitCode, options.signal),
    sha: commit.sha,
    words: wordsOf(records, stderr),
  };
}

function resultOf(outcome: WorkflowOutcome, exitCode: number, signal: AbortSignal | undefined): WorkflowRun['result'] {
  if (signal?.aborted) return 'cancelled';
  if (exitCode !== 0) return 'failure';
  return Object.keys(outcome.jobs).length === 0 ? 'skipped' : 'success';
}

function wordsOf(records: readonly ActRecord[], stderr: string): string[] {
  const said = records.filter((record) => record.raw_output !== true && record.command === undefined);
  return [...said.map(({ msg }) => msg), ...stderr.trim().split('\n')].slice(-40);
}
