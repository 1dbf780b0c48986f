import { created, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalText, text, withinLimit } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { type Route, route } from '../http/router.ts';
import { issueShape } from '../shapes/issue.ts';
import type { Issue } from '../state/model.ts';
import { applyCommon, applyLists, checkIssue, checkTitle } from './issue-fields.ts';
import { issueIn } from './lookup.ts';
import { written } from './writer.ts';

export const ISSUE_ROUTES: readonly Route[] = [
  route('GET', '/issues', { needs: 'issues=read', docs: 'issues/issues#list-repository-issues' }, (call) =>
    listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/issues`, filtered(call), (issue) =>
      issueShape(call.hub, call.repository, issue),
    ),
  ),
  route('POST', '/issues', { needs: 'issues=write', docs: 'issues/issues#create-an-issue' }, createIssue),
  route(
    'GET',
    '/issues/{issue_number}',
    { needs: 'issues=read; pull_requests=read', docs: 'issues/issues#get-an-issue' },
    (call) => {
      const issue = issueIn(call);
      checkIssue(call, issue, 'read');
      return ok(issueShape(call.hub, call.repository, issue));
    },
  ),
  route(
    'PATCH',
    '/issues/{issue_number}',
    { needs: 'issues=write; pull_requests=write', docs: 'issues/issues#update-an-issue' },
    (call) => {
      const issue = issueIn(call);
      checkIssue(call, issue, 'write');
      applyCommon(call, issue, 'Issue');
      applyLists(call, issue);
      return ok(issueShape(call.hub, call.repository, issue));
    },
  ),
];

function createIssue(call: RepositoryCall) {
  const title = text(call.body, 'title');
  checkTitle('Issue', title);
  const body = optionalText(call.body, 'body') ?? null;
  withinLimit('Issue', 'body', body ?? undefined);
  const issue: Issue = {
    ...written(call),
    number: call.repository.nextNumber++,
    title,
    body,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    closedAt: null,
  };
  applyLists(call, issue);
  call.repository.issues.push(issue);
  return created(issueShape(call.hub, call.repository, issue));
}

/** Newest first unless said otherwise; pull requests are among them. */
function filtered({ repository, query }: RepositoryCall): Issue[] {
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const creator = query.get('creator');
  const assignee = query.get('assignee');
  const since = query.get('since');
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = repository.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((name) => issue.labels.some((label) => label.toLowerCase() === name.toLowerCase())) &&
      (creator === null || sameLogin(issue.author, creator)) &&
      (assignee === null ||
        assignee === '*' ||
        (assignee === 'none' ? issue.assignees.length === 0 : issue.assignees.includes(assignee))) &&
      (since === null || issue.updatedAt >= since),
  );
  found.sort((left, right) => right[key].localeCompare(left[key]) || right.number - left.number);
  return query.get('direction') === 'asc' ? found.reverse() : found;
}

/** `creator` takes an App as NAME[bot] or app/NAME. */
function sameLogin(login: string, wanted: string): boolean {
  return login.toLowerCase() === wanted.toLowerCase().replace(/^app\/(.*)$/, '$1[bot]');
}
