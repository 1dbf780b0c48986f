import { findRepository, type Hub } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { Issue, Pull, Repository } from '../state/model.ts';
import { accountShape } from './account.ts';
import { associationOf, issuePage, labelsOf } from './issue.ts';
import { apiOf, repositoryShape } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

/** An issue that is a pull request. */
export type PullIssue = Issue & { pull: Pull };

/** Counts that only the repository knows. */
export interface PullCounts {
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
  /** Whether the rules of the base are in its way, else whether all checks are green. */
  standing: 'blocked' | 'clean' | 'unstable';
  /** null where it is not open. */
  rebaseable: boolean | null;
}

/** A pull request as lists show it. */
export function pullShape(hub: Hub, repository: Repository, issue: PullIssue): Schema<'pull-request-simple'> {
  const { pull } = issue;
  const api = apiOf(hub, repository);
  const url = `${api}/pulls/${issue.number}`;
  const issueUrl = `${api}/issues/${issue.number}`;
  const page = issuePage(hub, repository, issue);
  const statuses = `${api}/statuses/${pull.headSha}`;
  const assignees = issue.assignees.map((login) => accountShape(hub, accountOf(hub.state, login)));
  return {
    url,
    id: issue.id,
    node_id: nodeId('PR', issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: accountShape(hub, accountOf(hub.state, issue.author)),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? pull.trialSha ?? null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: (pull.requestedReviewers ?? []).map((login) => accountShape(hub, accountOf(hub.state, login))),
    requested_teams: (pull.requestedTeams ?? []).map((slug) => teamShape(hub, repository, slug)),
    labels: labelsOf(hub, repository, issue) as Schema<'pull-request-simple'>['labels'],
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: end(hub, pull.headRepository, pull.headBranch, pull.headSha) as Schema<'pull-request-simple'>['head'],
    base: end(
      hub,
      `${repository.owner}/${repository.name}`,
      pull.baseBranch,
      pull.baseSha,
    ) as Schema<'pull-request-simple'>['base'],
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(repository, issue),
    auto_merge: autoMergeShape(hub, issue),
    active_lock_reason: null,
  };
}

/** A pull request by itself, with whether it can be merged. */
export function fullPullShape(hub: Hub, repository: Repository, issue: PullIssue, counts: PullCounts): Schema<'pull-request'> {
  const { pull } = issue;
  const open = issue.state === 'open';
  const mergeable = open ? pull.trialSha !== undefined : null;
  const simple = pullShape(hub, repository, issue);
  return {
    ...simple,
    state: issue.state,
    user: accountShape(hub, accountOf(hub.state, issue.author)),
    labels: simple.labels as Schema<'pull-request'>['labels'],
    requested_reviewers: (simple.requested_reviewers ?? []) as NonNullable<Schema<'pull-request'>['requested_reviewers']>,
    requested_teams: (simple.requested_teams ?? []) as NonNullable<Schema<'pull-request'>['requested_teams']>,
    head: simple.head as Schema<'pull-request'>['head'],
    base: simple.base as Schema<'pull-request'>['base'],
    merged: pull.merged !== undefined,
    mergeable,
    rebaseable: counts.rebaseable,
    mergeable_state: mergeable === null ? 'unknown' : !mergeable ? 'dirty' : pull.draft ? 'draft' : counts.standing,
    merged_by: pull.merged === undefined ? null : accountShape(hub, accountOf(hub.state, pull.merged.by)),
    comments: repository.comments.filter(({ number }) => number === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: counts.commits,
    additions: counts.additions,
    deletions: counts.deletions,
    changed_files: counts.changedFiles,
  };
}

function teamShape(hub: Hub, { owner }: Repository, slug: string): Schema<'team'> {
  const url = `${hub.addresses.api}/organizations/${accountOf(hub.state, owner).id}/team/${slug}`;
  return {
    id: 1,
    node_id: nodeId('T', 1),
    url,
    html_url: `${hub.addresses.web}/orgs/${owner}/teams/${slug}`,
    name: slug,
    slug,
    description: '',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
    type: 'organization',
    organization_id: accountOf(hub.state, owner).id,
  } as unknown as Schema<'team'>;
}

function autoMergeShape(hub: Hub, { pull: { autoMerge } }: PullIssue): Schema<'auto-merge'> {
  if (autoMerge === undefined) return null;
  const enabled_by = accountShape(hub, accountOf(hub.state, autoMerge.by));
  return { enabled_by, merge_method: autoMerge.method, commit_title: '', commit_message: '' };
}

function end(hub: Hub, name: string, branch: string, sha: string) {
  const [owner = ''] = name.split('/');
  const repository = findRepository(hub.state, name);
  return {
    label: `${owner}:${branch}`,
    ref: branch,
    sha,
    user: accountShape(hub, accountOf(hub.state, owner)),
    repo: repository === undefined ? null : repositoryShape(hub, repository),
  };
}
