import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { publishedAction } from '../../lab/github/act-export.ts';
import { type EventOptions, eventOf } from '../../lab/github/events.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { runWorkflow, type WorkflowRun, type WorkflowRunOptions } from '../../lab/github/workflow-run.ts';
import { startedWorkflows } from '../../lab/github/workflow-run-started.ts';
import { onTwin } from '../../lab/github/workflow-run-twin.ts';
import { REPOSITORY } from '../../src/version.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { cli, guideCopy } from '../support/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAME = 'octo/fleet';

// Each run is a job of four or five processes.
jest.setTimeout(120_000);

/** Nobody listens there: the cluster is unknown. */
const kubeconfig = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name, user: { token: `canary-of-${name}` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });

const SECRETS = {
  CN2_PULL_SECRET: '{"auths":{"lab.local":{"auth":"Y2FuYXJ5LW9mLXB1bGw6eA=="}}}',
  KUBECONFIG_CLUSTER1: kubeconfig('cluster1'),
  KUBECONFIG_CLUSTER2: kubeconfig('cluster2'),
};
const CANARIES = /canary-of-|Y2FuYXJ5LW9mLXB1bGw6eA|"current-context"/;

/** The guide's repository with the shipped workflows, on the twin; the Action as it is published; clusters out of reach. */
(NO_ACT === undefined ? describe : describe.skip)('the shipped workflows without clusters', () => {
  let act: string;
  let action: Awaited<ReturnType<typeof publishedAction>>;
  let twin: Twin;
  let files: Record<string, string>;
  let start: string;
  const printed: string[] = [];

  beforeAll(async () => {
    ({ act } = await ensureBinaries(['act']));
    action = await publishedAction(ROOT);
    const folder = guideCopy();
    await cli(folder, ['render']);
    files = filesOf(folder);
    rmSync(folder, { recursive: true });
    for (const name of ['plan', 'propose', 'apply', 'drift']) {
      files[`.github/workflows/cn2-fleet-${name}.yml`] = readFileSync(join(ROOT, 'workflows', `${name}.yml`), 'utf8');
    }
    twin = await startTwin();
    await twin.createRepository({ owner: 'octo', name: 'fleet', files });
    start = await twin.git(NAME).run(['rev-parse', 'main']);
  }, 600_000);

  afterAll(async () => {
    await twin?.[Symbol.asyncDispose]();
    await action?.[Symbol.asyncDispose]();
  });

  /** Runs the one workflow that an event starts; the log of it is kept for the search for secrets. */
  const run = async (
    options: EventOptions,
    id: number,
    more: Partial<WorkflowRunOptions> = {},
  ): Promise<WorkflowRun & { workflow: string; writes: string[] }> => {
    const event = await eventOf(twin.hub, NAME, options);
    const [workflow = '', ...others] = await startedWorkflows(twin.git(NAME), event);
    expect(others).toEqual([]);
    const from = twin.requests.length;
    const result = await runWorkflow({
      act,
      ...onTwin(twin, NAME),
      workflow,
      event,
      secrets: SECRETS,
      actions: { [REPOSITORY]: action.folder },
      run: { id, number: id, attempt: 1 },
      ...more,
    });
    printed.push(...result.log, JSON.stringify(result.outputs), ...result.summaries.map(({ markdown }) => markdown));
    const writes = twin.requests.slice(from).filter(({ write }) => write);
    return { ...result, workflow, writes: writes.map(({ method, path, status }) => `${method} ${path} ${status}`) };
  };

  const pull = async (head: string): Promise<number> => {
    const answer = await fetch(`${twin.apiUrl}/repos/${NAME}/pulls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${twin.addToken({ kind: 'personal', login: 'octo' })}` },
      body: JSON.stringify({ title: head, head, base: 'main' }),
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { number: number }).number;
  };
  const change = () => ({ 'clusters.yaml': files['clusters.yaml']!.replace('rttP95Ms: 100', 'rttP95Ms: 120') });
  const exitOf = (result: WorkflowRun) => result.steps.find(({ path }) => path.endsWith('/run'))?.exitCode ?? 0;

  test('a pull request gets a comment and a failed check, and again nothing', async () => {
    await twin.commit(NAME, { branch: 'topic', files: change() });
    const number = await pull('topic');
    const first = await run({ name: 'pull_request', number }, 10);
    expect({ workflow: first.workflow, exit: exitOf(first), writes: first.writes }).toEqual({
      workflow: '.github/workflows/cn2-fleet-plan.yml',
      exit: 8,
      writes: [`POST /repos/${NAME}/issues/${number}/comments 201`, `POST /repos/${NAME}/check-runs 201`],
    });
    expect(first.summaries.map(({ markdown }) => markdown).join('')).toContain('cluster1 and cluster2 unknown');
    const [check] = twin.repository(NAME).checkRuns;
    expect(check).toMatchObject({ conclusion: 'failure', annotations: [{ path: 'clusters.yaml' }, { path: 'clusters.yaml' }] });
    const second = await run({ name: 'pull_request', number }, 11);
    expect(second.writes).toEqual([]);
  });

  test('a pull request from a fork gets an offline plan without credentials, on a runner with an old Node too', async () => {
    await twin.createRepository({ owner: 'stranger', name: 'fleet', forkOf: NAME });
    await twin.commit('stranger/fleet', { branch: 'patch', files: change() });
    const number = await pull('stranger:patch');
    const cache = mkdtempSync(join(tmpdir(), 'cn2-fleet-tools-'));
    const bin = join(cache, `node/${process.versions.node}/x64/bin`);
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    const environment = { AGENT_TOOLSDIRECTORY: cache };
    const result = await run({ name: 'pull_request', number }, 20, { node: '/bin/false', environment });
    rmSync(cache, { recursive: true });
    expect({ exit: exitOf(result), result: result.result, writes: result.writes }).toEqual({
      exit: 0,
      result: 'success',
      writes: [],
    });
    expect(result.summaries.map(({ markdown }) => markdown).join('')).toContain('offline');
    // It finds the one of the tool cache, and no other Action is called.
    const names = result.steps.filter(({ path }) => path.includes('/')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Look for Node 24', 'cn2-fleet', 'Clean up']));
    expect(names.join()).not.toMatch(/Install|setup-node/);
  });

  test('a merge proposes nothing that could not be planned', async () => {
    const result = await run({ name: 'push', branch: 'main', before: start, after: await merged({ ...change() }) }, 30);
    expect({ workflow: result.workflow, exit: exitOf(result), writes: result.writes }).toEqual({
      workflow: '.github/workflows/cn2-fleet-propose.yml',
      exit: 8,
      writes: [],
    });
  });

  test('an apply that was not approved writes a failed status and nothing else', async () => {
    const before = await twin.git(NAME).run(['rev-parse', 'main']);
    const after = await merged({ 'rendered/plan.json': '{}\n' });
    const result = await run({ name: 'push', branch: 'main', before, after }, 40);
    expect({ workflow: result.workflow, exit: exitOf(result), writes: result.writes }).toEqual({
      workflow: '.github/workflows/cn2-fleet-apply.yml',
      exit: 4,
      writes: [`POST /repos/${NAME}/statuses/${after} 201`],
    });
    // What is proposed is planned again after it, here without clusters as well.
    expect(result.jobs).toEqual({ apply: 'failure', refresh: 'failure' });
    expect(result.steps.filter(({ path }) => path.endsWith('/run')).map(({ job, exitCode }) => [job, exitCode])).toEqual([
      ['apply', 4],
      ['refresh', 8],
    ]);
  });

  test('the night without clusters is not a night without drift', async () => {
    const result = await run({ name: 'schedule', cron: '23 3 * * *' }, 50);
    expect({ workflow: result.workflow, exit: exitOf(result) }).toEqual({
      workflow: '.github/workflows/cn2-fleet-drift.yml',
      exit: 8,
    });
  });

  test('started by a person on another branch, what changes or publishes does not run', async () => {
    const event = await eventOf(twin.hub, NAME, { name: 'workflow_dispatch', workflow: 'any', branch: 'topic' });
    const workflows = await startedWorkflows(twin.git(NAME), event);
    expect(workflows).toHaveLength(3);
    for (const workflow of workflows) {
      const actions = { [REPOSITORY]: action.folder };
      const result = await runWorkflow({ act, ...onTwin(twin, NAME), workflow, event, secrets: SECRETS, actions });
      expect({ workflow, result: result.result, steps: result.steps }).toEqual({ workflow, result: 'skipped', steps: [] });
    }
  });

  test('no secret was printed, put out or published', () => {
    const { comments, issues, checkRuns, statuses, deployments } = twin.repository(NAME);
    expect(printed.length).toBeGreaterThan(50);
    expect(printed.filter((line) => CANARIES.test(line))).toEqual([]);
    expect(JSON.stringify({ comments, issues, checkRuns, statuses, deployments })).not.toMatch(CANARIES);
    expect(twin.unknown).toEqual([]);
  });

  async function merged(changed: Record<string, string>): Promise<string> {
    return twin.commit(NAME, { branch: 'main', files: changed });
  }
});

/** Path → text of a folder's files. */
function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
