import { describe, expect, test } from '@jest/globals';
import type { ApplyDocument } from '../../../src/model/apply.ts';
import type { Condition } from '../../../src/model/outcome.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { applyStatus } from '../../../src/report/apply-status.ts';
import { applyMarkdown } from '../../../src/report/markdown/apply.ts';
import { applyBeginMarkdown, applyCommentMarkdown } from '../../../src/report/markdown/apply-comment.ts';
import { applyText } from '../../../src/report/text/apply.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { APPLY, FINDINGS, SMOKE } from '../../support/report-documents.ts';

const gate = (result: string, reason?: string) => ({
  cluster: 'cluster2',
  stage: '50-vrouter',
  object: 'gate',
  result,
  seconds: 12.3,
  ...(reason === undefined ? {} : { reason }),
});
const created = { cluster: 'cluster1', stage: '70-namespaces', object: 'Namespace/ns1', result: 'created', seconds: 0.1 };
const OK = { ...SMOKE, pairs: SMOKE.pairs.filter(({ verdict }) => verdict === 'ok') };
const OLD = { ...SMOKE, pairs: SMOKE.pairs.filter(({ verdict }) => verdict === 'ok' || verdict === 'degraded') };
const DONE: ApplyDocument = { schemaVersion: 1, fleet: 'guide', outcome: 'done', steps: [created, gate('passed')], smoke: OK };
const INTERRUPTED: ApplyDocument = {
  schemaVersion: 1,
  fleet: 'guide',
  outcome: 'stopped',
  reason: 'interrupted; the same command resumes from here',
  steps: [
    created,
    { ...created, object: 'Namespace/ns2', result: 'failed', reason: 'interrupted; the same command resumes from here' },
    gate('failed', 'interrupted; the same command resumes from here'),
  ],
};

describe('comment on the merged pull request', () => {
  test('outcome, what failed with the state of its object, the next step, gates, paths, steps', () => {
    const text = applyCommentMarkdown({ ...APPLY, findings: FINDINGS }, ['failed']);
    const parts = [
      '❌ **Apply of guide: failed, and nothing was put back**',
      '- ❌ `cluster1` `40-kubemanager` `gate`: Deployment is not Available',
      '**Next:** Repair what is named here, then re-run this job: it resumes where it stopped.',
      '**E1**',
      '<details><summary>1 gate</summary>',
      '| `40-kubemanager` | `cluster1` | ❌ failed | 900.0 |',
      '**Smoke test of guide:',
      '<details><summary>2 steps</summary>',
    ];
    const places = parts.map((part) => text.indexOf(part));
    expect(parts.filter((_, at) => places[at] === -1)).toEqual([]);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(markdownFaults(text)).toEqual([]);
  });

  test.each<[Condition[], string]>([
    [['not-approved'], 'run the propose workflow again'],
    [['locked'], 'Re-run this job when it has ended.'],
    [['interrupted', 'failed'], 'Re-run this job: it resumes where it stopped.'],
    [['smoke-failed', 'unknown-cluster'], 'The smoke test found paths'],
    [['unknown-cluster'], 'When it answers again, re-run this job.'],
    [['rule-broken'], 'Correct what is named here'],
  ])('%j: the next step', (conditions, words) => {
    expect(applyCommentMarkdown({ ...INTERRUPTED, steps: [] }, conditions)).toContain(`**Next:** `);
    expect(applyCommentMarkdown({ ...INTERRUPTED, steps: [] }, conditions)).toContain(words);
  });

  test('a good end has none', () => {
    const text = applyCommentMarkdown(DONE, []);
    expect(text).toContain('✅ **Apply of guide: everything was applied and every gate passed**');
    expect(text).not.toContain('**Next:**');
  });

  test('who holds the lock stands in the reason', () => {
    const reason = 'lease contrail/cn2-fleet-guide on cluster1 is held by run-7 since 2026-11-24T08:00:00Z; waited 90 s';
    const text = applyCommentMarkdown({ ...DONE, outcome: 'stopped', steps: [], reason }, ['locked']);
    expect(text).toContain('is held by run\\-7');
  });

  test('before: that it is running', () => {
    expect(applyBeginMarkdown('guide')).toBe('⏳ **Apply of guide is running.** Its result will appear here.\n');
  });
});

test('an apply that was interrupted has no failed gate and no failed step', () => {
  const texts = [applyMarkdown(INTERRUPTED), applyCommentMarkdown(INTERRUPTED, ['interrupted']), applyText(INTERRUPTED, PLAIN)];
  for (const text of texts) expect(text).not.toMatch(/❌ `|gate failed|^failed /m);
  expect(texts[2]).toContain('cluster2  50-vrouter     gate interrupted 12.3 s');
  // One that could not be applied as approved did fail, although the run was stopped.
  const moved = { ...INTERRUPTED, reason: 'moved', steps: [{ ...created, result: 'failed', reason: 'moved' }] };
  expect(applyMarkdown(moved)).toContain('- ❌ `cluster1` `70-namespaces` `Namespace/ns1`: moved');
});

test('a reason of thousands of lines is cut, and an empty line makes no heading of the line above', () => {
  const reason = `no longer the approved plan:\n\n${Array.from({ length: 5_000 }, (_, at) => `  object ${at}`).join('\n')}`;
  const text = applyMarkdown({ ...INTERRUPTED, steps: [], reason });
  expect(text).toContain('no longer the approved plan:\n- object 0\n');
  expect(text).toContain('- and 4960 more');
});

describe('status and deployment', () => {
  const states: [string, ApplyDocument, Condition[], string, string][] = [
    ['done', DONE, [], 'success', '1 created, 1 gate passed; 3 paths, all as declared'],
    ['nothing', { ...DONE, outcome: 'nothing', steps: [], smoke: undefined as never }, [], 'success', 'nothing to do'],
    ['failed', APPLY, ['failed'], 'failure', 'failed: cluster1 40-kubemanager gate: Deployment is not Available'],
    ['smoke', { ...DONE, smoke: SMOKE }, ['smoke-failed'], 'failure', 'applied; 8 paths, 3 not as declared, 2 not judged'],
    ['broken before', { ...DONE, smoke: OLD }, [], 'success', '1 created, 1 gate passed; 4 paths, 1 not as declared, as before'],
    ['interrupted', INTERRUPTED, ['interrupted'], 'error', 'interrupted; the same command resumes from here'],
    [
      'locked',
      { ...INTERRUPTED, steps: [], reason: 'held by x' },
      ['locked'],
      'error',
      'not started, nothing was written: held by x',
    ],
  ];
  test.each(states)('%s', (_, document, conditions, state, description) => {
    expect(applyStatus(document, conditions)).toEqual({ state, description });
  });

  test('never longer than 140 characters, never half a character', () => {
    for (let length = 100; length < 160; length++) {
      const { description } = applyStatus({ ...INTERRUPTED, steps: [], reason: `${'x'.repeat(length)}${'😀'.repeat(40)}` }, [
        'not-approved',
      ]);
      expect(description.length).toBeLessThanOrEqual(140);
      expect(description.isWellFormed()).toBe(true);
    }
  });
});
