import { describe, expect, test } from '@jest/globals';
import { CORE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { LiveCluster } from '../../../src/model/live.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { parseApproved } from '../../../src/plan/approved.ts';
import { planConditions } from '../../../src/plan/outcome.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { PreviewResult } from '../../../src/plan/preview.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planSentence } from '../../../src/report/plan-verdict.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { applied, liveCluster, liveState, namespaceObject, resourceOf, wanted } from '../../support/live-state.ts';

const fleet = guideDeclaration().fleet!;
const API = `${CORE}/v1alpha1`;
const HOME = namespaceObject('ns1');

function network(labels: Record<string, string>, spec: object): Desired {
  const object = { apiVersion: API, kind: 'VirtualNetwork', metadata: { namespace: 'ns1', name: 'vn', labels }, spec };
  return wanted(fleet, 'cluster1', '80-networks', object);
}

function answer(desired: Desired, live: KubernetesObject | undefined, result?: KubernetesObject): PreviewResult {
  const question = { desired, resource: resourceOf(desired.object), ...(live === undefined ? {} : { live }) };
  if (result === undefined) return { question, requests: 1, status: 'forbidden' };
  return { question, requests: 1, status: 'merged', result, conflicts: [] };
}

function planOf(
  desired: Desired[],
  objects: KubernetesObject[],
  previews: PreviewResult[],
  part: Partial<LiveCluster> = {},
): Plan {
  const central = liveCluster('cluster1', 'central', [HOME, ...objects], [{ apiVersion: API, kind: 'VirtualNetwork' }], part);
  const live = liveState(central, liveCluster('cluster2', 'distributed', []));
  return makePlan({ fleet, index: 'sha256:i', desired, live, previews }).plan;
}

const before = network({ a: '1', gone: 'x' }, { fabricSNAT: false, podNetwork: true });
const live = applied(before.object);
const after = network({ a: '2' }, { fabricSNAT: false });

describe('a dry-run that is forbidden', () => {
  const plan = planOf([after], [live], [answer(after, live)]);

  test('leaves a change that is not previewed: what was rendered, and what is ours and no longer declared', () => {
    expect(plan.complete).toBe(true);
    expect(planConditions(plan)).toEqual(['changes']);
    expect(plan.clusters[0]!.changes).toMatchObject([
      {
        action: 'update',
        predicted: true,
        uid: live.metadata.uid,
        fields: [
          { path: '/metadata/labels/a', before: '1', after: '2' },
          { path: '/metadata/labels/gone', before: 'x' },
          { path: '/spec/podNetwork', before: true },
        ],
      },
    ]);
    expect(planMarkdown(plan, [])).toContain('this identity may not try it');
  });

  test('and its approval covers what was rendered and nothing else', () => {
    const stored = structuredClone({ ...live, ...after.object, metadata: { ...live.metadata, ...after.object.metadata } });
    expect(isSubset(planOf([after], [live], [answer(after, live, stored)]), approve(plan))).toEqual({ ok: true });
    const other = { ...stored, spec: { fabricSNAT: true } };
    expect(isSubset(planOf([after], [live], [answer(after, live, other)]), approve(plan))).toMatchObject({ ok: false });
  });

  test('creates what is not there', () => {
    const created = planOf([after], [], [answer(after, undefined)]);
    expect(created.clusters[0]!.changes).toMatchObject([{ action: 'create', predicted: true }]);
  });

  test('is no change where all that is declared is there', () => {
    const doubt = { ...live, spec: { ...(live['spec'] as object), status: 'x' } };
    expect(planOf([before], [doubt], [answer(before, doubt)]).clusters[0]!.changes).toEqual([]);
  });
});

describe('an API that lacks something', () => {
  const lacking = (serverSideApply: boolean, dryRun: boolean): Partial<LiveCluster> => ({
    limited: [{ group: CORE, serverSideApply, dryRun }],
  });
  const unasked: PreviewResult = { question: answer(after, live).question, requests: 0, status: 'not-served' };
  const plan = planOf([after], [live], [unasked], lacking(false, false));

  test('is named by the plan, its approval and their digest; without changes, too', () => {
    expect(plan.clusters[0]).toMatchObject({ limited: lacking(false, false).limited, changes: [{ predicted: true }] });
    expect(approve(plan).clusters[0]!.limited).toEqual(lacking(false, false).limited);
    expect(parseApproved(JSON.stringify(approve(plan)))).toEqual(approve(plan));
    expect(plan.digest).not.toBe(planOf([after], [live], [unasked]).digest);
    expect(planOf([], [], []).digest).not.toBe(planOf([], [], [], lacking(true, false)).digest);
  });

  test.each([
    ['gained server-side apply', true, false],
    ['gained dry-run', false, true],
    ['lacks nothing any more', true, true],
  ])('and that has %s since is one sentence, where something of it is to be changed', (_, serverSideApply, dryRun) => {
    const part = serverSideApply && dryRun ? {} : lacking(serverSideApply, dryRun);
    const now = planOf([after], [live], [unasked], part);
    for (const [is, was] of [
      [now, plan],
      [plan, now],
    ] as const)
      expect(isSubset(is, approve(was))).toMatchObject({
        ok: false,
        reasons: [],
        texts: [expect.stringMatching(/^cluster1: the API of core.* has changed since the plan was approved: then with/)],
      });
    const nothing = planOf([before], [live], [], part);
    expect(nothing.clusters[0]!.changes).toEqual([]);
    expect(isSubset(nothing, approve(plan))).toEqual({ ok: true });
  });

  test('of another form is no approved plan', () => {
    const broken = { ...approve(plan), clusters: [{ ...approve(plan).clusters[0]!, limited: [5] }] };
    expect(parseApproved(JSON.stringify(broken))).toBeUndefined();
  });

  test('cannot hold an object whose annotation would be too large: a finding, and nothing is planned', () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => Math.sin(index).toString(36)).join('');
    const large = network({}, { noise });
    const made = (part: Partial<LiveCluster>) => {
      const central = liveCluster('cluster1', 'central', [HOME], [{ apiVersion: API, kind: 'VirtualNetwork' }], part);
      const live = liveState(central, liveCluster('cluster2', 'distributed', []));
      return makePlan({ fleet, index: 'sha256:i', desired: [large], live, previews: [answer(large, undefined)] });
    };
    const { plan: refused, findings } = made(lacking(false, true));
    expect(refused.clusters[0]!.changes).toEqual([]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'manifests',
        severity: 'error',
        message: expect.stringContaining('VirtualNetwork ns1/vn on cluster1 is too large'),
      }),
    );
    expect(made({}).plan.clusters[0]!.changes).toHaveLength(1);
  });

  test('keeps closed paths closed, and names who holds a field in conflict', () => {
    const router = wanted(fleet, 'cluster1', '90-routers', {
      apiVersion: API,
      kind: 'VirtualNetworkRouter',
      metadata: { namespace: 'ns1', name: 'r' },
      spec: { type: 'mesh', virtualNetworkSelector: { matchLabels: { a: '1' } } },
    });
    const ours = applied(router.object);
    const entry = { manager: 'somebody', operation: 'Update' as const, apiVersion: API };
    const theirs = {
      ...entry,
      fieldsV1: { 'f:spec': { 'f:type': {}, 'f:virtualNetworkSelector': { 'f:matchLabels': { 'f:b': {} } } } },
    };
    const moved = {
      ...ours,
      spec: { type: 'spoke', virtualNetworkSelector: { matchLabels: { a: '1', b: '2' } } },
      metadata: { ...ours.metadata, managedFields: [...ours.metadata.managedFields!, theirs] },
    };
    const question = { desired: router, resource: resourceOf(router.object), live: moved };
    for (const status of ['forbidden', 'not-served'] as const)
      expect(planOf([router], [moved], [{ question, requests: 0, status }]).clusters[0]!.changes).toMatchObject([
        {
          action: 'update',
          predicted: true,
          fields: [
            { path: '/spec/type', before: 'spoke', after: 'mesh', conflictsWith: 'somebody' },
            { path: '/spec/virtualNetworkSelector/matchLabels/b', before: '2', conflictsWith: 'somebody' },
          ],
        },
      ]);
  });
});

describe('Secrets that may not be read', () => {
  const secret = wanted(fleet, 'cluster1', '10-access', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ns1', name: 's' },
    data: { key: 'dg==' },
  });
  const forbidden = { cause: 'forbidden' as const, message: 'cluster1: may not' };
  const listings = liveCluster('cluster1', 'central', [HOME]).listings;
  const unreadable = {
    listings: [...listings, { group: '', kind: 'Secret', status: 'unreadable' as const, problem: forbidden }],
  };
  const plan = planOf([secret], [], [], unreadable);
  const seen = planOf([secret], [], []);

  test('are not compared, which plan, digest and reports say', () => {
    expect(plan.complete).toBe(true);
    expect(plan.clusters[0]).toMatchObject({ status: 'known', changes: [], notCompared: [{ namespace: 'ns1', name: 's' }] });
    expect(planSentence(plan)).toBe('no changes, every cluster is as declared; 1 Secret not compared');
    expect(planMarkdown(plan, [])).toContain('approving covers the content that their annotation names');
    expect(plan.digest).not.toBe(planOf([], [], []).digest);
  });

  test('nor those whose content is not known here, where they are; where they are not, they are created', () => {
    const unknown = { ...secret, object: { ...secret.object, data: { key: '' } }, withoutContent: true as const };
    const there = applied({ ...secret.object, data: { key: 'b3RoZXI=' } });
    const found = planOf([unknown], [there], []);
    expect(found.clusters[0]).toMatchObject({ status: 'known', changes: [], notCompared: [{ namespace: 'ns1', name: 's' }] });
    const absent = planOf([unknown], [], []);
    expect(absent.clusters[0]!.changes).toMatchObject([{ action: 'create', kind: 'Secret', name: 's' }]);
    expect(absent.digest).toBe(planOf([secret], [], []).digest);
  });

  test('are covered by an approval, and only they', () => {
    const approved = parseApproved(JSON.stringify(approve(plan)))!;
    expect(seen.clusters[0]!.changes).toMatchObject([{ action: 'create', kind: 'Secret' }]);
    expect(isSubset(seen, approved)).toEqual({ ok: true });
    expect(isSubset(seen, approve(planOf([], [], [])))).toMatchObject({ ok: false });
    const other = wanted(fleet, 'cluster1', '10-access', { ...secret.object, metadata: { namespace: 'ns1', name: 'other' } });
    expect(isSubset(planOf([other], [], []), approved)).toMatchObject({ ok: false });
    const map = wanted(fleet, 'cluster1', '10-access', { ...secret.object, kind: 'ConfigMap' });
    expect(isSubset(planOf([map], [], []), approved)).toMatchObject({ ok: false });
  });

  test('of another form are no approved plan', () => {
    const broken = { ...approve(plan), clusters: [{ ...approve(plan).clusters[0]!, notCompared: 5 }] };
    expect(parseApproved(JSON.stringify(broken))).toBeUndefined();
  });
});
