import { describe, expect, test } from '@jest/globals';
import type { Change, Plan, PlanCluster } from '../../../src/model/plan.ts';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';

const UPDATE: Change = {
  action: 'update',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'n',
  name: 'c',
  uid: 'u1',
  for: 'cluster2',
  stage: '40-kubemanager',
  predicted: false,
  fields: [
    { path: '/data/a', before: '1', after: '2', conflictsWith: 'kubectl' },
    { path: '/data/b', after: 'x' },
  ],
};
const CREATE: Change = {
  ...without(UPDATE, 'uid'),
  action: 'create',
  name: 'new',
  predicted: true,
  fields: [{ path: '/data/a', after: '1' }],
};
const DELETE: Change = { ...UPDATE, action: 'delete', name: 'old', uid: 'u2', fields: [] };
const RESTART: Change = { ...CREATE, action: 'restart', kind: 'Pod', name: '*', fields: [] };

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

function plan(changes: Change[], part: Partial<Plan> = {}, cluster: Partial<PlanCluster> = {}): Plan {
  const clusters: PlanCluster[] = [
    { name: 'cluster1', uid: 'k1', role: 'central', status: 'known', requests: 20, changes, ...cluster },
  ];
  const meaning = { fleet: 'guide', index: 'sha256:i', complete: true, clusters, ...part };
  return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
}

const approved = approve(plan([CREATE, UPDATE, RESTART, DELETE]));

function texts(now: Plan, before = approved): string[] {
  const result = isSubset(now, before);
  return result.ok ? [] : result.texts;
}

describe('an approval', () => {
  test('holds meaning only, and its own digest', () => {
    const document = approve(plan([UPDATE], { emulated: true }, { reason: 'x', requests: 7 }));
    expect(Object.keys(document).sort()).toEqual(['clusters', 'complete', 'digest', 'fleet', 'index', 'schemaVersion']);
    expect(Object.keys(document.clusters[0]!).sort()).toEqual(['changes', 'name', 'role', 'uid']);
    expect(planDigest(document)).toBe(document.digest);
  });

  test('says nothing of whose record of ownership is taken over: the object stays as it is', () => {
    const takes = [{ manager: 'kubectl-create', fields: ['/data/b'] }];
    const document = approve(plan([{ ...UPDATE, takes }]));
    expect(document).toEqual(approve(plan([UPDATE])));
    expect(isSubset(plan([{ ...UPDATE, takes }]), approve(plan([UPDATE])))).toEqual({ ok: true });
  });

  test('covers the same plan, also after a way through JSON', () => {
    expect(isSubset(plan([CREATE, UPDATE, RESTART, DELETE]), JSON.parse(JSON.stringify(approved)))).toEqual({ ok: true });
  });

  test.each<[string, Change[]]>([
    ['nothing left to do', []],
    ['a part that is done', [UPDATE]],
    ['a create that could be previewed meanwhile', [{ ...CREATE, predicted: false }]],
    ['a field that somebody else has set as wanted', [{ ...UPDATE, fields: [UPDATE.fields[0]!] }]],
    ['a conflict that is gone', [{ ...UPDATE, fields: [without(UPDATE.fields[0]!, 'conflictsWith')] }]],
    ['an update of which only ownership is left', [{ ...UPDATE, action: 'adopt', fields: [] }]],
  ])('covers %s', (_, changes) => {
    expect(texts(plan(changes))).toEqual([]);
  });

  test.each<[string, Change[], RegExp]>([
    ['an object that it does not name', [{ ...UPDATE, name: 'other' }], /ConfigMap n\/other: update was not approved/],
    ['the same name in another namespace', [{ ...UPDATE, namespace: 'm' }], /update was not approved/],
    ['another action', [{ ...UPDATE, action: 'delete', fields: [] }], /approved: update, now: delete/],
    [
      'an object that appeared where one was to be created',
      [{ ...UPDATE, name: 'new', uid: 'u9' }],
      /approved: create, now: update/,
    ],
    ['an object that is gone', [{ ...without(UPDATE, 'uid'), action: 'create' }], /approved: update, now: create/],
    ['an object that was replaced', [{ ...UPDATE, uid: 'u9' }], /the object was replaced \(uid approved: u1, now: u9\)/],
    ['another deleted object', [{ ...DELETE, uid: 'u9' }], /the object was replaced/],
    [
      'a further field',
      [{ ...UPDATE, fields: [...UPDATE.fields, { path: '/data/c', before: 1 }] }],
      /\/data\/c was not to be changed, now: 1 → \(absent\)/,
    ],
    [
      'another value before',
      [{ ...UPDATE, fields: [{ path: '/data/a', before: '9', after: '2', conflictsWith: 'kubectl' }] }],
      /\/data\/a approved: "1" → "2", now: "9" → "2"/,
    ],
    [
      'another value after',
      [{ ...CREATE, fields: [{ path: '/data/a', after: '9' }] }],
      /\/data\/a approved: \(absent\) → "1", now: \(absent\) → "9"/,
    ],
    [
      'a conflict that it does not name',
      [{ ...UPDATE, fields: [{ path: '/data/b', after: 'x', conflictsWith: 'helm' }] }],
      /\/data\/b now belongs to helm, which the approved plan does not name/,
    ],
    [
      'a conflict with somebody else',
      [{ ...UPDATE, fields: [{ ...UPDATE.fields[0]!, conflictsWith: 'helm' }] }],
      /now belongs to helm/,
    ],
    ['a replacement', [{ ...UPDATE, action: 'replace' }], /which no approval covers/],
  ])('does not cover %s', (_, changes, text) => {
    expect(texts(plan(changes))).toEqual([expect.stringMatching(text)]);
  });

  test('is not for another cluster of the same name', () => {
    expect(texts(plan([UPDATE], {}, { uid: 'k9' }))).toEqual([expect.stringContaining('is not the cluster that was approved')]);
    expect(isSubset(plan([UPDATE], {}, { uid: 'k9' }), approved).ok).toBe(false);
  });

  test('is not for a cluster that it does not name', () => {
    expect(texts(plan([UPDATE], {}, { name: 'cluster9' }))).toHaveLength(1);
  });

  test('does not survive being edited', () => {
    const edited = {
      ...approved,
      clusters: approved.clusters.map((cluster) => ({ ...cluster, changes: [{ ...UPDATE, name: 'other' }] })),
    };
    expect(texts(plan([{ ...UPDATE, name: 'other' }]), edited)).toEqual([
      'the approved plan was edited: its digest does not fit its content',
    ]);
  });

  test('does not carry over to other rendered files or another fleet, and an incomplete one is none', () => {
    expect(texts(plan([], { index: 'sha256:other' }))).toEqual([expect.stringContaining('rendered files other than')]);
    expect(texts(plan([], { fleet: 'other' }))).toEqual([expect.stringContaining('for fleet guide, not other')]);
    expect(texts(plan([]), approve(plan([UPDATE], { complete: false })))).toEqual([expect.stringContaining('incomplete')]);
  });

  test('names who moved the object', () => {
    const item = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace: 'n',
        name: 'c',
        managedFields: [
          { manager: 'cn2-fleet', operation: 'Apply' as const, time: '2026-01-01T00:00:00Z' },
          { manager: 'kubectl-edit', operation: 'Update' as const, time: '2026-01-02T00:00:00Z' },
          { manager: 'kubelet', operation: 'Update' as const, time: '2026-01-03T00:00:00Z', subresource: 'status' },
        ],
      },
    };
    const resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
    const live = {
      clusters: [
        {
          name: 'cluster1',
          role: 'central' as const,
          status: 'known' as const,
          resources: [],
          unavailableGroups: [],
          listings: [{ group: '', kind: 'ConfigMap', status: 'listed' as const, resource, items: [item] }],
          emulated: false,
          requests: 0,
        },
      ],
    };
    const result = isSubset(plan([{ ...UPDATE, fields: [{ path: '/data/z', before: 1 }] }]), approved, live);
    expect(result.ok === false && result.texts[0]).toMatch(/; last written by kubectl-edit at 2026-01-02T00:00:00Z$/);
  });
});
