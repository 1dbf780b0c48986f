import { fullName, type Hub } from './hub.ts';
import { ACTIONS_APP } from './state/accounts.ts';
import type { ActionsJob, ActionsRun, Environment } from './state/actions.ts';
import type { Deployment, DeploymentStateName, DeploymentStatus, Repository } from './state/model.ts';

/** A job that has an environment, and the run that it is of. */
export interface EnvironmentJob {
  run: ActionsRun;
  job: ActionsJob;
}

/** The environment of a name; GitHub makes it, without any protection, when the first job names it. */
export function ensureEnvironment(hub: Hub, repository: Repository, name: string): Environment {
  const there = repository.environments.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (there !== undefined) return there;
  const now = hub.now();
  const made = { id: hub.nextId(), name, createdAt: now, updatedAt: now, reviewers: [], preventSelfReview: false, secrets: [] };
  repository.environments.push(made);
  return made;
}

/**
 * Records what GitHub itself records for a job with an `environment` (docs.github.com, "Managing environments for deployment"): a
 * deployment of the run's commit.
 */
export function beginDeployment(hub: Hub, repository: Repository, { run, job }: EnvironmentJob): void {
  const { name } = ensureEnvironment(hub, repository, job.environment!);
  const deployment: Deployment = {
    ...written(hub),
    ...{ sha: run.sha, ref: run.ref.replace(/^refs\/(heads|tags)\//, ''), task: 'deploy' },
    ...{ environment: name, originalEnvironment: name },
    ...{ description: null, payload: {}, transient: false, production: false, statuses: [] },
  };
  job.deployment = deployment.id;
  repository.deployments.push(deployment);
}

/** The next state of a job's deployment; a success makes the earlier ones of the environment inactive. */
export function stateDeployment(
  hub: Hub,
  repository: Repository,
  { run, job }: EnvironmentJob,
  state: DeploymentStateName,
): void {
  const own = repository.deployments.find(({ id }) => id === job.deployment);
  if (own === undefined) throw new Error(`job ${job.id} has no deployment`);
  const logUrl = `${hub.addresses.web}/${fullName(repository)}/actions/runs/${run.id}/job/${job.id}`;
  const status = (named: DeploymentStateName): DeploymentStatus => ({
    ...written(hub),
    ...{ state: named, description: '', environment: own.environment, logUrl, environmentUrl: '' },
  });
  if (state === 'success') {
    for (const { environment: where, statuses } of repository.deployments)
      if (where === own.environment && statuses.at(-1)?.state === 'success') statuses.push(status('inactive'));
  }
  own.statuses.push(status(state));
  own.updatedAt = hub.now();
}

function written(hub: Hub) {
  const now = hub.now();
  return { id: hub.nextId(), author: 'github-actions[bot]', app: ACTIONS_APP, createdAt: now, updatedAt: now };
}
