import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../../src/model/plan.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planCommentMarkdown, planSummaryMarkdown } from '../../../src/report/markdown/plan-comment.ts';
import type { CommittedState } from '../../../src/report/outcome-words.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { change, FINDINGS, PLAN } from '../../support/report-documents.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

const CLEAN = {
  ...PLAN,
  complete: true,
  clusters: PLAN.clusters.map(({ reason: _, ...cluster }) => ({ ...cluster, status: 'known' as const, changes: [] })),
};

describe('comment', () => {
  test('verdict, deletes, findings, drawing, clusters', () => {
    const text = planCommentMarkdown({ plan: PLAN, findings: FINDINGS, fleet: smokeFleet() });
    expect(text.split('\n')[0]).toContain('⚠️ **Plan for guide: 1 to delete, 1 to replace');
    expect(text).toContain('- 🛑 delete `Subnet ns1/gone` on `cluster1`\n');
    expect(text).toContain('```mermaid\n');
    expect(markdownFaults(text)).toEqual([]);
  });

  test.each<[CommittedState, string]>([
    ['approved', '**merging it approves exactly this plan.**'],
    ['nothing', 'there is nothing to do'],
    ['pending', 'approves none of this. When it is merged, the propose workflow opens a pull request'],
    ['none', 'approves nothing yet. When it is merged, the propose workflow opens a pull request'],
    ['moved', 'apply would refuse it. Run the propose workflow again'],
  ])('a branch that is %s', (state, words) => {
    const text = planCommentMarkdown({ plan: CLEAN, findings: [], state });
    expect(text).toContain(words);
    expect(markdownFaults(text)).toEqual([]);
  });

  test('what is left out is counted, and where it can be read is said', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => change({ name: `object-${at}` }));
    const plan = { ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: many }] };
    const elsewhere = '[Summary of the run](https://github.com/o/r/actions/runs/1)';
    const text = planCommentMarkdown({ plan, findings: [], elsewhere });
    expect(text).toMatch(/_Not shown here because of its length: \d+ objects\._ \[Summary of the run\]\(https:/);
    expect(markdownFaults(text, [elsewhere])).toEqual([]);
    expect(planSummaryMarkdown({ plan, findings: [], elsewhere })).not.toContain('Not shown here');
  });

  test('offline is said first, and nothing can be approved', () => {
    const text = planCommentMarkdown({ plan: { ...PLAN, offline: true }, findings: [] });
    expect(text.split('\n')[0]).toMatch(/^📄 \*\*Plan for guide: .*; offline: no cluster was looked at\*\*/);
    expect(text).toContain('**Offline: no cluster was looked at.**');
    expect(text).not.toContain('Digest');
    expect(text).not.toContain('unknown');
  });
});

describe('what a plan says of clusters that it did not compare', () => {
  const texts = (plan: Plan) => [planMarkdown(plan, []), planText(plan, [], PLAIN)];

  test('a whole plan without changes: every cluster is as declared', () => {
    for (const text of texts(CLEAN)) expect(text).toContain('every cluster is as declared');
  });

  test('a narrowed one does not', () => {
    for (const text of texts({ ...CLEAN, only: ['cluster2'] })) {
      expect(text).not.toContain('every cluster');
      expect(text.replaceAll('\\', '')).toContain('no changes (only cluster2): what belongs to other clusters was not compared');
    }
    const changed = { ...CLEAN, only: ['cluster2'], clusters: [{ ...CLEAN.clusters[0]!, changes: [change()] }] };
    for (const text of texts(changed)) expect(text.replaceAll('\\', '')).toContain('1 to create');
    expect(planText(changed, [], PLAIN)).toContain('Plan for guide: 1 to create (only cluster2).');
  });
});

test('the verdict counts per cluster while few clusters change, else in all', () => {
  const clusters = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...CLEAN.clusters[0]!, name: `c${at}`, changes: [change()] }));
  const first = (count: number) => planMarkdown({ ...CLEAN, emulated: false, clusters: clusters(count) }, []).split('\n')[0];
  expect(first(2)).toBe('📋 **Plan for guide: 1 to create on c0; 1 to create on c1**');
  expect(first(9)).toBe('📋 **Plan for guide: 9 to create on 9 clusters**');
});

test('the summary shows more of each object than the comment', () => {
  const fields = Array.from({ length: 100 }, (_, at) => ({ path: `/spec/${at}`, before: 'a', after: 'x'.repeat(500) }));
  const plan = { ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: [change({ action: 'update', fields })] }] };
  const [comment, summary] = [planCommentMarkdown({ plan, findings: [] }), planSummaryMarkdown({ plan, findings: [] })];
  expect(comment).toContain('… 60 more fields');
  expect(comment).toContain('more characters)');
  expect(summary).not.toMatch(/more (fields|characters)/);
});
