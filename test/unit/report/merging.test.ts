import { describe, expect, test } from '@jest/globals';
import type { MergeDeviation, Merging } from '../../../src/model/merging.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { planCheck } from '../../../src/report/github/check.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planCommentMarkdown, planSummaryMarkdown } from '../../../src/report/markdown/plan-comment.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { change, PLAN } from '../../support/report-documents.ts';

const known = { ...PLAN, complete: true, clusters: [{ ...PLAN.clusters[0]!, changes: [change()] }] };
const of = (merging: Partial<Merging>) => ({
  ...known,
  merging: { touches: 'rendered' as const, approves: 'wrong' as const, deviations: [], ...merging },
});
const ODD = '`x` <b>@ada</b> --> #1 ::error::x';
const DEVIATIONS: MergeDeviation[] = [
  { what: 'surplus', where: 'rendered', cluster: 'cluster1', kind: 'ClusterRoleBinding', name: ODD },
  { what: 'missing', where: 'rendered', cluster: ODD, kind: 'Namespace', name: 'ns1' },
  {
    what: 'different',
    where: 'rendered',
    cluster: 'c',
    kind: ODD,
    namespace: 'ns',
    name: 'n',
    fields: ['/a', '/b', '/c', '/d', '/e', ODD],
  },
  { what: 'surplus', where: 'approval', cluster: 'c', action: 'delete', kind: 'Secret', namespace: 'ns', name: 'theirs' },
  { what: 'missing', where: 'approval', cluster: 'c', action: 'restart', kind: 'Pod', name: '' },
];

describe('what merging does', () => {
  test('exactly this plan is said where it is so, and nowhere else', () => {
    for (const touches of ['nothing', 'inputs', 'rendered'] as const)
      for (const approves of ['nothing', 'exactly', 'covered', 'unknown', 'wrong'] as const) {
        const plan = of({ touches, approves });
        const texts = [
          planCommentMarkdown({ plan, findings: [], state: 'approved' }),
          planMarkdown(plan, []),
          planSummaryMarkdown({ plan, findings: [] }),
        ];
        for (const text of texts) {
          expect(text.includes('approves exactly this plan')).toBe(touches === 'rendered' && approves === 'exactly');
          expect(markdownFaults(text)).toEqual([]);
        }
      }
  });

  test('inputs alone approve nothing yet, and a wrong folder must not be merged', () => {
    expect(planCommentMarkdown({ plan: of({ touches: 'inputs', approves: 'nothing' }), findings: [] })).toContain(
      'merging it approves nothing yet',
    );
    expect(planCommentMarkdown({ plan: of({}), findings: [] })).toMatch(/^🛑 [\s\S]*Do not merge it\./);
  });

  test('what is surplus or missing is listed object by object, whatever it is called', () => {
    const plan = of({ deviations: DEVIATIONS });
    const text = planCommentMarkdown({ plan, findings: [] });
    expect(markdownFaults(text)).toEqual([]);
    expect(text).toContain('- 🛑 plan.json would approve, beyond the current plan: delete `Secret ns/theirs` on `c`\n');
    expect(text).toContain('- 🛑 plan.json lacks: restart `Pods older than CN2` on `c`\n');
    expect(text).toContain('and 1 more field)');
    expect(planText(plan, [], PLAIN)).toContain('  ! declared, but missing: Namespace ns1 on ');
  });

  test('thousands of them stay within what GitHub takes', () => {
    const deviations = Array.from({ length: 5_000 }, (_, at): MergeDeviation => ({ ...DEVIATIONS[0]!, name: `object-${at}` }));
    const text = planCommentMarkdown({ plan: of({ deviations }), findings: [] });
    expect(text.length).toBeLessThan(64_000);
    expect(text).toMatch(/Not shown here because of its length: .*\d+ deviations/);
  });

  test('where nothing of the fleet is touched that is all that is said, and the check is green', () => {
    const plan = {
      ...PLAN,
      complete: false,
      clusters: [],
      merging: { touches: 'nothing' as const, approves: 'nothing' as const, deviations: [] },
    };
    const text = planCommentMarkdown({ plan, findings: [] });
    expect(text).toContain('✅ **Plan for guide: no file of the fleet is touched: merging changes nothing on any cluster**');
    expect(text).not.toMatch(/Not complete|Digest|\| cluster \|/);
    expect(planText(plan, [], PLAIN)).toBe(
      'Plan for guide: no file of the fleet is touched: merging changes nothing on any cluster.\n',
    );
    expect(planCheck(plan, [])).toMatchObject({
      conclusion: 'success',
      output: { title: expect.stringContaining('no file of the fleet') },
    });
  });
});
