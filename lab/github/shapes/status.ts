import type { Hub } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { Deployment, DeploymentStatus, Repository, Status } from '../state/model.ts';
import { accountShape } from './account.ts';
import { viaApp } from './issue.ts';
import { apiOf, minimalRepositoryShape } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

export function statusShape(hub: Hub, repository: Repository, status: Status): Schema<'status'> {
  const creator = accountShape(hub, accountOf(hub.state, status.author));
  return { ...simpleStatus(hub, repository, status), avatar_url: creator.avatar_url, creator };
}

/** The latest status of each context of a commit, and what they come to. */
export function combinedStatusShape(
  hub: Hub,
  repository: Repository,
  sha: string,
  latest: readonly Status[],
): Schema<'combined-commit-status'> {
  const api = apiOf(hub, repository);
  const states = latest.map(({ state }) => state);
  const failed = states.includes('failure') || states.includes('error');
  return {
    state: failed ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success',
    statuses: latest.map((status) => simpleStatus(hub, repository, status)),
    sha,
    total_count: latest.length,
    repository: minimalRepositoryShape(hub, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
}

export function deploymentShape(hub: Hub, repository: Repository, deployment: Deployment): Schema<'deployment'> {
  const api = apiOf(hub, repository);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    task: deployment.task,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    creator: accountShape(hub, accountOf(hub.state, deployment.author)),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: viaApp(hub, deployment),
  };
}

export function deploymentStatusShape(
  hub: Hub,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): Schema<'deployment-status'> {
  const api = apiOf(hub, repository);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: accountShape(hub, accountOf(hub.state, status.author)),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
    deployment_url: url,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: viaApp(hub, status),
  };
}

function simpleStatus(hub: Hub, repository: Repository, status: Status) {
  return {
    url: `${apiOf(hub, repository)}/statuses/${status.sha}`,
    avatar_url: accountShape(hub, accountOf(hub.state, status.author)).avatar_url,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description as string,
    target_url: status.targetUrl as string,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
  };
}
