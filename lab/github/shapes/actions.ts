import { createHash } from 'node:crypto';
import type { Commit } from '../git/commits.ts';
import type { Hub } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { ActionsRun, Environment } from '../state/actions.ts';
import type { Repository } from '../state/model.ts';
import { accountShape } from './account.ts';
import { apiOf, minimalRepositoryShape, pageOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

/** The same number for a workflow as long as its file has its name. */
export function workflowId(path: string): number {
  return createHash('sha256').update(path).digest().readUInt32BE(0);
}

/** Since when it is there is not kept: since the repository is. */
export function workflowShape(hub: Hub, repository: Repository, path: string): Schema<'workflow'> {
  const id = workflowId(path);
  return {
    id,
    node_id: nodeId('W', id),
    name: path,
    path,
    state: 'active',
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    url: `${apiOf(hub, repository)}/actions/workflows/${id}`,
    html_url: `${pageOf(hub, repository)}/blob/${repository.defaultBranch}/${path}`,
    badge_url: `${pageOf(hub, repository)}/workflows/${encodeURIComponent(path)}/badge.svg`,
  };
}

export function runShape(hub: Hub, repository: Repository, run: ActionsRun, head: Commit): Schema<'workflow-run'> {
  const url = `${apiOf(hub, repository)}/actions/runs/${run.id}`;
  const actor = accountShape(hub, accountOf(hub.state, run.actor));
  const workflow = workflowId(run.workflow);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.ref.replace(/^refs\/(heads|tags)\//, ''),
    head_sha: run.sha,
    path: run.workflow,
    display_title: head.message.split('\n', 1)[0] ?? '',
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    check_suite_id: run.id,
    url,
    html_url: runPage(hub, repository, run),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${apiOf(hub, repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${apiOf(hub, repository)}/actions/workflows/${workflow}`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: head.committer.date,
      author: { name: head.author.name, email: head.author.email },
      committer: { name: head.committer.name, email: head.committer.email },
    },
    repository: minimalRepositoryShape(hub, repository),
    head_repository: minimalRepositoryShape(hub, repository),
  };
}

/** Page of a run. */
function runPage(hub: Hub, repository: Repository, { id }: Pick<ActionsRun, 'id'>): string {
  return `${pageOf(hub, repository)}/actions/runs/${id}`;
}

export function environmentShape(hub: Hub, repository: Repository, environment: Environment): Schema<'environment'> {
  const { id, reviewers, branches, protectedOnly, preventSelfReview } = environment;
  const limited = branches !== undefined || protectedOnly === true;
  const rule = (type: string) => ({ id, node_id: nodeId('GA', `${id} ${type}`), type });
  return {
    ...shortEnvironment(hub, repository, environment),
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    protection_rules: [
      ...(reviewers.length === 0
        ? []
        : [
            {
              ...rule('required_reviewers'),
              prevent_self_review: preventSelfReview,
              reviewers: reviewersShape(hub, environment),
            },
          ]),
      ...(limited ? [rule('branch_policy')] : []),
    ],
    deployment_branch_policy: limited
      ? { protected_branches: protectedOnly === true, custom_branch_policies: branches !== undefined }
      : null,
  };
}

export function pendingDeploymentShape(
  hub: Hub,
  repository: Repository,
  environment: Environment,
  mine: boolean,
): Schema<'pending-deployment'> {
  return {
    environment: shortEnvironment(hub, repository, environment),
    wait_timer: 0,
    wait_timer_started_at: null,
    current_user_can_approve: mine,
    reviewers: reviewersShape(hub, environment),
  };
}

function shortEnvironment(hub: Hub, repository: Repository, { id, name }: Environment) {
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${apiOf(hub, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${pageOf(hub, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
  };
}

function reviewersShape(hub: Hub, { reviewers }: Environment) {
  return reviewers.map((login) => ({ type: 'User' as const, reviewer: accountShape(hub, accountOf(hub.state, login)) }));
}
