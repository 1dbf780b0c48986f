import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalFlag, text } from '../http/fields.ts';
import { pageOf } from '../http/pagination.ts';
import { notFound, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { ensureEnvironment } from '../job-deployments.ts';
import { environmentShape, pendingDeploymentShape } from '../shapes/actions.ts';
import { nodeId, type Schema } from '../shapes/schema.ts';
import { deploymentShape } from '../shapes/status.ts';
import type { ActionsRun, Environment } from '../state/actions.ts';
import { runIn } from './workflow-runs.ts';
import { writerOf } from './writer.ts';

/** GitHub takes no more reviewers than this. */
const MOST_REVIEWERS = 6;

export const ENVIRONMENT_ROUTES: readonly Route[] = [
  route('GET', '/environments', facts('actions=read', 'list-environments'), (call) => {
    const { hub, repository, params } = call;
    const path = `/repos/${params['owner']}/${params['repo']}/environments`;
    const { items, headers } = pageOf(call, path, repository.environments);
    const environments = items.map((environment) => environmentShape(hub, repository, environment));
    return { status: 200, headers, body: { total_count: repository.environments.length, environments } };
  }),
  route('GET', '/environments/{environment_name}', facts('actions=read', 'get-an-environment'), (call) =>
    ok(environmentShape(call.hub, call.repository, environmentIn(call))),
  ),
  route('PUT', '/environments/{environment_name}', facts('administration=write', 'create-or-update-an-environment'), (call) =>
    ok(environmentShape(call.hub, call.repository, configure(call))),
  ),
  route(
    'GET',
    '/environments/{environment_name}/deployment-branch-policies',
    { needs: 'actions=read', docs: 'deployments/branch-policies#list-deployment-branch-policies' },
    (call) => {
      const { branches = [] } = environmentIn(call);
      const policies = branches.map((name, at) => ({
        id: at + 1,
        node_id: nodeId('DBP', at + 1),
        name,
        type: 'branch' as const,
      }));
      return ok({ total_count: policies.length, branch_policies: policies });
    },
  ),
  route(
    'POST',
    '/environments/{environment_name}/deployment-branch-policies',
    { needs: 'administration=write', docs: 'deployments/branch-policies#create-a-deployment-branch-policy' },
    (call) => {
      const { branches } = environmentIn(call);
      if (branches === undefined) throw notFound();
      const name = text(call.body, 'name');
      const id = call.hub.nextId();
      if (!branches.includes(name)) branches.push(name);
      const shape: Schema<'deployment-branch-policy'> = { id, node_id: nodeId('DBP', id), name, type: 'branch' };
      return ok(shape);
    },
  ),
  route(
    'GET',
    '/actions/runs/{run_id}/pending_deployments',
    pending('actions=read', 'get-pending-deployments-for-a-workflow-run'),
    (call) => {
      const run = runIn(call);
      const shapes = waitingFor(call, run).map((environment) =>
        pendingDeploymentShape(call.hub, call.repository, environment, mayReview(call, run, environment)),
      );
      return ok(shapes);
    },
  ),
  route(
    'POST',
    '/actions/runs/{run_id}/pending_deployments',
    pending('deployments=write', 'review-pending-deployments-for-a-workflow-run'),
    review,
  ),
];

function facts(needs: string, anchor: string) {
  return { needs, docs: `deployments/environments#${anchor}` };
}

function pending(needs: string, anchor: string) {
  return { needs, docs: `actions/workflow-runs#${anchor}` };
}

/** An environment by the name in the path. Throws 404. */
export function environmentIn({ repository, params }: RepositoryCall): Environment {
  const name = params['environment_name']?.toLowerCase();
  const found = repository.environments.find((one) => one.name.toLowerCase() === name);
  if (found === undefined) throw notFound();
  return found;
}

/** What is not named is reset, as on GitHub. */
function configure(call: RepositoryCall): Environment {
  const { hub, repository, params, body } = call;
  const ids = ((body['reviewers'] ?? []) as { type?: string; id?: number }[]).map(({ id }) => id);
  if (ids.length > MOST_REVIEWERS)
    throw refused(`Invalid request.\n\nNo more than ${MOST_REVIEWERS} items are allowed; ${ids.length} were supplied.`);
  const reviewers = ids.map((id) => {
    const account = hub.state.accounts.find((one) => one.id === id);
    if (account === undefined) throw refused(`Validation Failed: reviewer ${id} is not there`);
    return account.login;
  });
  const policy = policyOf(body['deployment_branch_policy']);
  const environment = ensureEnvironment(hub, repository, params['environment_name']!);
  if (policy !== 'custom') delete environment.branches;
  else environment.branches ??= [];
  if (policy === 'protected') environment.protectedOnly = true;
  else delete environment.protectedOnly;
  return Object.assign(environment, {
    reviewers,
    preventSelfReview: optionalFlag(body, 'prevent_self_review') ?? false,
    updatedAt: hub.now(),
  });
}

/** Both the same is none of the two: 422. */
function policyOf(given: unknown): 'custom' | 'protected' | undefined {
  if (given === undefined || given === null) return undefined;
  const body = given as Record<string, unknown>;
  const [protectedOnes, custom] = [optionalFlag(body, 'protected_branches'), optionalFlag(body, 'custom_branch_policies')];
  if (protectedOnes === undefined || custom === undefined || protectedOnes === custom)
    throw refused('Validation Failed: protected_branches and custom_branch_policies cannot have the same value');
  return custom ? 'custom' : 'protected';
}

/** Environments that a run waits before. */
function waitingFor({ repository }: RepositoryCall, { jobs, status }: ActionsRun): Environment[] {
  if (status !== 'waiting') return [];
  const names = new Set(jobs.filter((job) => job.status === 'waiting').map(({ environment }) => environment?.toLowerCase()));
  return repository.environments.filter(({ name }) => names.has(name.toLowerCase()));
}

function mayReview(call: RepositoryCall, run: ActionsRun, { reviewers, preventSelfReview }: Environment): boolean {
  const { login } = writerOf(call).account;
  return reviewers.includes(login) && !(preventSelfReview && run.actor === login);
}

/** A reviewer lets a run go on, or ends it. */
function review(call: RepositoryCall) {
  const { hub, repository, body } = call;
  const run = runIn(call);
  text(body, 'state');
  const state = optionalChoice(body, 'state', ['approved', 'rejected'])!;
  const comment = text(body, 'comment');
  const ids = (body['environment_ids'] ?? []) as number[];
  const waiting = waitingFor(call, run).filter(({ id }) => ids.includes(id));
  if (waiting.length !== ids.length || ids.length === 0)
    throw refused('There are no pending deployment requests to approve or reject.');
  if (!waiting.every((environment) => mayReview(call, run, environment)))
    throw refused('You are not authorized to approve or reject this deployment.');
  const by = writerOf(call).account.login;
  for (const { name } of waiting) run.reviews.push({ environment: name, state, by, comment });
  const names = waiting.map(({ name }) => name.toLowerCase());
  const decided = run.jobs.filter((job) => job.status === 'waiting' && names.includes(job.environment?.toLowerCase() ?? ''));
  const deployments = repository.deployments.filter(({ id }) => decided.some((job) => job.deployment === id));
  hub.happenings.emit('changed');
  return ok(deployments.map((deployment) => deploymentShape(hub, repository, deployment)));
}
