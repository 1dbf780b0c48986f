import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Actions } from '../../lab/github/actions/actions.ts';
import type { FullExchange } from '../../lab/github/exchange.ts';
import { REPOSITORY_SCOPED_ROUTES } from '../../lab/github/rest/routes.ts';
import { type OpenApiRecorder, recordOpenApi } from '../support/github-openapi.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

let fleet: FleetTwin;
let recorder: OpenApiRecorder;
let api: Api;
const used = new Set<string>();

const REPO = '/repos/acme/fleet';

beforeAll(async () => {
  fleet = await fleetTwin();
  api = fleet.api;
  recorder = fleet.recorder;
  fleet.twin.watch(({ method, template, status }) => {
    if (template !== undefined && status < 400) used.add(`${method} ${template}`);
  });
}, FIRST_START);

afterAll(() => fleet.end());

/** A branch with a file that is new, one that is changed and one that is gone, made as the tool makes it. */
async function changedBranch(branch: string, gone: string): Promise<string> {
  const main = (await api('GET', `${REPO}/git/ref/heads/main`)).body.object.sha;
  const blob = (await api('POST', `${REPO}/git/blobs`, { content: Buffer.from('c: 1\n').toString('base64'), encoding: 'base64' }))
    .body;
  const tree = await api('POST', `${REPO}/git/trees`, {
    base_tree: (await api('GET', `${REPO}/git/commits/${main}`)).body.tree.sha,
    tree: [
      { path: `rendered/${branch}.yaml`, mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'rendered/a.yaml', mode: '100644', type: 'blob', content: `${branch}: 2\n` },
      { path: gone, mode: '100644', type: 'blob', sha: null },
    ],
  });
  const commit = await api('POST', `${REPO}/git/commits`, { message: `Render ${branch}`, tree: tree.body.sha, parents: [main] });
  await api('POST', `${REPO}/git/refs`, { ref: `refs/heads/${branch}`, sha: commit.body.sha });
  return commit.body.sha;
}

test('git data and what is read of commits', async () => {
  const sha = await changedBranch('data', 'rendered/b.yaml');
  const commit = (await api('GET', `${REPO}/git/commits/${sha}`)).body;
  await api('GET', `${REPO}/git/trees/${commit.tree.sha}?recursive=1`);
  const blob = (await api('GET', `${REPO}/contents/rendered/a.yaml?ref=data`)).body;
  expect(Buffer.from(blob.content, 'base64').toString()).toBe('data: 2\n');
  expect(Buffer.from((await api('GET', `${REPO}/git/blobs/${blob.sha}`)).body.content, 'base64').toString()).toBe('data: 2\n');
  expect((await api('GET', `${REPO}/contents/rendered?ref=data`)).body.map(({ name }: { name: string }) => name)).toEqual([
    'a.yaml',
    'data.yaml',
  ]);
  await api('GET', REPO);
  await api('GET', `${REPO}/branches`);
  await api('GET', `${REPO}/branches/data`);
  await api('GET', `${REPO}/commits?sha=data&per_page=1`);
  await api('GET', `${REPO}/commits/data`);
  expect((await api('GET', `${REPO}/compare/main...data`)).body).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
  expect((await api('GET', `${REPO}/git/matching-refs/heads/da`)).body).toHaveLength(1);
  await api('PATCH', `${REPO}/git/refs/heads/data`, { sha, force: false });
  expect((await api('DELETE', `${REPO}/git/refs/heads/data`)).status).toBe(204);
  recorder.assertValid();
});

test('a pull request from its branch to its merge', async () => {
  const sha = await changedBranch('pull', 'rendered/b.yaml');
  const { number } = (await api('POST', `${REPO}/pulls`, { title: 'Render', head: 'pull', base: 'main', body: 'What changed' }))
    .body;
  await api('GET', `${REPO}/pulls?state=open&head=acme:pull&base=main&per_page=100`);
  expect((await api('GET', `${REPO}/pulls/${number}`)).body).toMatchObject({ mergeable: true, commits: 1, changed_files: 3 });
  await api('GET', `${REPO}/pulls/${number}/files`);
  await api('GET', `${REPO}/pulls/${number}/commits`);
  await api('PATCH', `${REPO}/pulls/${number}`, { title: 'Render again', body: 'New text', state: 'open', base: 'main' });
  await api('GET', `${REPO}/commits/${sha}/pulls`);
  const merged = await api('PUT', `${REPO}/pulls/${number}/merge`, { sha, merge_method: 'merge' });
  expect(merged.status).toBe(200);
  expect((await api('GET', `${REPO}/pulls/${number}/merge`)).status).toBe(204);
  expect((await api('GET', `${REPO}/pulls/${number}`)).body).toMatchObject({ merged: true, merge_commit_sha: merged.body.sha });
  recorder.assertValid();
});

test('issues, comments and labels', async () => {
  const { number } = (await api('POST', `${REPO}/issues`, { title: 'Drift', body: 'text', labels: ['drift'], assignees: [] }))
    .body;
  await api(
    'GET',
    `${REPO}/issues?state=all&labels=drift&creator=github-actions%5Bbot%5D&per_page=100&sort=created&direction=asc`,
  );
  await api('PATCH', `${REPO}/issues/${number}`, {
    title: 'Drift of c1',
    body: 'new',
    state: 'closed',
    state_reason: 'completed',
  });
  await api('GET', `${REPO}/issues/${number}`);
  const comment = (await api('POST', `${REPO}/issues/${number}/comments`, { body: 'hello' })).body;
  await api('GET', `${REPO}/issues/${number}/comments?per_page=100&page=1`);
  await api('GET', `${REPO}/issues/comments/${comment.id}`);
  await api('PATCH', `${REPO}/issues/comments/${comment.id}`, { body: 'hello again' });
  expect((await api('DELETE', `${REPO}/issues/comments/${comment.id}`)).status).toBe(204);
  await api('POST', `${REPO}/labels`, { name: 'fleet', color: '00ff00', description: 'd' });
  await api('GET', `${REPO}/labels`);
  await api('GET', `${REPO}/labels/fleet`);
  await api('POST', `${REPO}/issues/${number}/labels`, { labels: ['fleet'] });
  expect((await api('GET', `${REPO}/issues/${number}/labels`)).body).toHaveLength(2);
  await api('DELETE', `${REPO}/issues/${number}/labels/fleet`);
  recorder.assertValid();
});

test('check runs, statuses and deployments', async () => {
  const sha = await changedBranch('checked', 'rendered/pull.yaml');
  await api('POST', `${REPO}/pulls`, { title: 'Checked', head: 'checked', base: 'main' });
  const annotation = { path: 'clusters.yaml', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'm', title: 't' };
  const output = { title: 'Plan', summary: 'two changes', text: 'all of it', annotations: [annotation] };
  const run = (
    await api('POST', `${REPO}/check-runs`, { name: 'plan', head_sha: sha, status: 'in_progress', external_id: 'e', output })
  ).body;
  await api('PATCH', `${REPO}/check-runs/${run.id}`, { status: 'completed', conclusion: 'success', output });
  expect((await api('GET', `${REPO}/check-runs/${run.id}`)).body.output.annotations_count).toBe(2);
  await api('GET', `${REPO}/check-runs/${run.id}/annotations?per_page=1`);
  const found = await api('GET', `${REPO}/commits/${sha}/check-runs?check_name=plan&filter=latest&app_id=15368`);
  expect(found.body.check_runs[0].pull_requests).toHaveLength(1);
  await api('POST', `${REPO}/statuses/${sha}`, {
    state: 'pending',
    context: 'apply',
    description: 'd',
    target_url: 'https://example.org',
  });
  await api('POST', `${REPO}/statuses/${sha}`, { state: 'success', context: 'apply' });
  expect((await api('GET', `${REPO}/commits/${sha}/statuses`)).body).toHaveLength(2);
  expect((await api('GET', `${REPO}/commits/${sha}/status`)).body).toMatchObject({ state: 'success', total_count: 1 });
  const deployment = await api('POST', `${REPO}/deployments`, {
    ref: sha,
    environment: 'fleet',
    auto_merge: false,
    required_contexts: [],
  });
  await api('GET', `${REPO}/deployments?sha=${sha}&environment=fleet&task=deploy`);
  await api('GET', `${REPO}/deployments/${deployment.body.id}`);
  await api('POST', `${REPO}/deployments/${deployment.body.id}/statuses`, {
    state: 'in_progress',
    description: 'd',
    log_url: 'https://example.org',
  });
  await api('GET', `${REPO}/deployments/${deployment.body.id}/statuses`);
  recorder.assertValid();
});

test('settings of Actions, environments, and names of secrets', async () => {
  const { twin } = fleet;
  const owner = apiOf(twin, twin.addToken({ kind: 'personal', login: 'acme' }));
  const settings = `${REPO}/actions/permissions`;
  expect((await owner('GET', settings)).body).toEqual({ enabled: true, allowed_actions: 'all' });
  await owner('PUT', settings, { enabled: true, allowed_actions: 'selected' });
  expect((await owner('GET', settings)).body.allowed_actions).toBe('selected');
  await owner('PUT', settings, { enabled: true, allowed_actions: 'all' });
  await owner('PUT', `${settings}/workflow`, { can_approve_pull_request_reviews: false });
  expect((await owner('GET', `${settings}/workflow`)).body.can_approve_pull_request_reviews).toBe(false);
  await owner('PUT', `${settings}/workflow`, { can_approve_pull_request_reviews: true });

  const environment = `${REPO}/environments/fleet`;
  expect((await owner('GET', environment)).status).toBe(404);
  const custom = { protected_branches: false, custom_branch_policies: true };
  await owner('PUT', environment, { deployment_branch_policy: custom });
  await owner('POST', `${environment}/deployment-branch-policies`, { name: 'main' });
  expect((await owner('GET', `${environment}/deployment-branch-policies`)).body.branch_policies).toMatchObject([
    { name: 'main' },
  ]);
  expect((await owner('GET', environment)).body.deployment_branch_policy).toEqual(custom);
  const both = { protected_branches: true, custom_branch_policies: true };
  expect((await owner('PUT', environment, { deployment_branch_policy: both })).status).toBe(422);

  for (const place of [`${REPO}/actions/secrets`, `${environment}/secrets`]) {
    const { key_id } = (await owner('GET', `${place}/public-key`)).body;
    const value = { encrypted_value: Buffer.from('x').toString('base64'), key_id };
    expect((await owner('PUT', `${place}/kubeconfig`, value)).status).toBe(201);
    expect((await owner('PUT', `${place}/KUBECONFIG`, value)).status).toBe(204);
    const { total_count, secrets } = (await owner('GET', place)).body;
    expect([total_count, secrets[0].name]).toEqual([1, 'KUBECONFIG']);
  }
  await owner('GET', `${REPO}/actions/organization-secrets`);
  // The token of a job sees none of it, whatever it asked for, but for the environment.
  const refused = [settings, `${settings}/workflow`, `${REPO}/actions/secrets`, `${environment}/secrets`];
  for (const path of refused) expect([path, (await api('GET', path)).status]).toEqual([path, 403]);
  expect((await api('GET', environment)).status).toBe(200);
  recorder.assertValid();
});

test('a person makes a repository', async () => {
  const { twin } = fleet;
  const person = apiOf(twin, twin.addToken({ kind: 'personal', login: 'bea' }));
  const made = await person('POST', '/user/repos', { name: 'new', private: true });
  expect([made.status, made.body.full_name, made.body.private]).toEqual([201, 'bea/new', true]);
  expect((await person('POST', '/user/repos', { name: 'new' })).status).toBe(422);
  expect((await api('POST', '/user/repos', { name: 'x' })).status).toBe(403);
  recorder.assertValid();
});

test('reviews of a pull request', async () => {
  await changedBranch('reviewed', 'rendered/pull.yaml');
  const { number } = (await api('POST', `${REPO}/pulls`, { title: 'Reviewed', head: 'reviewed', base: 'main' })).body;
  const person = apiOf(fleet.twin, fleet.twin.addToken({ kind: 'personal', login: 'ada' }));
  const { id } = (await person('POST', `${REPO}/pulls/${number}/reviews`, { event: 'APPROVE' })).body;
  await api('PUT', `${REPO}/pulls/${number}/reviews/${id}/dismissals`, { message: 'it has moved' });
  expect((await api('GET', `${REPO}/pulls/${number}/reviews`)).body).toMatchObject([{ id, state: 'DISMISSED' }]);
  expect((await api('POST', `${REPO}/pulls/${number}/reviews`, { event: 'APPROVE' })).status).toBe(422);
  recorder.assertValid();
});

test('who is asked to look at a pull request', async () => {
  await changedBranch('attended', 'rendered/pull.yaml');
  const { number } = (await api('POST', `${REPO}/pulls`, { title: 'Attended', head: 'attended', base: 'main', draft: true }))
    .body;
  fleet.twin.addToken({ kind: 'personal', login: 'ada' });
  const reviewers = `${REPO}/pulls/${number}/requested_reviewers`;
  expect((await api('POST', reviewers, { reviewers: ['ada'] })).body.requested_reviewers).toMatchObject([{ login: 'ada' }]);
  expect((await api('POST', reviewers, { reviewers: ['nobody-here'] })).status).toBe(422);
  expect((await api('POST', reviewers, { team_reviewers: ['net-ops'] })).status).toBe(422);
  expect((await api('DELETE', reviewers, { reviewers: ['ada'] })).body.requested_reviewers).toEqual([]);
  const assigned = await api('POST', `${REPO}/issues/${number}/assignees`, { assignees: ['ada', 'nobody-here'] });
  expect(assigned.body.assignees).toMatchObject([{ login: 'ada' }]);
  expect((await api('GET', `${REPO}/assignees/ada`)).status).toBe(204);
  expect((await api('GET', `${REPO}/assignees/nobody-here`)).status).toBe(404);
  recorder.assertValid();
});

test('runs of workflows and the environments of their jobs', async () => {
  const { twin } = fleet;
  const files = {
    '.github/workflows/go.yml': 'on: workflow_dispatch\njobs: {go: {environment: prod}}\n',
    '.github/workflows/plan.yml': 'on: pull_request\njobs: {plan: {}}\n',
  };
  await twin.commit('acme/fleet', { branch: 'main', files });
  await using actions = new Actions(twin, 'acme/fleet', async () => 'success');
  const person = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
  const { id } = (await person('GET', '/user')).body;
  await person('PUT', `${REPO}/environments/prod`, { reviewers: [{ type: 'User', id }], prevent_self_review: false });
  await api('GET', `${REPO}/environments`);
  await api('GET', `${REPO}/environments/prod`);
  const dispatch = () => api('POST', `${REPO}/actions/workflows/go.yml/dispatches`, { ref: 'main', inputs: { why: 'to see' } });
  for (const { status } of [await dispatch(), await dispatch()]) expect(status).toBe(204);
  await changedBranch('run', 'rendered/pull.yaml');
  await api('POST', `${REPO}/pulls`, { title: 'Run', head: 'run', base: 'main' });
  await actions.settled();
  const { workflow_runs: runs } = (await api('GET', `${REPO}/actions/runs?per_page=5&event=workflow_dispatch`)).body;
  const pending = `${REPO}/actions/runs/${runs[0].id}/pending_deployments`;
  const [{ environment }] = (await person('GET', pending)).body;
  await person('POST', pending, { environment_ids: [environment.id], state: 'approved', comment: '' });
  await person('POST', `${REPO}/actions/runs/${runs[1].id}/cancel`);
  const held = actions.runs.find(({ conclusion }) => conclusion === 'action_required');
  await person('POST', `${REPO}/actions/runs/${held?.id}/approve`);
  await actions.settled();
  await person('POST', `${REPO}/actions/runs/${held?.id}/rerun`);
  await actions.settled();
  expect((await api('GET', `${REPO}/actions/runs/${held?.id}`)).body).toMatchObject({
    conclusion: 'success',
    event: 'pull_request',
  });
  expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'success', 'success']);
  const ofWorkflow = (await api('GET', `${REPO}/actions/workflows/go.yml/runs?status=success`)).body;
  expect(ofWorkflow.workflow_runs.map(({ id: run }: { id: number }) => run)).toEqual([runs[0].id]);
  expect((await api('GET', `${REPO}/actions/workflows/${ofWorkflow.workflow_runs[0].workflow_id}`)).body.path).toContain(
    'go.yml',
  );
  recorder.assertValid();
});

test('refusals have the shape that GitHub describes', async () => {
  const { twin } = fleet;
  const readOnly = apiOf(twin, twin.addToken({ permissions: 'read' }));
  const statuses = [
    await apiOf(twin, 'wrong')('GET', REPO),
    await apiOf(twin)('GET', REPO),
    await readOnly('POST', `${REPO}/issues/1/comments`, { body: 'b' }),
    await api('POST', `${REPO}/pulls`, { title: 'again', head: 'checked', base: 'main' }),
    await api('POST', `${REPO}/pulls`, { title: 'gone', head: 'nowhere', base: 'main' }),
    await api('POST', `${REPO}/issues/1/comments`, { body: 'b'.repeat(65_537) }),
    await api('GET', `${REPO}/issues/999`),
    await api('PUT', `${REPO}/pulls/1/merge`, {}),
    await api('GET', '/user'),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 404, 403, 422, 422, 422, 404, 405, 403]);
  const person = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
  expect((await person('GET', '/user')).body.login).toBe('ada');
  expect((await person('GET', '/rate_limit')).status).toBe(200);
  recorder.assertValid();
});

test('what is not as GitHub describes it is found', async () => {
  const listeners: ((exchange: FullExchange) => void)[] = [];
  const strict = await recordOpenApi({
    watch(listener) {
      listeners.push(listener);
      return () => {};
    },
  });
  expect(() => strict.assertValid()).toThrow('no exchange was checked');
  let exchange: FullExchange | undefined;
  fleet.twin.watch((one) => {
    exchange ??= one;
  });
  await api('GET', `${REPO}/pulls?state=all`);
  const say = (change: Partial<FullExchange>) => {
    listeners[0]?.({ ...exchange!, ...change });
    return () => strict.assertValid();
  };
  expect(say({})).not.toThrow();
  expect(say({ query: 'stat=all' })).toThrow('no query parameter stat');
  expect(say({ status: 201 })).toThrow('never answers 201');
  expect(say({ template: '/repos/{owner}/{repo}/pull' })).toThrow('no such operation');
  const [pull] = JSON.parse(exchange!.responseBody);
  expect(say({ responseBody: JSON.stringify([{ ...pull, number: 'one' }]) })).toThrow('must be integer');
});

test('every route of the twin was used above', () => {
  const routes = REPOSITORY_SCOPED_ROUTES.map(({ method, template }) => `${method} ${template}`);
  expect(routes.filter((route) => !used.has(route))).toEqual([]);
  expect(fleet.twin.unknown).toEqual([]);
  console.log(recorder.summary());
});
