import { describe, expect, test } from '@jest/globals';
import type { DriftDocument } from '../../../src/model/drift.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { driftMarkdown } from '../../../src/report/markdown/drift.ts';
import {
  brokenRules,
  driftClosedMarkdown,
  driftIssueMarkdown,
  driftIssueTitle,
} from '../../../src/report/markdown/drift-issue.ts';
import { driftText } from '../../../src/report/text/drift.ts';
import { DRIFT, FINDINGS } from '../../support/report-documents.ts';

const CLEAN: DriftDocument = {
  ...DRIFT,
  complete: true,
  proposalPending: false,
  clusters: DRIFT.clusters.map((cluster) => ({ ...cluster, status: 'known' as const, changes: [] })),
};

test('for a terminal: what differs, approved and live, who did it, and what was not judged', () => {
  expect(driftText(DRIFT, [], PLAIN)).toBe(`cluster1 (central) 1 gone, 1 taken over, 2 changed, 1 not approved
  - gone Kubemanager contrail/kubemanager-cluster2  (for cluster2)
  ! taken over Namespace ns1  (by kubectl-edit, which wrote it last at 2026-11-24T08:00:00Z)
      /metadata/labels/ns: approved "ns1", live "old"
      /spec/listenerPort: approved 19447, live 19446
  ~ changed Namespace ns4
      /metadata/labels/app.kubernetes.io~1managed-by: approved "cn2-fleet", live absent
  ~ changed Namespace ns5
      /spec/clusterName: approved "b", live "a"
  + not approved Subnet ns1/gone

cluster2 (distributed) not judged: cluster2: connection refused

Drift of guide: 1 gone, 1 taken over, 2 changed, 1 not approved on cluster1; cluster2 not judged; a proposal is pending: the declaration is newer than what is rendered.
emulated CN2: the lab stands in for the vendor’s control and data plane
`);
});

describe('nothing differs', () => {
  const sentence = (document: DriftDocument) => driftText(document, [], PLAIN).split('\n').at(-3);

  test('every cluster is as approved, unless one was not seen or not looked at', () => {
    expect(sentence(CLEAN)).toBe('Drift of guide: no drift, every cluster is as approved.');
    expect(sentence({ ...CLEAN, complete: false, clusters: DRIFT.clusters.slice(1) })).toBe(
      'Drift of guide: no drift seen; cluster2 not judged.',
    );
    expect(sentence({ ...CLEAN, only: ['cluster2'] })).toBe(
      'Drift of guide: no drift of what belongs to cluster2; nothing else was compared.',
    );
  });

  test('something undeclared with the marks of the fleet is not "as approved"', () => {
    const undeclared = { rule: 'removal', severity: 'warning' as const, message: 'm', remedy: 'r' };
    const said = 'Drift of guide: 1 not declared, but with the marks of the fleet: see the findings';
    expect(driftText(CLEAN, [undeclared], PLAIN)).toContain(`${said}.`);
    expect(driftMarkdown({ ...CLEAN, findings: [undeclared] })).toContain(said);
  });

  test('a pending proposal is said, as no drift', () => {
    expect(sentence({ ...CLEAN, proposalPending: true })).toContain(
      'no drift, every cluster is as approved; a proposal is pending',
    );
  });
});

test('for the summary of a job: findings, unknown clusters first, a fold for those that differ', () => {
  const text = driftMarkdown({ ...DRIFT, findings: FINDINGS });
  expect(text.split('\n')[0]).toContain('🔀 **Drift of guide: 1 gone, 1 taken over');
  expect(text).toContain('**E1**');
  expect(text.indexOf('not judged: cluster2: connection refused')).toBeLessThan(text.indexOf('`cluster1` | central'));
  expect(text.match(/<details>/g)).toHaveLength(1);
  expect(driftMarkdown(CLEAN)).toContain('✅ **Drift of guide: no drift, every cluster is as approved**');
});

describe('the issue of a cluster', () => {
  test('what differs, the worst first; who; how to repair it', () => {
    const text = driftIssueMarkdown(DRIFT, 'cluster1');
    expect(text).toContain(
      '🔀 **cluster1 of guide differs from what was approved: 1 gone, 1 taken over, 2 changed, 1 not approved.**',
    );
    expect(text).toContain('run the propose workflow and merge the pull request');
    expect(text).toContain('A proposal is pending');
    expect(text).toContain('by kubectl\\-edit, which wrote it last at 2026\\-11\\-24T08:00:00Z');
    expect(text).toContain('```diff\n  /metadata/labels/ns\n- approved "ns1"\n+ live     "old"\n');
    const order = ['Kubemanager contrail/', 'Namespace ns1`', 'Namespace ns4`', 'Subnet ns1/gone'].map((part) =>
      text.indexOf(part),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThan(0);
  });

  test('nothing of the run is in it: counts of requests change nothing', () => {
    const again = { ...DRIFT, clusters: DRIFT.clusters.map((cluster) => ({ ...cluster, requests: cluster.requests + 7 })) };
    expect(driftIssueMarkdown(again, 'cluster1')).toBe(driftIssueMarkdown(DRIFT, 'cluster1'));
  });

  test('a rule that is broken by now is drift, too, where nothing else is', () => {
    const finding = {
      rule: 'E16',
      severity: 'error' as const,
      cluster: 'cluster2',
      message: 'node-local DNS runs',
      remedy: 'remove it',
    };
    const elsewhere = { ...finding, cluster: 'cluster1' };
    const unread = { ...finding, rule: 'cluster' };
    expect(brokenRules([finding, elsewhere, unread, { ...finding, severity: 'warning' as const }], 'cluster2')).toEqual([
      finding,
    ]);
    const text = driftIssueMarkdown({ ...CLEAN, findings: [finding] }, 'cluster2');
    expect(text).toContain('differs from what was approved: 1 rule broken.');
    expect(text).toContain('**E16** node\\-local DNS runs');
    expect(text).not.toContain('Below,');
  });

  test('its title is harmless plain text', () => {
    expect(driftIssueTitle('guide', 'cluster2')).toBe('Drift: cluster2 of guide is not as approved');
    expect(driftIssueTitle('#1\u202e', '@all\n')).toBe('Drift: @\u200ball\\n of #\u200b1\\u202e is not as approved');
  });

  test('closing says that it is as approved, and only of a cluster that was seen so', () => {
    expect(driftClosedMarkdown(CLEAN, 'cluster2')).toBe('✅ **cluster2 of guide is as approved again.**\n');
    expect(driftClosedMarkdown(DRIFT, 'cluster2')).toContain('not judged');
    expect(driftClosedMarkdown(DRIFT, 'cluster1')).not.toContain('as approved');
    expect(driftClosedMarkdown(CLEAN, 'cluster9')).not.toContain('as approved');
  });
});
