import { once } from 'node:events';
import type { Hub } from '../hub.ts';
import { beginDeployment, type EnvironmentJob, ensureEnvironment, stateDeployment } from '../job-deployments.ts';
import type { ActionsRun, Environment } from '../state/actions.ts';
import type { Repository } from '../state/model.ts';
import { namePasses } from '../workflow-run-triggers.ts';

/**
 * Lets a job into its environment: false where the branch of the run may not deploy there, where a reviewer rejects it, or where the
 * run is cancelled. Waits as long as it has reviewers and none of them has decided.
 */
export async function enterEnvironment(
  hub: Hub,
  repository: Repository,
  at: EnvironmentJob,
  signal: AbortSignal,
): Promise<boolean> {
  const { run, job } = at;
  const environment = ensureEnvironment(hub, repository, job.environment!);
  beginDeployment(hub, repository, at);
  if (!mayDeploy(repository, environment, run)) {
    run.reason = `Branch "${run.ref.replace('refs/heads/', '')}" is not allowed to deploy to ${environment.name} due to environment protection rules.`;
    stateDeployment(hub, repository, at, 'failure');
    return false;
  }
  if (environment.reviewers.length > 0 && !(await approved(hub, repository, at, signal))) {
    stateDeployment(hub, repository, at, signal.aborted ? 'inactive' : 'failure');
    return false;
  }
  stateDeployment(hub, repository, at, 'in_progress');
  return true;
}

function mayDeploy(repository: Repository, { branches, protectedOnly }: Environment, { ref }: ActionsRun): boolean {
  if (branches === undefined && protectedOnly !== true) return true;
  const [, branch] = /^refs\/heads\/(.*)$/.exec(ref) ?? [];
  if (branch === undefined) return false;
  return branches === undefined ? repository.protected[branch] !== undefined : namePasses(branch, branches);
}

async function approved(hub: Hub, repository: Repository, { run, job }: EnvironmentJob, signal: AbortSignal): Promise<boolean> {
  // GitHub's states of a deployment have no word of their own for this in REST.
  stateDeployment(hub, repository, { run, job }, 'pending');
  job.status = 'waiting';
  run.status = 'waiting';
  hub.happenings.emit('changed');
  for (;;) {
    const review = run.reviews.find((one) => one.environment.toLowerCase() === job.environment?.toLowerCase());
    if (review !== undefined || signal.aborted) return review?.state === 'approved' && !signal.aborted;
    await once(hub.happenings, 'changed', { signal }).catch(() => undefined);
  }
}
