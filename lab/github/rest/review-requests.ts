import { created, NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalTexts } from '../http/fields.ts';
import { notFound, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { pullCounts } from '../pulls/counts.ts';
import { issueShape } from '../shapes/issue.ts';
import { fullPullShape, type PullIssue, pullShape } from '../shapes/pull.ts';
import { hasAccess } from '../state/accounts.ts';
import { checkIssue } from './issue-fields.ts';
import { issueIn, pullIn } from './lookup.ts';
import { writerOf } from './writer.ts';

/** GitHub takes no more people for an issue. */
const MOST_ASSIGNEES = 10;

export const REVIEW_REQUEST_ROUTES: readonly Route[] = [
  route(
    'POST',
    '/pulls/{pull_number}/requested_reviewers',
    { needs: 'pull_requests=write', docs: 'pulls/review-requests#request-reviewers-for-a-pull-request' },
    requestReviewers,
  ),
  route(
    'DELETE',
    '/pulls/{pull_number}/requested_reviewers',
    { needs: 'pull_requests=write', docs: 'pulls/review-requests#remove-requested-reviewers-from-a-pull-request' },
    async (call) => {
      const issue = pullIn(call);
      const people = optionalTexts(call.body, 'reviewers') ?? [];
      const teams = optionalTexts(call.body, 'team_reviewers') ?? [];
      issue.pull.requestedReviewers = (issue.pull.requestedReviewers ?? []).filter((login) => !people.includes(login));
      issue.pull.requestedTeams = (issue.pull.requestedTeams ?? []).filter((slug) => !teams.includes(slug));
      return ok(fullPullShape(call.hub, call.repository, issue, await pullCounts(call.hub, call.repository, issue)));
    },
  ),
  route(
    'POST',
    '/issues/{issue_number}/assignees',
    { needs: 'issues=write; pull_requests=write', docs: 'issues/assignees#add-assignees-to-an-issue' },
    (call) => {
      const issue = issueIn(call);
      checkIssue(call, issue, 'write');
      // Whoever has no access is left out without a word.
      const people = (optionalTexts(call.body, 'assignees') ?? []).filter((login) => hasAccess(call.hub, login));
      issue.assignees = [...new Set([...issue.assignees, ...people])].slice(0, MOST_ASSIGNEES);
      return created(issueShape(call.hub, call.repository, issue));
    },
  ),
  route('GET', '/assignees/{assignee}', { needs: '', docs: 'issues/assignees#check-if-a-user-can-be-assigned' }, (call) => {
    if (!hasAccess(call.hub, call.params['assignee']!)) throw notFound();
    return NO_CONTENT;
  }),
];

/** All of them or none: one that may not be asked makes GitHub refuse the request. */
function requestReviewers(call: RepositoryCall) {
  const issue = pullIn(call);
  const people = optionalTexts(call.body, 'reviewers') ?? [];
  const teams = optionalTexts(call.body, 'team_reviewers') ?? [];
  if (people.some((login) => login.toLowerCase() === issue.author.toLowerCase()))
    throw refused('Review cannot be requested from pull request author.');
  const { owner, name, teams: known = {} } = call.repository;
  if (people.some((login) => !hasAccess(call.hub, login)))
    throw refused(
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${owner}/${name} repository.`,
    );
  // The token of a workflow sees no teams of the organization.
  const sees = writerOf(call).app?.slug !== 'github-actions';
  const lost = teams.find((slug) => !sees || known[`${owner}/${slug}`] === undefined);
  if (lost !== undefined) throw refused(`Could not resolve to a node with the global id of '${lost}'.`);
  issue.pull.requestedReviewers = [...new Set([...(issue.pull.requestedReviewers ?? []), ...people])];
  issue.pull.requestedTeams = [...new Set([...(issue.pull.requestedTeams ?? []), ...teams])];
  return created(pullShape(call.hub, call.repository, issue as PullIssue));
}
