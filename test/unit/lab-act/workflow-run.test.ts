import { describe, expect, test } from '@jest/globals';
import { actRecord } from '../../../lab/github/act-records.ts';
import { runEnvironment } from '../../../lab/github/workflow-run-environment.ts';
import { commitOfEvent, isFromFork, refOfEvent } from '../../../lab/github/workflow-run-event.ts';
import { maskLine } from '../../../lab/github/workflow-run-mask.ts';
import { permissionsOf, readOnly } from '../../../lab/github/workflow-run-permissions.ts';
import { workflowOutcome } from '../../../lab/github/workflow-run-result.ts';

const inside = (path: string[], record: object) =>
  JSON.stringify({ level: 'info', msg: '', jobID: 'job', stage: 'Main', stepID: path, ...record });

describe('what act says', () => {
  test('the second telling of a composite step is left out', () => {
    const lines = [
      inside(['a', 'run'], { msg: '⭐ Run Main work' }),
      inside(['a', 'run'], { msg: 'printed\n', raw_output: true }),
      inside(['a', 'run'], { stepResult: 'success', executionTime: 2_500_000 }),
      inside(['a', 'run'], { command: 'set-output', name: 'x', arg: '1' }),
      inside(['a', 'run'], { command: 'set-output', name: 'inner', arg: '2' }),
      inside(['a', 'run'], { command: 'summary', content: '# one' }),
      inside(['a'], { command: 'set-output', name: 'x', arg: '1' }),
      inside(['a'], { stepResult: 'success' }),
      inside(['a'], { command: 'set-output', name: 'inner', arg: '2' }),
      inside(['a'], { command: 'summary', content: '# one' }),
      JSON.stringify({ level: 'info', msg: '🏁  Job succeeded', jobID: 'job', jobResult: 'success' }),
    ];
    expect(workflowOutcome(lines.map(actRecord))).toEqual({
      jobs: { job: 'success' },
      steps: [
        { job: 'job', path: 'a/run', name: 'work', result: 'success', time: 2.5 },
        { job: 'job', path: 'a', name: 'a', result: 'success', time: 0 },
      ],
      outputs: { 'a/run': { x: '1', inner: '2' }, a: { x: '1' } },
      summaries: [{ step: 'a/run', markdown: '# one' }],
      annotations: [],
      log: ['printed'],
      masks: [],
    });
  });

  test('the last line of a step without a newline is whole, and the end mark is not shown', () => {
    const lines = [
      inside(['0'], { msg: 'half\u0004\n', raw_output: true }),
      inside(['0'], { msg: '\u0004\n', raw_output: true }),
      inside(['0'], { command: 'error', arg: 'bad\u0004', raw: '::error::bad\u0004\n', kvPairs: {} }),
      inside(['0'], { command: 'add-mask', arg: 'hidden', raw: '::add-mask::hidden\n' }),
    ];
    const outcome = workflowOutcome(lines.map(actRecord));
    expect(outcome).toMatchObject({ log: ['half', '::error::bad'], annotations: [{ message: 'bad' }], masks: ['hidden'] });
  });

  test('text that is no record is an error of act', () => {
    expect(actRecord('Error: no stages')).toEqual({ level: 'error', msg: 'Error: no stages' });
  });
});

describe('the event of a run', () => {
  test.each([
    ['pull_request', { number: 7, pull_request: {} }, 'refs/pull/7/merge'],
    ['push', { ref: 'refs/heads/topic' }, 'refs/heads/topic'],
    ['push', { ref: 'refs/tags/v1' }, 'refs/tags/v1'],
    ['workflow_dispatch', { ref: 'main' }, 'refs/heads/main'],
    [
      'merge_group',
      { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc' } },
      'refs/heads/gh-readonly-queue/main/pr-7-abc',
    ],
    ['schedule', { schedule: '7 3 * * *', repository: { default_branch: 'trunk' } }, 'refs/heads/trunk'],
  ])('%s %j is of %s', (name, payload, ref) => {
    expect(refOfEvent({ name, payload })).toBe(ref);
  });

  test('a payload that names no branch leaves the ref open; a push and a merge group name their commit', () => {
    expect(refOfEvent({ name: 'schedule', payload: { schedule: '7 3 * * *' } })).toBeUndefined();
    expect(commitOfEvent({ name: 'schedule', payload: { after: 'x' } })).toBeUndefined();
    expect(commitOfEvent({ name: 'push', payload: { after: 'abc' } })).toBe('abc');
    expect(commitOfEvent({ name: 'merge_group', payload: { merge_group: { head_sha: 'def' } } })).toBe('def');
  });

  test.each([
    ['octo/fleet', false],
    ['stranger/fleet', true],
    [null, true],
  ])('a pull request whose head is in %s: from a fork: %s', (head, fork) => {
    const repo = head === null ? null : { full_name: head };
    const payload = { pull_request: { head: { repo }, base: { repo: { full_name: 'octo/fleet' } } } };
    expect(isFromFork({ name: 'pull_request', payload })).toBe(fork);
    expect(isFromFork({ name: 'push', payload: {} })).toBe(false);
  });

  test('names of a ref', () => {
    const facts = {
      addresses: { server: 'http://s', api: 'http://s/api/v3', graphql: 'http://s/api/graphql' },
      repository: 'octo/fleet',
      workflow: '.github/workflows/plan.yml',
      sha: 'abc',
      run: { id: 1, number: 2, attempt: 3 },
      actor: 'octocat',
    };
    expect(runEnvironment({ ...facts, ref: 'refs/tags/v1/x' })).toMatchObject({
      GITHUB_REF_NAME: 'v1/x',
      GITHUB_REF_TYPE: 'tag',
    });
    const pull = runEnvironment({ ...facts, ref: 'refs/pull/7/merge' });
    expect(pull).toMatchObject({ GITHUB_REF_NAME: '7/merge', GITHUB_REF_TYPE: 'branch' });
  });
});

describe('permissions of the token', () => {
  test('a job without a block has those of the workflow; jobs are joined, the stronger wins', () => {
    const text = `permissions: {contents: read, issues: read}
jobs:
  a: {steps: []}
  b: {permissions: {contents: write, checks: write}, steps: []}
`;
    expect(permissionsOf(text)).toEqual({ contents: 'write', issues: 'read', checks: 'write' });
    expect(readOnly(permissionsOf(text)!)).toEqual({ contents: 'read', issues: 'read', checks: 'read' });
  });

  test('none at all is none, not saying is the setting of the repository', () => {
    expect(permissionsOf('permissions: {}\njobs: {a: {steps: []}}')).toEqual({});
    expect(permissionsOf('jobs: {a: {steps: []}, b: {permissions: {}}}')).toBeUndefined();
    expect(() => permissionsOf('permissions: write-all\njobs: {a: {}}')).toThrow('write-all');
  });
});

test('a mask hides a value and each line of it, the longest first', () => {
  const secrets = ['kind: Config\ntoken: abc', 'abc', '', '\n'];
  expect(maskLine('x token: abc y abc z kind: Config', secrets)).toBe('x *** y *** z ***');
});
