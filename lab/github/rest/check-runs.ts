import { typeOf } from '../git/refs.ts';
import { created, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText, text } from '../http/fields.ts';
import { listed, pageOf } from '../http/pagination.ts';
import { Problem, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { annotationShape, checkRunShape } from '../shapes/check-run.ts';
import type { App } from '../state/access.ts';
import { ACTIONS_APP } from '../state/accounts.ts';
import type { CheckRun, CheckStatus, Conclusion } from '../state/model.ts';
import { applyOutput } from './check-run-fields.ts';
import { commitIn, withId } from './lookup.ts';
import { writerOf } from './writer.ts';

const STATUSES: readonly CheckStatus[] = ['queued', 'in_progress', 'completed'];
const CONCLUSIONS: readonly Conclusion[] = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'timed_out',
];

export const CHECK_RUN_ROUTES: readonly Route[] = [
  route('POST', '/check-runs', { needs: 'checks=write', docs: 'checks/runs#create-a-check-run' }, createRun),
  route('PATCH', '/check-runs/{check_run_id}', { needs: 'checks=write', docs: 'checks/runs#update-a-check-run' }, updateRun),
  route('GET', '/check-runs/{check_run_id}', { needs: 'checks=read', docs: 'checks/runs#get-a-check-run' }, (call) =>
    ok(checkRunShape(call.hub, call.repository, withId(call.repository.checkRuns, call.params['check_run_id']))),
  ),
  route(
    'GET',
    '/check-runs/{check_run_id}/annotations',
    { needs: 'checks=read', docs: 'checks/runs#list-check-run-annotations' },
    (call) => {
      const run = withId(call.repository.checkRuns, call.params['check_run_id']);
      const path = `/repos/${call.params['owner']}/${call.params['repo']}/check-runs/${run.id}/annotations`;
      return listed(call, path, run.annotations, (one) => annotationShape(call.hub, call.repository, run, one));
    },
  ),
  route(
    'GET',
    '/commits/{ref}/check-runs',
    { needs: 'checks=read', docs: 'checks/runs#list-check-runs-for-a-git-reference' },
    listRuns,
  ),
];

async function createRun(call: RepositoryCall) {
  const { hub, repository, body } = call;
  const app = appOf(call);
  const sha = text(body, 'head_sha');
  if ((await typeOf(call.git, sha)) !== 'commit') throw refused(`No commit found for SHA: ${sha}`);
  const there = repository.checkRuns.find((run) => run.sha === sha && run.app.id === app.id);
  const run: CheckRun = {
    id: hub.nextId(),
    app,
    suite: there?.suite ?? hub.nextId(), // one for all that an App says of a commit, whichever workflow it was
    name: text(body, 'name'),
    sha,
    externalId: optionalText(body, 'external_id') ?? '',
    detailsUrl: detailsOf(call, app) ?? null,
    status: 'queued',
    conclusion: null,
    startedAt: optionalText(body, 'started_at') ?? hub.now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  applyState(call, run);
  applyOutput(run, body['output']);
  repository.checkRuns.push(run);
  return created(checkRunShape(hub, repository, run));
}

function updateRun(call: RepositoryCall) {
  const { hub, repository, body } = call;
  const app = appOf(call);
  const run = withId(repository.checkRuns, call.params['check_run_id']);
  if (run.app.id !== app.id)
    throw new Problem(403, `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`);
  applyOutput(run, body['output']);
  applyState(call, run);
  run.name = optionalText(body, 'name') ?? run.name;
  run.externalId = optionalText(body, 'external_id') ?? run.externalId;
  run.detailsUrl = detailsOf(call, app) ?? run.detailsUrl;
  return ok(checkRunShape(hub, repository, run));
}

/** GitHub does not look at the address that GITHUB_TOKEN gives: “Details” leads to its own page of the check run. */
function detailsOf({ body }: RepositoryCall, app: App): string | undefined {
  const address = optionalText(body, 'details_url');
  return app.id === ACTIONS_APP.id ? undefined : address;
}

/** A conclusion completes the run, whatever the status says. */
function applyState(call: RepositoryCall, run: CheckRun): void {
  const status = optionalChoice(call.body, 'status', STATUSES);
  const conclusion = optionalChoice(call.body, 'conclusion', CONCLUSIONS);
  if (status === 'completed' && conclusion === undefined) throw refused('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  if (conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = conclusion;
    run.completedAt = optionalText(call.body, 'completed_at') ?? call.hub.now();
  } else if (status !== undefined) {
    run.status = status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

async function listRuns(call: RepositoryCall) {
  const { repository, query, hub } = call;
  const sha = await commitIn(call, call.params['ref']!);
  const name = query.get('check_name');
  const app = query.get('app_id');
  const status = query.get('status');
  const newestFirst = repository.checkRuns.filter((run) => run.sha === sha).reverse();
  const latest = query.get('filter') === 'all' ? newestFirst : latestByName(newestFirst);
  const runs = latest.filter(
    (run) =>
      (name === null || run.name === name) &&
      (app === null || String(run.app.id) === app) &&
      (status === null || run.status === status),
  );
  const path = `/repos/${call.params['owner']}/${call.params['repo']}/commits/${encodeURIComponent(call.params['ref']!)}/check-runs`;
  const { items, headers } = pageOf(call, path, runs);
  return {
    status: 200,
    headers,
    body: { total_count: runs.length, check_runs: items.map((run) => checkRunShape(hub, repository, run)) },
  };
}

/** filter=latest: of each name the newest run of an App. */
function latestByName(runs: readonly CheckRun[]): CheckRun[] {
  const seen = new Set<string>();
  return runs.filter((run) => {
    const key = `${run.app.id} ${run.name}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Only Apps have check runs. */
function appOf(call: RepositoryCall) {
  const { app } = writerOf(call);
  if (app === undefined) throw new Problem(403, 'You must authenticate via a GitHub App.');
  return app;
}
