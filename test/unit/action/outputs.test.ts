import { expect, test } from '@jest/globals';
import { endOutputs } from '../../../src/cli/action-outputs.ts';
import { failureOutput } from '../../../src/cli/failure-reason.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { planOutputs } from '../../../src/verbs/plan-outputs.ts';
import { proposalOutputs } from '../../../src/verbs/propose/run.ts';

function change(action: Change['action'], conflictsWith?: string): Change {
  return {
    action,
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'ns1',
    for: 'cluster1',
    stage: '70-namespaces',
    predicted: false,
    fields: [{ path: '/spec', ...(conflictsWith === undefined ? {} : { conflictsWith }) }],
  };
}

function plan(clusters: { name: string; status: 'known' | 'unknown'; changes: Change[] }[]): Plan {
  return {
    schemaVersion: 1,
    fleet: 'guide',
    digest: 'sha256:1',
    index: 'sha256:2',
    complete: true,
    clusters: clusters.map((cluster) => ({ role: 'central', requests: 1, ...cluster })),
  };
}

test('counts by what they mean to someone who waits for a number', () => {
  const changes = [change('create'), change('create'), change('adopt'), change('update', 'kubectl'), change('replace')];
  expect(
    planOutputs(
      plan([
        { name: 'cluster1', status: 'known', changes },
        { name: 'cluster2', status: 'unknown', changes: [] },
        { name: 'cluster3', status: 'unknown', changes: [] },
      ]),
    ),
  ).toEqual({
    changed: 'true',
    'plan-digest': 'sha256:1',
    'summary-json':
      '[{"cluster":"cluster1","status":"known","create":2,"adopt":1,"update":1,"replace":1},{"cluster":"cluster2","status":"unknown"},{"cluster":"cluster3","status":"unknown"}]',
    'to-create': '2',
    'to-update': '2',
    'to-delete': '1',
    conflicts: '1',
    'unknown-clusters': 'cluster2,cluster3',
  });
});

test('nothing to do is not changed', () => {
  expect(planOutputs(plan([{ name: 'cluster1', status: 'known', changes: [] }]))).toMatchObject({
    changed: 'false',
    'to-create': '0',
    'unknown-clusters': '',
  });
});

test('the end is one word and one number, the deciding ones', () => {
  expect(endOutputs([])).toEqual({ result: 'ok', 'exit-code': '0' });
  expect(endOutputs(['changes', 'unknown-cluster', 'interrupted'])).toMatchObject({ result: 'interrupted', 'exit-code': '130' });
});

test('changes are said also where no object of a cluster changes, as in a proposal of files alone', () => {
  expect(endOutputs(['changes'])).toEqual({ result: 'changes', 'exit-code': '2', changed: 'true' });
});

test('a proposal without a pull request sets no number', () => {
  expect(proposalOutputs({ operation: 'none', branch: 'b' })).toEqual({ 'pull-request-operation': 'none' });
  expect(proposalOutputs({ operation: 'created', branch: 'b', number: 7, url: 'https://x', headSha: 'abc' })).toEqual({
    'pull-request-operation': 'created',
    'pull-request-number': '7',
    'pull-request-url': 'https://x',
    'pull-request-head-sha': 'abc',
  });
});

test('foreign text is one line that a step may print', () => {
  const name = 'a\n::error::b ##[set-output name=c]d';
  const outputs = planOutputs(plan([{ name, status: 'unknown', changes: [] }]));
  const reason = failureOutput(
    { schemaVersion: 1, findings: [{ rule: 'schema', severity: 'error', message: name, remedy: '' }] },
    ['rule-broken'],
  )['failure-reason'];
  expect(outputs['unknown-clusters']).toBe('a\\n::error::b ## [set-output name=c]d');
  expect(reason).toBe('schema: a\\n::error::b ## [set-output name=c]d');
  expect(outputs['summary-json']).not.toMatch(/\n|##\[/);
  expect(JSON.parse(outputs['summary-json'] ?? '')).toEqual([{ cluster: name, status: 'unknown' }]);
});
