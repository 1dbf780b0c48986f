import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type EventOptions, eventOf } from '../../lab/github/events.ts';
import type { Twin } from '../../lab/github/twin.ts';
import { runEnvironment } from '../../lab/github/workflow-run-environment.ts';
import { commitOfEvent, refOfEvent } from '../../lab/github/workflow-run-event.ts';
import { inputVariable } from '../../src/cli/action-inputs.ts';
import { INPUTS } from '../../src/cli/action-interface.ts';
import { runStep, type StepResult } from './runner-step.ts';

/** From the bundle in a run of all tests, like the program of cli.ts. */
const PROGRAM = join(import.meta.dirname, '../..', process.env['CN2_FLEET_TEST_PROGRAM'] ?? 'src/main.ts');

export interface JobRequest {
  twin: Twin;
  /** owner/name */
  repository: string;
  command: string;
  /** Of the Action, beside the command. */
  inputs?: Readonly<Record<string, string>>;
  event: EventOptions & { sender?: string };
  /** GITHUB_TOKEN. */
  token: string;
  /** The secrets that the workflow passes on. */
  secrets?: Readonly<Record<string, string>>;
  /** GITHUB_RUN_ID; default: one more than the last. */
  run?: number;
  attempt?: number;
  /** What is checked out; default: what actions/checkout takes for the event. */
  ref?: string;
  actor?: string;
}

export interface StepOptions {
  /** Kills the program (SIGKILL) at the first line for which this is true. */
  killAt?: (line: string) => boolean;
  environment?: Readonly<Record<string, string>>;
}

/** A job of a workflow with its checkout; its steps run the tool from source, as action.yml does from the bundle. */
export interface PublishJob extends Disposable {
  /** The checkout. */
  workspace: string;
  run(options?: StepOptions): Promise<StepResult>;
  cleanUp(): Promise<StepResult>;
}

let runs = 1000;

/** Compiled modules of the tool, kept from run to run. */
const COMPILED = join(import.meta.dirname, '../../.tmp/compiled');

/** Checks out what the event is about, with nothing but the twin's own answers, and gives the steps of the Action. */
export async function publishJob(request: JobRequest): Promise<PublishJob> {
  const { twin, repository, token } = request;
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-job-'));
  const [workspace, temporary, home] = [join(folder, 'work'), join(folder, 'temp'), join(folder, 'home')];
  for (const each of [workspace, temporary, home]) mkdirSync(each);
  const event = await eventOf(twin.hub, repository, request.event);
  const eventFile = join(folder, 'event.json');
  writeFileSync(eventFile, JSON.stringify(event.payload));
  const ref = refOfEvent(event) ?? `refs/heads/${twin.repository(repository).defaultBranch}`;
  await checkOut({ twin, repository, token, workspace, home, ref: request.ref ?? commitOfEvent(event) ?? ref });
  const sha = (await git(workspace, home, 'rev-parse', 'HEAD')).trim();
  runs += 1;
  const actor = request.actor ?? request.event.sender ?? 'ada';
  const environment = {
    ...runEnvironment({
      addresses: { server: twin.url, api: twin.apiUrl, graphql: twin.graphqlUrl },
      repository,
      workflow: '.github/workflows/cn2-fleet.yml',
      ref,
      sha,
      run: { id: request.run ?? runs, number: 1, attempt: request.attempt ?? 1 },
      actor,
    }),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_SHA: sha,
    GITHUB_ACTOR: actor,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temporary,
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: [dirname(process.execPath), '/usr/local/bin:/usr/bin:/bin'].join(':'),
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    NODE_COMPILE_CACHE: COMPILED,
    ...request.secrets,
    ...inputVariables(request),
  };
  const step = async (mode: string, { killAt, environment: more }: StepOptions = {}) => {
    let process_: number | undefined;
    const result = await runStep({
      // The shell becomes the program: its number is the one to kill.
      script: `echo "process $$"\nexec node "${PROGRAM}" ${mode}\n`,
      cwd: workspace,
      environment: { ...environment, ...more },
      line(line) {
        process_ ??= Number(/^process (\d+)$/.exec(line)?.[1]);
        if (killAt?.(line)) process.kill(process_, 'SIGKILL');
      },
    });
    return { ...result, lines: result.lines.slice(1) };
  };
  return {
    workspace,
    run: (options) => step('action', options),
    cleanUp: () => step('action-clean-up'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function inputVariables({ command, inputs = {}, token }: JobRequest): Record<string, string> {
  const given: Record<string, string> = { ...inputs, command, 'github-token': token };
  return Object.fromEntries(INPUTS.map(({ name, default: initial }) => [inputVariable(name), given[name] ?? initial ?? '']));
}

/** As actions/checkout with `persist-credentials: false`: one commit, detached, no token left behind. */
async function checkOut(at: {
  twin: Twin;
  repository: string;
  token: string;
  workspace: string;
  home: string;
  ref: string;
}): Promise<void> {
  const { twin, repository, token, workspace, home, ref } = at;
  const header = `http.extraheader=Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  await git(workspace, home, 'init', '--quiet');
  await git(workspace, home, 'remote', 'add', 'origin', `${twin.url}/${repository}.git`);
  await git(workspace, home, '-c', header, 'fetch', '--quiet', '--depth=1', 'origin', ref);
  await git(workspace, home, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
}

/** git in a checkout, with no configuration of this host. */
export async function git(folder: string, home: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)('git', args, { cwd: folder, env });
  return stdout;
}
