import type { Hub } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { Issue, Repository, Review } from '../state/model.ts';
import { accountShape } from './account.ts';
import { associationOf, issuePage } from './issue.ts';
import { apiOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

export function reviewShape(hub: Hub, repository: Repository, issue: Issue, review: Review): Schema<'pull-request-review'> {
  const page = `${issuePage(hub, repository, issue)}#pullrequestreview-${review.id}`;
  const pull = `${apiOf(hub, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountShape(hub, accountOf(hub.state, review.author)),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: review.createdAt,
    commit_id: review.sha,
    author_association: associationOf(repository, review),
  };
}
