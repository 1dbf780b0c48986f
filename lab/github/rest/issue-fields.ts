import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText, optionalTexts, withinLimit } from '../http/fields.ts';
import { checkPermission } from '../http/permission.ts';
import { invalid } from '../http/problem.ts';
import { hasAccess } from '../state/accounts.ts';
import type { Issue, Repository } from '../state/model.ts';
import { writerOf } from './writer.ts';

/** Longest title. */
const TITLE_LIMIT = 256;

/** Pull requests are issues to GitHub: for one of them either permission will do, for a plain issue only its own. */
export function checkIssue(call: RepositoryCall, issue: Issue | undefined, level: 'read' | 'write'): void {
  if (issue?.pull === undefined) checkPermission(call.token, call.repository, `issues=${level}`);
}

/** A title as GitHub takes it. Throws 422 where it is missing, blank or too long. */
export function checkTitle(resource: string, title: string | undefined): void {
  if (title === undefined || title.trim() === '') throw invalid({ resource, code: 'missing_field', field: 'title' });
  withinLimit(resource, 'title', title, TITLE_LIMIT);
}

/** Applies what issues and pull requests have in common: title, body, state. */
export function applyCommon(call: RepositoryCall, issue: Issue, resource: string): void {
  const { body } = call;
  const title = optionalText(body, 'title');
  const text = optionalText(body, 'body');
  const state = optionalChoice(body, 'state', ['open', 'closed']);
  withinLimit(resource, 'body', text);
  if (title !== undefined) {
    checkTitle(resource, title);
    issue.title = title;
  }
  if (text !== undefined || body['body'] === null) issue.body = text ?? null;
  if (state !== undefined && state !== issue.state) setState(call, issue, state);
  issue.updatedAt = call.hub.now();
}

function setState(call: RepositoryCall, issue: Issue, state: Issue['state']): void {
  const reasons = ['completed', 'not_planned', 'reopened', 'duplicate'] as const;
  const reason = issue.pull === undefined ? optionalChoice(call.body, 'state_reason', reasons) : undefined;
  issue.state = state;
  if (state === 'closed') {
    issue.closedAt = call.hub.now();
    issue.closedBy = writerOf(call).account.login;
    issue.stateReason = issue.pull === undefined ? (reason ?? 'completed') : null;
  } else {
    issue.closedAt = null;
    delete issue.closedBy;
    issue.stateReason = issue.pull === undefined ? 'reopened' : null;
  }
}

/** Labels and assignees, where they are named. A label that is not there is made, as GitHub does. */
export function applyLists(call: RepositoryCall, issue: Issue): void {
  const labels = optionalTexts(call.body, 'labels');
  const assignees = optionalTexts(call.body, 'assignees');
  if (labels !== undefined) issue.labels = ensureLabels(call, call.repository, labels);
  if (assignees === undefined) return;
  if (assignees.some((login) => !hasAccess(call.hub, login)))
    throw invalid({ resource: 'Issue', code: 'invalid', field: 'assignees' });
  issue.assignees = assignees;
}

/** Names of labels as the repository spells them. */
export function ensureLabels(call: RepositoryCall, repository: Repository, names: readonly string[]): string[] {
  return [
    ...new Set(
      names.map((name) => {
        const there = repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
        if (there !== undefined) return there.name;
        repository.labels.push({ id: call.hub.nextId(), name, color: 'ededed', description: null });
        return name;
      }),
    ),
  ];
}
