import { kindOfDrift as kindOfDriftOf } from '../../src/drift/classify.ts';
import type { ApplyDocument } from '../../src/model/apply.ts';
import type { DriftChange, DriftDocument } from '../../src/model/drift.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Change, Plan } from '../../src/model/plan.ts';
import type { Endpoint, PairVerdict, SmokeDocument, VerdictWord } from '../../src/model/smoke.ts';

/** Documents of every kind with every case in them, for the tests of reports. */
export const FINDINGS: Finding[] = [
  {
    rule: 'E1',
    severity: 'error',
    file: 'clusters.yaml',
    line: 27,
    column: 18,
    message: 'pod subnet 10.233.128.0/17 of cluster2 overlaps the one of cluster1',
    remedy: '10.234.128.0/17 is free',
    related: [{ file: 'clusters.yaml', line: 12, column: 17, message: 'the other one' }],
  },
  {
    rule: 'yaml11',
    severity: 'warning',
    file: 'clusters.yaml',
    line: 3,
    column: 9,
    message: 'yes is a boolean',
    remedy: 'quote it',
  },
  { rule: 'cluster', severity: 'error', cluster: 'cluster2', message: 'cluster2 does not answer', remedy: 'check the address' },
  { rule: 'E30', severity: 'info', message: 'a note', remedy: '' },
];

export function change(part: Partial<Change> = {}): Change {
  return {
    action: 'create',
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'ns1',
    for: 'cluster1',
    stage: '70-namespaces',
    predicted: false,
    fields: [],
    ...part,
  };
}

export const PLAN: Plan = {
  schemaVersion: 1,
  fleet: 'guide',
  digest: 'sha256:abc',
  index: 'sha256:def',
  complete: false,
  emulated: true,
  clusters: [
    {
      name: 'cluster1',
      uid: 'u1',
      role: 'central',
      status: 'known',
      requests: 21,
      changes: [
        change({
          kind: 'Kubemanager',
          apiVersion: 'configplane.juniper.net/v1alpha1',
          namespace: 'contrail',
          name: 'kubemanager-cluster2',
          for: 'cluster2',
          stage: '40-kubemanager',
          predicted: true,
        }),
        change({
          action: 'update',
          uid: 'u2',
          fields: [
            { path: '/metadata/labels/ns', before: 'old', after: 'ns1', conflictsWith: 'kubectl-edit' },
            { path: '/spec/listenerPort', before: 19446, after: 19447 },
          ],
        }),
        change({
          action: 'adopt',
          uid: 'u4',
          name: 'ns4',
          fields: [{ path: '/metadata/labels/app.kubernetes.io~1managed-by', after: 'cn2-fleet' }],
        }),
        change({ action: 'replace', uid: 'u5', name: 'ns5', fields: [{ path: '/spec/clusterName', before: 'a', after: 'b' }] }),
        change({ action: 'delete', uid: 'u3', kind: 'Subnet', namespace: 'ns1', name: 'gone', stage: '80-networks' }),
        change({ action: 'restart', kind: 'Pod', name: '*', stage: '60-restart' }),
      ],
    },
    {
      name: 'cluster2',
      role: 'distributed',
      status: 'unknown',
      reason: 'cluster2: connection refused',
      requests: 1,
      changes: [],
    },
  ],
};

export function pair(source: Endpoint, target: Endpoint, verdict: VerdictWord, part: Partial<PairVerdict> = {}): PairVerdict {
  return {
    source,
    target,
    family: 'v4',
    expected: 'reach',
    verdict,
    sent: 5,
    received: verdict === 'ok' ? 5 : 0,
    ...(verdict === 'ok' ? { rttMs: { min: 0.1, median: 0.21, p95: 0.3 } } : {}),
    reason: `why ${verdict}`,
    ...part,
  };
}

const a = { cluster: 'cluster1', network: 'ns1/vn1' };
const b = { cluster: 'cluster2', network: 'ns1/vn2' };
const c = { cluster: 'cluster2', network: 'ns1/vn3' };

export const SMOKE: SmokeDocument = {
  schemaVersion: 1,
  fleet: 'guide',
  emulated: true,
  leftovers: ['cluster2/Pod/ns1/probe-x'],
  pairs: [
    pair({ cluster: 'cluster1', network: 'default' }, { cluster: 'cluster2', network: 'default' }, 'ok'),
    pair({ cluster: 'cluster2', network: 'default' }, { cluster: 'cluster1', network: 'default' }, 'inconclusive', { sent: 0 }),
    pair(a, b, 'ok'),
    pair(b, a, 'degraded', { received: 3, rttMs: { min: 1, median: 2, p95: 3 }, reason: '40 % loss' }),
    pair(a, c, 'ok', { expected: 'block', received: 0 }),
    pair(c, a, 'unexpectedly-reachable', { expected: 'block', received: 5 }),
    pair(b, c, 'unreachable'),
    pair(c, b, 'not-run', { sent: 0, reason: 'image cannot be pulled' }),
  ],
};

export const APPLY: ApplyDocument = {
  schemaVersion: 1,
  fleet: 'guide',
  outcome: 'failed',
  reason: 'gate of 40-kubemanager timed out',
  steps: [
    {
      cluster: 'cluster1',
      stage: '40-kubemanager',
      object: 'Kubemanager/contrail/kubemanager-cluster2',
      result: 'created',
      seconds: 0.2,
    },
    {
      cluster: 'cluster1',
      stage: '40-kubemanager',
      object: 'gate',
      result: 'failed',
      seconds: 900,
      reason: 'Deployment is not Available',
    },
  ],
  smoke: SMOKE,
};

/** Every kind of drift on one cluster, another that could not be judged, a proposal that is pending. */
export const DRIFT: DriftDocument = {
  ...PLAN,
  proposalPending: true,
  clusters: PLAN.clusters.map((cluster) => ({
    ...cluster,
    changes: cluster.changes.flatMap((each): DriftChange[] => {
      const kindOfDrift = kindOfDriftOf(each);
      const manager = each.fields.find(({ conflictsWith }) => conflictsWith !== undefined)?.conflictsWith ?? null;
      const since = manager === null ? null : '2026-11-24T08:00:00Z';
      const fields = each.fields.filter(({ conflictsWith }) => conflictsWith !== undefined).map(({ path }) => path);
      const writers = manager === null ? [] : [{ manager, operation: 'Update' as const, time: since, fields }];
      const seen = { kindOfDrift, manager, since, writers, fingerprint: `sha256:${each.name}` };
      return each.action === 'restart' ? [] : [{ ...each, ...seen }];
    }),
  })),
};
