import { created, NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { BODY_LIMIT, text, withinLimit } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { invalid } from '../http/problem.ts';
import { type Route, type RouteFacts, route } from '../http/router.ts';
import { commentShape } from '../shapes/issue.ts';
import type { Comment, Issue } from '../state/model.ts';
import { checkIssue } from './issue-fields.ts';
import { issueIn, withId } from './lookup.ts';
import { written } from './writer.ts';

export const COMMENT_ROUTES: readonly Route[] = [
  route('GET', '/issues/{issue_number}/comments', facts('read', 'list-issue-comments'), (call) => {
    const issue = issueIn(call);
    checkIssue(call, issue, 'read');
    const since = call.query.get('since');
    const comments = call.repository.comments.filter(
      ({ number, updatedAt }) => number === issue.number && (since === null || updatedAt >= since),
    );
    const path = `/repos/${call.params['owner']}/${call.params['repo']}/issues/${issue.number}/comments`;
    return listed(call, path, comments, (comment) => commentShape(call.hub, call.repository, comment));
  }),
  route('POST', '/issues/{issue_number}/comments', facts('write', 'create-an-issue-comment'), (call) => {
    const issue = issueIn(call);
    checkIssue(call, issue, 'write');
    const body = bodyOf(call);
    if (body.length > BODY_LIMIT) throw unprocessable(`Body is too long (maximum is ${BODY_LIMIT} characters)`);
    const comment: Comment = { body, ...written(call), number: issue.number };
    call.repository.comments.push(comment);
    issue.updatedAt = comment.createdAt;
    return created(commentShape(call.hub, call.repository, comment));
  }),
  route('GET', '/issues/comments/{comment_id}', facts('read', 'get-an-issue-comment'), (call) =>
    ok(commentShape(call.hub, call.repository, commentIn(call, 'read'))),
  ),
  route('PATCH', '/issues/comments/{comment_id}', facts('write', 'update-an-issue-comment'), (call) => {
    const comment = commentIn(call, 'write');
    const body = bodyOf(call);
    withinLimit('IssueComment', 'body', body);
    comment.edits = [...(comment.edits ?? [comment.body]), body];
    comment.body = body;
    comment.updatedAt = call.hub.now();
    return ok(commentShape(call.hub, call.repository, comment));
  }),
  route('DELETE', '/issues/comments/{comment_id}', facts('write', 'delete-an-issue-comment'), (call) => {
    const comment = commentIn(call, 'write');
    call.repository.comments.splice(call.repository.comments.indexOf(comment), 1);
    return NO_CONTENT;
  }),
];

function facts(level: 'read' | 'write', anchor: string): RouteFacts {
  return { needs: `issues=${level}; pull_requests=${level}`, docs: `issues/comments#${anchor}` };
}

function commentIn(call: RepositoryCall, level: 'read' | 'write'): Comment {
  const comment = withId(call.repository.comments, call.params['comment_id']);
  const issue: Issue | undefined = call.repository.issues.find(({ number }) => number === comment.number);
  checkIssue(call, issue, level);
  return comment;
}

function bodyOf({ body }: RepositoryCall): string {
  const value = text(body, 'body');
  if (value.trim() === '') throw unprocessable('Body cannot be blank');
  return value;
}

/** How GitHub words it for a new comment; an update names the field. */
function unprocessable(message: string) {
  return invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message });
}
