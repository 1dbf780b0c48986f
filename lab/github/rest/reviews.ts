import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText, text } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { Problem, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { reviewShape } from '../shapes/review.ts';
import type { Review } from '../state/model.ts';
import { pullIn, withId } from './lookup.ts';
import { writerOf, written } from './writer.ts';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export const REVIEW_ROUTES: readonly Route[] = [
  route('GET', '/pulls/{pull_number}/reviews', facts('read', 'list-reviews-for-a-pull-request'), (call) => {
    const issue = pullIn(call);
    const path = `/repos/${call.params['owner']}/${call.params['repo']}/pulls/${issue.number}/reviews`;
    return listed(call, path, reviewsOf(call, issue), (review) => shape(call, issue, review));
  }),
  route('POST', '/pulls/{pull_number}/reviews', facts('write', 'create-a-review-for-a-pull-request'), create),
  route(
    'PUT',
    '/pulls/{pull_number}/reviews/{review_id}/dismissals',
    facts('write', 'dismiss-a-review-for-a-pull-request'),
    (call) => {
      const issue = pullIn(call);
      const review = withId(reviewsOf(call, issue), call.params['review_id']);
      text(call.body, 'message');
      if (review.state === 'COMMENTED') throw unprocessable('Can not dismiss a commented pull request review');
      review.state = 'DISMISSED';
      return ok(shape(call, issue, review));
    },
  ),
];

function facts(level: 'read' | 'write', anchor: string) {
  return { needs: `pull_requests=${level}`, docs: `pulls/reviews#${anchor}` };
}

/** Nobody approves what is their own; a workflow's token only where the repository lets it. */
function create(call: RepositoryCall) {
  const { repository, body } = call;
  const issue = pullIn(call);
  const { account, app } = writerOf(call);
  const event = optionalChoice(body, 'event', ['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
  // A review without an event waits until its author submits it; nobody here does that.
  if (event === undefined) throw refused('the twin keeps no pending reviews');
  const words = optionalText(body, 'body') ?? '';
  if (event !== 'APPROVE' && words === '') throw unprocessable('Review Body is required');
  if (event !== 'COMMENT' && account.login === issue.author)
    throw unprocessable(`Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`);
  if (event === 'APPROVE' && app?.slug === 'github-actions' && !repository.actionsMayOpenPullRequests)
    throw unprocessable('GitHub Actions is not permitted to approve pull requests.');
  const review: Review = {
    ...written(call),
    number: issue.number,
    sha: optionalText(body, 'commit_id') ?? issue.pull.headSha,
    state: STATES[event],
    body: words,
    counts: repository.readers?.includes(account.login) !== true,
  };
  repository.reviews.push(review);
  // Whoever has reviewed is asked no more.
  issue.pull.requestedReviewers = (issue.pull.requestedReviewers ?? []).filter((login) => login !== account.login);
  return ok(shape(call, issue, review));
}

function reviewsOf({ repository }: RepositoryCall, { number }: PullIssue): Review[] {
  return repository.reviews.filter((review) => review.number === number);
}

function shape({ hub, repository }: RepositoryCall, issue: PullIssue, review: Review) {
  return reviewShape(hub, repository, issue, review);
}

/** How GitHub words what is wrong with a review. */
function unprocessable(message: string): Problem {
  return new Problem(422, 'Unprocessable Entity', { errors: [message] });
}
