import { resolveCommit } from '../git/commits.ts';
import { isAncestor } from '../git/refs.ts';
import { created, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalFlag, optionalText, optionalTexts, text, withinLimit } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { Problem, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { checkStates } from '../pulls/check-states.ts';
import { deploymentShape, deploymentStatusShape } from '../shapes/status.ts';
import type { Deployment, DeploymentStateName, DeploymentStatus } from '../state/model.ts';
import { withId } from './lookup.ts';
import { written } from './writer.ts';

const STATES: readonly DeploymentStateName[] = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const DESCRIPTION_LIMIT = 140;

export const DEPLOYMENT_ROUTES: readonly Route[] = [
  route('GET', '/deployments', { needs: 'deployments=read', docs: 'deployments/deployments#list-deployments' }, (call) =>
    listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/deployments`, filtered(call), (deployment) =>
      deploymentShape(call.hub, call.repository, deployment),
    ),
  ),
  route(
    'POST',
    '/deployments',
    { needs: 'deployments=write', docs: 'deployments/deployments#create-a-deployment' },
    createDeployment,
  ),
  route(
    'GET',
    '/deployments/{deployment_id}',
    { needs: 'deployments=read', docs: 'deployments/deployments#get-a-deployment' },
    (call) => ok(deploymentShape(call.hub, call.repository, deploymentIn(call))),
  ),
  route(
    'GET',
    '/deployments/{deployment_id}/statuses',
    { needs: 'deployments=read', docs: 'deployments/statuses#list-deployment-statuses' },
    (call) => {
      const deployment = deploymentIn(call);
      const path = `/repos/${call.params['owner']}/${call.params['repo']}/deployments/${deployment.id}/statuses`;
      return listed(call, path, [...deployment.statuses].reverse(), (status) =>
        deploymentStatusShape(call.hub, call.repository, deployment, status),
      );
    },
  ),
  route(
    'POST',
    '/deployments/{deployment_id}/statuses',
    { needs: 'deployments=write', docs: 'deployments/statuses#create-a-deployment-status' },
    createStatus,
  ),
];

async function createDeployment(call: RepositoryCall) {
  const { repository, git, body } = call;
  const ref = text(body, 'ref');
  const sha = await resolveCommit(git, ref);
  if (sha === undefined) throw refused(`No ref found for: ${ref}`);
  await checkMerge(call, ref, sha);
  checkContexts(call, sha);
  const environment = optionalText(body, 'environment') ?? 'production';
  const payload = body['payload'];
  const deployment: Deployment = {
    ...written(call),
    sha,
    ref,
    task: optionalText(body, 'task') ?? 'deploy',
    environment,
    originalEnvironment: environment,
    description: optionalText(body, 'description') ?? null,
    payload: typeof payload === 'string' ? payload : ((payload as Record<string, unknown> | null | undefined) ?? {}),
    transient: optionalFlag(body, 'transient_environment') ?? false,
    production: optionalFlag(body, 'production_environment') ?? environment === 'production',
    statuses: [],
  };
  repository.deployments.push(deployment);
  return created(deploymentShape(call.hub, repository, deployment));
}

/** Unless `auto_merge` is false, GitHub wants to merge what the default branch has and the ref has not; here that never works. */
async function checkMerge({ repository, git, body }: RepositoryCall, ref: string, sha: string): Promise<void> {
  const main = repository.branches[repository.defaultBranch];
  if (optionalFlag(body, 'auto_merge') === false || main === undefined || (await isAncestor(git, main, sha))) return;
  throw new Problem(409, `Conflict merging ${repository.defaultBranch} into ${ref}.`);
}

/** Unless `required_contexts` is empty, what has been reported on the commit must be green: 409 otherwise. */
function checkContexts({ repository, body }: RepositoryCall, sha: string): void {
  const required = optionalTexts(body, 'required_contexts');
  if (required?.length === 0) return;
  const latest = checkStates(repository, sha);
  const contexts = (required ?? [...latest.keys()]).map((context) => ({ context, state: latest.get(context) ?? 'pending' }));
  if (contexts.every(({ state }) => state === 'success')) return;
  throw new Problem(409, `Conflict: Commit status checks failed for ${body['ref']}.`, {
    errors: [{ resource: 'Deployment', code: 'invalid', field: 'required_contexts', contexts }],
  });
}

function createStatus(call: RepositoryCall) {
  const deployment = deploymentIn(call);
  text(call.body, 'state');
  const state = optionalChoice(call.body, 'state', STATES)!;
  const description = optionalText(call.body, 'description') ?? '';
  withinLimit('DeploymentStatus', 'description', description, DESCRIPTION_LIMIT);
  const status: DeploymentStatus = {
    ...written(call),
    state,
    description,
    environment: optionalText(call.body, 'environment') ?? deployment.environment,
    logUrl: optionalText(call.body, 'log_url') ?? optionalText(call.body, 'target_url') ?? '',
    environmentUrl: optionalText(call.body, 'environment_url') ?? '',
  };
  if (state === 'success' && optionalFlag(call.body, 'auto_inactive') !== false) retireOthers(call, deployment, status);
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  return created(deploymentStatusShape(call.hub, call.repository, deployment, status));
}

/** A success makes the earlier deployments of its environment inactive, unless they are transient or of production. */
function retireOthers(call: RepositoryCall, deployment: Deployment, status: DeploymentStatus): void {
  for (const other of call.repository.deployments) {
    const same = other !== deployment && other.environment === deployment.environment && !other.transient && !other.production;
    if (same && other.statuses.at(-1)?.state === 'success')
      other.statuses.push({
        ...status,
        id: call.hub.nextId(),
        state: 'inactive',
        description: '',
        environment: other.environment,
      });
  }
}

function filtered({ repository, query }: RepositoryCall): Deployment[] {
  return repository.deployments
    .filter((deployment) =>
      (['sha', 'ref', 'task', 'environment'] as const).every((key) => {
        const wanted = query.get(key);
        return wanted === null || wanted === 'none' || deployment[key] === wanted;
      }),
    )
    .reverse();
}

function deploymentIn(call: RepositoryCall): Deployment {
  return withId(call.repository.deployments, call.params['deployment_id']);
}
