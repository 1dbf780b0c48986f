import { describe, expect, test } from '@jest/globals';
import { withDisruptions } from '../../../src/cn2/interruptions.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { approve } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planCommentMarkdown } from '../../../src/report/markdown/plan-comment.ts';
import { proposalMarkdown } from '../../../src/report/markdown/proposal.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { change, FINDINGS, PLAN } from '../../support/report-documents.ts';

const vrouter = withDisruptions(
  change({
    action: 'update',
    apiVersion: 'dataplane.juniper.net/v1alpha1',
    kind: 'Vrouter',
    namespace: 'contrail',
    name: 'contrail-vrouter-nodes',
    stage: '50-vrouter',
    fields: [{ path: '/spec/maxUnavailablePercentage', before: '10%', after: '100%' }],
  }),
  'cluster2',
);
const deleted = change({ action: 'delete', kind: 'ConfigMap', apiVersion: 'v1', name: 'old' });

function planWith(...changes: Plan['clusters'][number]['changes']): Plan {
  const [first] = PLAN.clusters;
  return { ...PLAN, complete: true, clusters: [{ ...first!, changes }], policy: { disruptive: 'allow' } };
}

describe('what is interrupted stands before everything else', () => {
  const plan = planWith(deleted, vrouter);
  const line = /update.*Vrouter contrail\/contrail-vrouter-nodes.*vRouters restart/;

  test.each([
    ['text', planText(plan, FINDINGS, PLAIN)],
    ['Markdown', planMarkdown(plan, FINDINGS)],
    ['the comment', planCommentMarkdown({ plan, findings: FINDINGS })],
    ['the body of the proposal', proposalMarkdown({ plan, findings: FINDINGS })],
  ])('in %s, with what the policy is, and counted in the verdict', (what, text) => {
    const place = text.search(line);
    expect(place).toBeGreaterThan(0);
    expect(place).toBeLessThan(text.indexOf('ConfigMap', text.indexOf('\n')));
    for (const { message } of FINDINGS) expect(place).toBeLessThan(text.indexOf(message.slice(0, 12)));
    expect(text).toContain('1 disruptive change (policy.disruptive: allow)');
    expect(text).toContain('1 to delete, 1 to update');
    expect(text).toMatch(/1 disruptive(;|\*\*|\.)/);
    if (what !== 'text') expect(markdownFaults(text)).toEqual([]);
  });

  test('many are counted behind the first thirty', () => {
    const many = planWith(...Array.from({ length: 35 }, (_, index) => ({ ...vrouter, name: `v${index}` })));
    expect(planMarkdown(many, [])).toContain('and 5 more, below');
  });

  test('nothing is said of a plan without any', () => {
    const { policy: _, ...none } = planWith(deleted);
    for (const text of [planText(none, [], PLAIN), planMarkdown(none, []), proposalMarkdown({ plan: none, findings: [] })])
      expect(text).not.toMatch(/disruptive/);
  });
});

test('it is a view: neither the digest nor the approved part has it', () => {
  const plan = planWith(vrouter);
  const { disrupts, ...bare } = vrouter;
  expect(disrupts).toEqual([{ what: 'vrouter', where: 'cluster2' }]);
  expect(planDigest(plan)).toBe(planDigest(planWith(bare)));
  expect(JSON.stringify(approve(plan))).not.toMatch(/disrupts|policy/);
});

test('where it is felt: on a cluster, by the users of an object, or by the cluster that another one serves', () => {
  const where = (kind: string, apiVersion: string, action: 'replace' | 'restart' | 'delete') =>
    withDisruptions(change({ action, kind, apiVersion, namespace: 'ns1', name: 'x', for: 'cluster2' }), 'cluster1').disrupts;
  expect(where('VirtualNetwork', 'core.contrail.juniper.net/v1alpha1', 'replace')).toEqual([
    { what: 'replacement', where: 'cluster1/ns1/x' },
    { what: 'traffic', where: 'cluster1/ns1/x' },
  ]);
  expect(where('Kubemanager', 'configplane.juniper.net/v1alpha1', 'delete')).toEqual([
    { what: 'detach', where: 'cluster2' },
    { what: 'traffic', where: 'cluster1/ns1/x' },
  ]);
  expect(where('Pod', 'v1', 'restart')).toEqual([{ what: 'dns', where: 'cluster1' }]);
});
