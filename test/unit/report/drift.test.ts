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
  by kubectl-edit (Update):
    ! taken over Namespace ns1  (written last at 2026-11-24T08:00:00Z)
        /metadata/labels/ns: approved "ns1", live "old"
        /spec/listenerPort: approved 19447, live 19446
  no field manager is recorded:
    - gone Kubemanager contrail/kubemanager-cluster2  (for cluster2)
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

test('what is known of earlier looks: first seen, last judged, and what others added', () => {
  const [one, two] = DRIFT.clusters;
  const changes = one!.changes.slice(0, 1).map((change) => ({ ...change, firstSeen: '2026-11-23T02:17:00Z' }));
  const fields = ['/a', '/b', '/c', '/d', '/e', '/f', '/g'];
  const writers = [{ manager: 'helm', operation: 'Update' as const, time: '2026-11-22T00:00:00Z', fields }];
  const foreign = [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'contrail', name: 'x', writers }];
  const clusters = [
    { ...one!, changes, foreign },
    { ...two!, lastGoodLook: '2026-11-22T02:17:00Z' },
  ];
  const document = { ...DRIFT, clusters };
  const lines = driftText(document, [], PLAIN).split('\n');
  expect(lines).toContain(
    '    - gone Kubemanager contrail/kubemanager-cluster2  (for cluster2; first seen at 2026-11-23T02:17:00Z)',
  );
  expect(lines).toContain(
    '    ConfigMap contrail/x: /a, /b, /c, /d, /e and 2 more (helm (Update), written last at 2026-11-22T00:00:00Z)',
  );
  expect(lines).toContain('cluster2 (distributed) not judged: cluster2: connection refused; judged last at 2026-11-22T02:17:00Z');
  const markdown = driftMarkdown(document);
  expect(markdown).toContain('first seen at 2026\\-11\\-23T02:17:00Z');
  expect(markdown).toContain('judged last at 2026\\-11\\-22T02:17:00Z');
  expect(markdown).toContain('added by others, and left alone (1)</summary>\n\n- `ConfigMap contrail/x`: /a, /b');
  const issue = driftIssueMarkdown(document, 'cluster1', { lookedAt: '2026-11-23T02:17:00Z' });
  expect(issue).toContain('Last looked at: 2026\\-11\\-23T02:17:00Z');
  expect(issue).toContain('first seen at');
  expect(issue).not.toContain('ConfigMap');
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
  test('what differs, by who did it; how to repair it', () => {
    const text = driftIssueMarkdown(DRIFT, 'cluster1');
    expect(text).toContain(
      '🔀 **cluster1 of guide differs from what was approved: 1 gone, 1 taken over, 2 changed, 1 not approved.**',
    );
    expect(text).toContain('run the propose workflow and merge the pull request');
    expect(text).toContain('A proposal is pending');
    expect(text).toContain(
      '**By kubectl\\-edit \\(Update\\)**\n\n`! taken over` `Namespace ns1` written last at 2026\\-11\\-24T08:00:00Z',
    );
    expect(text).toContain('```diff\n  /metadata/labels/ns\n- approved "ns1"\n+ live     "old"\n');
    const order = ['Namespace ns1`', 'Kubemanager contrail/', 'Namespace ns4`', 'Subnet ns1/gone'].map((part) =>
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
