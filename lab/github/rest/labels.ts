import { created, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalText, optionalTexts, text } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { invalid, notFound, Problem } from '../http/problem.ts';
import { type Route, type RouteFacts, route } from '../http/router.ts';
import { labelShape, labelsOf } from '../shapes/issue.ts';
import type { Label } from '../state/model.ts';
import { checkIssue, ensureLabels } from './issue-fields.ts';
import { issueIn } from './lookup.ts';
import { callOut } from './writer.ts';

export const LABEL_ROUTES: readonly Route[] = [
  route('GET', '/labels', facts('read', 'list-labels-for-a-repository'), (call) =>
    listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/labels`, call.repository.labels, (label) =>
      labelShape(call.hub, call.repository, label),
    ),
  ),
  route('POST', '/labels', facts('write', 'create-a-label'), (call) => {
    const name = text(call.body, 'name');
    if (find(call, name)) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    const color = optionalText(call.body, 'color') ?? 'ededed';
    const label: Label = { id: call.hub.nextId(), name, color, description: optionalText(call.body, 'description') ?? null };
    call.repository.labels.push(label);
    return created(labelShape(call.hub, call.repository, label));
  }),
  route('GET', '/labels/{name}', facts('read', 'get-a-label'), (call) => {
    const label = find(call, call.params['name']!);
    if (label === undefined) throw notFound();
    return ok(labelShape(call.hub, call.repository, label));
  }),
  route('GET', '/issues/{issue_number}/labels', facts('read', 'list-labels-for-an-issue'), (call) => {
    const issue = issueIn(call);
    checkIssue(call, issue, 'read');
    return ok(labelsOf(call.hub, call.repository, issue));
  }),
  route('POST', '/issues/{issue_number}/labels', facts('write', 'add-labels-to-an-issue'), (call) => {
    const issue = issueIn(call);
    checkIssue(call, issue, 'write');
    const before = issue.labels;
    issue.labels = ensureLabels(call, call.repository, [...before, ...(optionalTexts(call.body, 'labels') ?? [])]);
    for (const label of issue.pull === undefined ? issue.labels.filter((name) => !before.includes(name)) : [])
      callOut(call, { name: 'issues', number: issue.number, label });
    return ok(labelsOf(call.hub, call.repository, issue));
  }),
  route('DELETE', '/issues/{issue_number}/labels/{name}', facts('write', 'remove-a-label-from-an-issue'), (call) => {
    const issue = issueIn(call);
    checkIssue(call, issue, 'write');
    const name = call.params['name']!.toLowerCase();
    const rest = issue.labels.filter((label) => label.toLowerCase() !== name);
    if (rest.length === issue.labels.length) throw new Problem(404, 'Label does not exist');
    issue.labels = rest;
    return ok(labelsOf(call.hub, call.repository, issue));
  }),
];

function facts(level: 'read' | 'write', anchor: string): RouteFacts {
  return { needs: `issues=${level}; pull_requests=${level}`, docs: `issues/labels#${anchor}` };
}

function find({ repository }: RepositoryCall, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}
