import type { Hub } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { Comment, Issue, Label, Repository, Written } from '../state/model.ts';
import { accountShape, appShape } from './account.ts';
import { apiOf, pageOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

type Association = Schema<'author-association'>;

export function labelShape(hub: Hub, repository: Repository, label: Label): Schema<'label'> {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${apiOf(hub, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function issueShape(hub: Hub, repository: Repository, issue: Issue): Schema<'issue'> {
  const url = `${apiOf(hub, repository)}/issues/${issue.number}`;
  const page = issuePage(hub, repository, issue);
  const assignees = issue.assignees.map((login) => accountShape(hub, accountOf(hub.state, login)));
  return {
    url,
    repository_url: apiOf(hub, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    id: issue.id,
    node_id: nodeId(issue.pull === undefined ? 'I' : 'PR', issue.id),
    number: issue.number,
    title: issue.title,
    user: accountShape(hub, accountOf(hub.state, issue.author)),
    labels: labelsOf(hub, repository, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: repository.comments.filter(({ number }) => number === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(repository, issue),
    active_lock_reason: null,
    body: issue.body as string,
    closed_by: issue.closedBy === undefined ? null : accountShape(hub, accountOf(hub.state, issue.closedBy)),
    reactions: reactions(`${url}/reactions`),
    performed_via_github_app: viaApp(hub, issue),
    ...(issue.pull === undefined
      ? {}
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: `${apiOf(hub, repository)}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: issue.pull.merged?.at ?? null,
          },
        }),
  };
}

export function commentShape(hub: Hub, repository: Repository, comment: Comment): Schema<'issue-comment'> {
  const api = apiOf(hub, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  const issue = repository.issues.find(({ number }) => number === comment.number)!;
  return {
    url,
    html_url: `${issuePage(hub, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: accountShape(hub, accountOf(hub.state, comment.author)),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(repository, comment),
    reactions: reactions(`${url}/reactions`),
    performed_via_github_app: viaApp(hub, comment),
  };
}

export function labelsOf(hub: Hub, repository: Repository, issue: Issue): Schema<'label'>[] {
  return issue.labels.flatMap((name) => {
    const label = repository.labels.find((one) => one.name === name);
    return label === undefined ? [] : [labelShape(hub, repository, label)];
  });
}

export function issuePage(hub: Hub, repository: Repository, issue: Issue): string {
  return `${pageOf(hub, repository)}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
}

/** Apps are CONTRIBUTOR once they have committed and NONE before; the twin does not look that closely. */
export function associationOf(repository: Repository, { author, app }: Written): Association {
  if (author === repository.owner) return 'OWNER';
  return app === undefined ? 'MEMBER' : 'NONE';
}

export function viaApp(hub: Hub, { app }: Written) {
  return app === undefined ? null : appShape(hub, app);
}

function reactions(url: string) {
  return { url, total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
}
