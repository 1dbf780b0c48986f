import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Actions } from '../../lab/github/actions/actions.ts';
import type { JobToRun } from '../../lab/github/actions/jobs.ts';
import type { ActionsRun } from '../../lab/github/state/actions.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

const REPO = '/repos/acme/fleet';
const DEFAULT = `github.ref == format('refs/heads/{0}', github.event.repository.default_branch)`;
const workflow = (concurrency: string) => `name: apply
on: {push: {paths: [rendered/**]}, workflow_dispatch: }
concurrency: {group: "\${{ github.workflow }}-\${{ github.ref }}", ${concurrency}}
jobs:
  apply: {name: Apply, environment: prod, if: "${DEFAULT}"}
  refresh: {needs: apply, if: "\${{ !cancelled() && ${DEFAULT} }}"}
`;
const PLAN = 'on: [pull_request]\njobs: {plan: {}}\n';

let fleet: FleetTwin;
let ada: Api;
let adaId: number;
let actions: Actions;
/** Jobs that have been begun: `1 apply`. */
let begun: string[];
/** What lets the job of a run go on; a job without one goes on by itself. */
const doors = new Map<string, { opened: Promise<void>; open: () => void }>();

beforeEach(async () => {
  fleet = await fleetTwin();
  begun = [];
  doors.clear();
  ada = apiOf(fleet.twin, fleet.twin.addToken({ kind: 'personal', login: 'ada' }));
  adaId = (await ada('GET', '/user')).body.id;
  await use('cancel-in-progress: false');
  actions = new Actions(fleet.twin, 'acme/fleet', async ({ run, job, signal }: JobToRun) => {
    begun.push(`${run.number} ${job}`);
    await Promise.race([doors.get(`${run.number} ${job}`)?.opened, aborted(signal)]);
    return 'success';
  });
}, FIRST_START);

afterEach(async () => {
  await actions[Symbol.asyncDispose]();
  await fleet.end();
});

async function use(concurrency: string): Promise<void> {
  const files = { '.github/workflows/apply.yml': workflow(concurrency), '.github/workflows/plan.yml': PLAN };
  await fleet.twin.commit('acme/fleet', { branch: 'main', files });
}

function close(job: string): () => void {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  doors.set(job, { opened, open });
  return open;
}

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
const push = (text: string, branch = 'main') =>
  fleet.twin.commit('acme/fleet', { branch, files: { 'rendered/a.yaml': `new: ${text}\n` } });
const outcome = ({ conclusion, status }: ActionsRun) => conclusion ?? status;
const outcomes = () => actions.runs.map(outcome);

/** Three pushes, the first of which is held until the third is there. */
async function threeInARow(): Promise<void> {
  const open = close('1 apply');
  for (const text of ['1', '2', '3']) await push(text);
  await actions.until((runs) => runs.length === 3);
  open();
  await actions.settled();
}

describe('of a concurrency group', () => {
  test('one runs and one waits: a newer one takes its place', async () => {
    await threeInARow();
    expect(outcomes()).toEqual(['success', 'cancelled', 'success']);
    expect(actions.runs[1]).toMatchObject({
      reason: "Canceling since a higher priority waiting request for 'apply-refs/heads/main' exists",
      jobs: [{ conclusion: 'cancelled' }, { conclusion: 'cancelled' }],
    });
    expect(begun).toEqual(['1 apply', '1 refresh', '3 apply', '3 refresh']);
    const path = `${REPO}/actions/runs/${actions.runs[1]?.id}`;
    expect((await ada('POST', `${path}/rerun`)).status).toBe(201);
    await actions.settled();
    expect((await ada('GET', path)).body).toMatchObject({
      run_attempt: 2,
      conclusion: 'success',
      head_sha: actions.runs[1]?.sha,
    });
    expect(begun.slice(4)).toEqual(['2 apply', '2 refresh']);
  });

  test('all wait with queue: max, in their order', async () => {
    await use('queue: max');
    await threeInARow();
    expect(outcomes()).toEqual(['success', 'success', 'success']);
    expect(begun.filter((job) => job.endsWith('apply'))).toEqual(['1 apply', '2 apply', '3 apply']);
  });

  test('the newest stops what runs with cancel-in-progress', async () => {
    await use('cancel-in-progress: true');
    close('2 apply');
    await threeInARow();
    expect(outcomes()).toEqual(['cancelled', 'cancelled', 'success']);
    expect(begun).toEqual(['1 apply', '2 apply', '3 apply', '3 refresh']);
  });

  test('another branch is another group, and its run does nothing', async () => {
    const open = close('1 apply');
    await push('1');
    await push('2', 'topic');
    await actions.until((runs) => runs.length === 2 && outcome(runs[1]!) === 'skipped');
    expect(outcomes()).toEqual(['in_progress', 'skipped']);
    open();
    await actions.settled();
  });
});

describe('what GITHUB_TOKEN does', () => {
  test('starts nothing but what it dispatches', async () => {
    const files = [{ path: 'rendered/a.yaml', mode: '100644', type: 'blob', content: 'a: token\n' }];
    const { api, twin } = fleet;
    const main = twin.repository('acme/fleet').branches['main']!;
    const tree = await api('POST', `${REPO}/git/trees`, { base_tree: main, tree: files });
    const { sha } = (await api('POST', `${REPO}/git/commits`, { message: 'm', tree: tree.body.sha, parents: [main] })).body;
    expect((await api('PATCH', `${REPO}/git/refs/heads/main`, { sha })).status).toBe(200);
    await actions.settled();
    expect(actions.runs).toEqual([]);
    const dispatch = (name: string, by = api) => by('POST', `${REPO}/actions/workflows/${name}/dispatches`, { ref: 'main' });
    expect((await dispatch('apply.yml')).status).toBe(204);
    await actions.settled();
    expect(actions.runs).toMatchObject([
      { event: 'workflow_dispatch', actor: 'github-actions[bot]', sha, conclusion: 'success' },
    ]);
    expect((await dispatch('none.yml')).status).toBe(404);
    expect((await dispatch('plan.yml')).body.message).toBe("Workflow does not have 'workflow_dispatch' trigger");
  });

  test('waits where it opens a pull request until somebody lets the run start', async () => {
    const plans = () => actions.runs.filter((run) => run.workflow === '.github/workflows/plan.yml');
    await fleet.twin.commit('acme/fleet', { branch: 'topic', files: { topic: '1\n' } });
    await fleet.api('POST', `${REPO}/pulls`, { title: 't', head: 'topic', base: 'main' });
    await actions.settled();
    expect(plans().map(outcome)).toEqual(['action_required']);
    const path = `${REPO}/actions/runs/${plans()[0]?.id}`;
    expect((await ada('POST', `${path}/approve`)).status).toBe(201);
    await actions.settled();
    expect((await ada('GET', path)).body).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect((await ada('POST', `${path}/approve`)).status).toBe(403);
    expect(begun).toEqual(['1 plan']);
    await fleet.twin.commit('acme/fleet', { branch: 'topic', files: { topic: '2\n' } });
    await actions.settled();
    expect(plans().map(outcome)).toEqual(['success', 'success']);
  });
});

describe('an environment with reviewers', () => {
  const deployed = () =>
    fleet.twin
      .repository('acme/fleet')
      .deployments.map(({ environment, ref, statuses }) => [environment, ref, statuses.map(({ state }) => state)]);
  const pending = (run: number) => `${REPO}/actions/runs/${actions.runs[run]?.id}/pending_deployments`;
  const decide = async (run: number, state: string, by = ada) => {
    const [{ environment }] = (await ada('GET', pending(run))).body;
    const answer = await by('POST', pending(run), { environment_ids: [environment.id], state, comment: 'looked at' });
    await actions.settled();
    return answer;
  };

  beforeEach(async () => {
    const made = await ada('PUT', `${REPO}/environments/prod`, { reviewers: [{ type: 'User', id: adaId }] });
    expect(made.body.protection_rules).toMatchObject([
      { type: 'required_reviewers', reviewers: [{ reviewer: { login: 'ada' } }] },
    ]);
  });

  test('holds a job until one of them approves; GitHub records its deployment', async () => {
    await push('1');
    await actions.settled();
    expect((await ada('GET', `${REPO}/actions/runs?status=waiting`)).body).toMatchObject({ total_count: 1 });
    expect((await ada('GET', pending(0))).body).toMatchObject([
      { environment: { name: 'prod' }, current_user_can_approve: true },
    ]);
    expect([begun, deployed()]).toEqual([[], [['prod', 'main', ['pending']]]]);
    const other = apiOf(fleet.twin, fleet.twin.addToken({ kind: 'personal', login: 'bob' }));
    expect((await decide(0, 'approved', other)).status).toBe(422);
    expect((await decide(0, 'approved')).body).toMatchObject([{ environment: 'prod', task: 'deploy' }]);
    expect([outcomes(), deployed()]).toEqual([['success'], [['prod', 'main', ['pending', 'in_progress', 'success']]]]);
    expect((await ada('GET', pending(0))).body).toEqual([]);
    await push('2');
    await actions.settled();
    await decide(1, 'approved');
    expect(deployed()[0]).toEqual(['prod', 'main', ['pending', 'in_progress', 'success', 'inactive']]);
  });

  test('fails the job that one of them rejects; what runs whatever came of it still runs', async () => {
    await push('1');
    await actions.settled();
    await decide(0, 'rejected');
    expect([outcomes(), begun]).toEqual([['failure'], ['1 refresh']]);
    expect(actions.runs[0]?.reviews).toEqual([{ environment: 'prod', state: 'rejected', by: 'ada', comment: 'looked at' }]);
    expect(deployed()).toEqual([['prod', 'main', ['pending', 'failure']]]);
  });

  test('a run that waits holds back those after it; cancelled, it lets the newest through', async () => {
    for (const text of ['1', '2', '3']) await push(text);
    await actions.settled();
    expect(outcomes()).toEqual(['waiting', 'cancelled', 'pending']);
    expect((await ada('POST', `${REPO}/actions/runs/${actions.runs[0]?.id}/cancel`)).status).toBe(202);
    await actions.settled();
    expect(outcomes()).toEqual(['cancelled', 'cancelled', 'waiting']);
    await decide(2, 'approved');
    expect([outcomes(), begun]).toEqual([
      ['cancelled', 'cancelled', 'success'],
      ['3 apply', '3 refresh'],
    ]);
  });

  test('whoever started a run may be kept from approving it, and other branches from deploying', async () => {
    const reviewers = [{ type: 'User', id: adaId }];
    await ada('PUT', `${REPO}/environments/prod`, { reviewers, prevent_self_review: true });
    await ada('POST', `${REPO}/actions/workflows/apply.yml/dispatches`, { ref: 'main' });
    await actions.settled();
    expect((await ada('GET', pending(0))).body[0].current_user_can_approve).toBe(false);
    expect((await decide(0, 'approved')).status).toBe(422);
    await ada('POST', `${REPO}/actions/runs/${actions.runs[0]?.id}/cancel`);
    const limit = (custom: boolean) =>
      ada('PUT', `${REPO}/environments/prod`, {
        deployment_branch_policy: { protected_branches: !custom, custom_branch_policies: custom },
      });
    const refused = {
      conclusion: 'failure',
      reason: 'Branch "main" is not allowed to deploy to prod due to environment protection rules.',
    };
    await limit(true);
    await ada('POST', `${REPO}/environments/prod/deployment-branch-policies`, { name: 'release/*' });
    await push('1');
    await actions.settled();
    expect(actions.runs[1]).toMatchObject(refused);
    await limit(false);
    await push('2');
    await actions.settled();
    expect(actions.runs[2]).toMatchObject(refused);
    await fleet.twin.protect('acme/fleet', 'main', 'ruleset');
    await push('3');
    await actions.settled();
    expect(outcomes().at(-1)).toBe('success');
  });
});
