import { readCommit } from '../git/commits.ts';
import { type Answer, NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { text } from '../http/fields.ts';
import { pageOf } from '../http/pagination.ts';
import { notFound, Problem, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { runShape, workflowId, workflowShape } from '../shapes/actions.ts';
import type { ActionsRun } from '../state/actions.ts';
import { startsOn } from '../workflow-run-triggers.ts';
import { withId } from './lookup.ts';
import { callOut, writerOf } from './writer.ts';

export const WORKFLOW_RUN_ROUTES: readonly Route[] = [
  route('GET', '/actions/runs', facts('read', 'list-workflow-runs-for-a-repository'), listRuns),
  route('GET', '/actions/workflows/{workflow_id}/runs', facts('read', 'list-workflow-runs-for-a-workflow'), async (call) => {
    const workflow = await workflowOf(call);
    return await listRuns(call, (run) => run.workflow === workflow);
  }),
  route(
    'GET',
    '/actions/workflows/{workflow_id}',
    { needs: 'actions=read', docs: 'actions/workflows#get-a-workflow' },
    async (call) => ok(workflowShape(call.hub, call.repository, await workflowOf(call))),
  ),
  route('GET', '/actions/runs/{run_id}', facts('read', 'get-a-workflow-run'), async (call) => ok(await shape(call, runIn(call)))),
  route('POST', '/actions/runs/{run_id}/approve', facts('write', 'approve-a-workflow-run-for-a-fork-pull-request'), (call) => {
    const run = runIn(call);
    if (run.conclusion !== 'action_required') throw new Problem(403, 'This run does not need an approval.');
    run.approvedBy = writerOf(call).account.login;
    call.hub.happenings.emit('changed');
    return { status: 201, body: {} };
  }),
  route('POST', '/actions/runs/{run_id}/cancel', facts('write', 'cancel-a-workflow-run'), (call) => {
    const run = runIn(call);
    if (run.status === 'completed') throw new Problem(409, 'Cannot cancel a workflow run that is completed.');
    run.cancelling = true;
    call.hub.happenings.emit('changed');
    return { status: 202, body: {} };
  }),
  route('POST', '/actions/runs/{run_id}/rerun', facts('write', 're-run-a-workflow'), (call) => {
    const run = runIn(call);
    if (run.status !== 'completed') throw new Problem(403, 'This workflow is already running');
    run.again = true;
    call.hub.happenings.emit('changed');
    return { status: 201, body: {} };
  }),
  route(
    'POST',
    '/actions/workflows/{workflow_id}/dispatches',
    { needs: 'actions=write', docs: 'actions/workflows#create-a-workflow-dispatch-event' },
    dispatch,
  ),
];

function facts(level: 'read' | 'write', anchor: string) {
  return { needs: `actions=${level}`, docs: `actions/workflow-runs#${anchor}` };
}

/** Newest first. */
async function listRuns(call: RepositoryCall, isWanted: (run: ActionsRun) => boolean = () => true): Promise<Answer> {
  const { query, repository } = call;
  const matches = (name: string, ...own: (string | null)[]) => query.get(name) === null || own.includes(query.get(name));
  const runs = repository.runs
    .filter(
      (run) =>
        isWanted(run) &&
        matches('status', run.status, run.conclusion) &&
        matches('event', run.event) &&
        matches('actor', run.actor) &&
        matches('head_sha', run.sha) &&
        matches('branch', run.ref.replace('refs/heads/', '')),
    )
    .reverse();
  const { owner, repo, workflow_id } = call.params;
  const path = `/repos/${owner}/${repo}/actions/${workflow_id === undefined ? '' : `workflows/${workflow_id}/`}runs`;
  const { items, headers } = pageOf(call, path, runs);
  const workflow_runs = await Promise.all(items.map((run) => shape(call, run)));
  return { status: 200, headers, body: { total_count: runs.length, workflow_runs } };
}

/** By the name of the file or by its number. Whoever may write starts it, also with the token of a workflow. */
async function dispatch(call: RepositoryCall): Promise<Answer> {
  const { repository, git, body } = call;
  const branch = text(body, 'ref').replace(/^refs\/heads\//, '');
  if (repository.branches[branch] === undefined) throw refused(`No ref found for: ${branch}`);
  const workflow = await workflowOf(call, branch);
  const event = { name: 'workflow_dispatch', payload: { ref: `refs/heads/${branch}` } };
  if (!startsOn(await git.run(['show', `${branch}:${workflow}`]), event, []))
    throw refused("Workflow does not have 'workflow_dispatch' trigger");
  const inputs = body['inputs'] as Record<string, string> | undefined;
  callOut(call, { name: 'workflow_dispatch', workflow, branch, ...(inputs === undefined ? {} : { inputs }) });
  return NO_CONTENT;
}

/** The file of the workflow in the path, by its name or its number. Throws 404. */
async function workflowOf(call: RepositoryCall, branch = call.repository.defaultBranch): Promise<string> {
  const { git, params } = call;
  const listed = await git.run(['ls-tree', '--name-only', branch, '.github/workflows/']);
  const workflow = listed
    .split('\n')
    .find((path) => path === `.github/workflows/${params['workflow_id']}` || String(workflowId(path)) === params['workflow_id']);
  if (workflow === undefined) throw notFound();
  return workflow;
}

/** A run by the number in the path. Throws 404. */
export function runIn({ repository, params }: RepositoryCall): ActionsRun {
  return withId(repository.runs, params['run_id']);
}

async function shape(call: RepositoryCall, run: ActionsRun) {
  return runShape(call.hub, call.repository, run, await readCommit(call.git, run.sha));
}
