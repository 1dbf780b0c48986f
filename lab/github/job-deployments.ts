import { parse } from 'yaml';
import type { Hub } from './hub.ts';
import type { Deployment, DeploymentStateName, DeploymentStatus, Repository } from './state/model.ts';

/** A run that has ended, as far as deployments are about it. */
export interface EndedRun {
  /** Text of the workflow. */
  workflow: string;
  /** Per job that ran how it went. */
  jobs: Readonly<Record<string, string>>;
  sha: string;
  ref: string;
}

const AUTHOR = 'github-actions[bot]';

/**
 * Records what GitHub itself records for a job with an `environment` (docs.github.com, "Managing environments for deployment"): a
 * deployment of the run's commit, in progress while the job runs, then how it went; a success makes the earlier ones inactive. Reviewers,
 * branch rules and secrets of environments are not modelled.
 */
export function recordDeployments(hub: Hub, repository: Repository, run: EndedRun): void {
  const { jobs = {} } = parse(run.workflow) as { jobs?: Record<string, { environment?: string | { name?: string } } | null> };
  for (const [id, result] of Object.entries(run.jobs)) {
    const named = jobs[id]?.environment;
    const environment = typeof named === 'object' ? named.name : named;
    if (environment === undefined) continue;
    const now = hub.now();
    const status = (state: DeploymentStateName): DeploymentStatus => ({
      ...{ id: hub.nextId(), author: AUTHOR, createdAt: now, updatedAt: now },
      ...{ state, description: '', environment, logUrl: '', environmentUrl: '' },
    });
    const deployment: Deployment = {
      ...{ id: hub.nextId(), author: AUTHOR, createdAt: now, updatedAt: now },
      ...{ sha: run.sha, ref: run.ref, task: 'deploy', environment, originalEnvironment: environment },
      ...{ description: null, payload: {}, transient: false, production: false },
      statuses: [status('in_progress'), status(result === 'success' ? 'success' : 'failure')],
    };
    if (result === 'success') retire(repository, environment, status);
    repository.deployments.push(deployment);
  }
}

function retire(repository: Repository, environment: string, status: (state: DeploymentStateName) => DeploymentStatus): void {
  for (const { environment: where, statuses } of repository.deployments)
    if (where === environment && statuses.at(-1)?.state === 'success') statuses.push(status('inactive'));
}
