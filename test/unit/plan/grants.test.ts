import { describe, expect, test } from '@jest/globals';
import { driftDocument } from '../../../src/drift/classify.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { openQuestions } from '../../../src/plan/comparison.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { offlinePlan } from '../../../src/plan/offline.ts';
import { type BoundPlan, makePlan } from '../../../src/plan/plan.ts';
import { recheckWith } from '../../../src/rollout/recheck.ts';
import { documents as DRIFTS } from '../../../src/verbs/drift/document.schema.ts';
import { documents as PLANS } from '../../../src/verbs/plan/document.schema.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { applied, liveCluster, liveState, namespaceObject, wanted } from '../../support/live-state.ts';

const fleet = guideDeclaration().fleet!;
const VROUTERS = [{ apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter' }];

function vrouter(tag: string, more: object = {}): KubernetesObject {
  const containers = [{ name: 'agent', image: `hub.juniper.net/cn2/agent:${tag}` }];
  const metadata = { namespace: 'contrail', name: 'contrail-vrouter-masters' };
  return { apiVersion: VROUTERS[0]!.apiVersion, kind: 'Vrouter', metadata, spec: { common: { containers, ...more } } };
}

/** A plan of one Vrouter on the distributed cluster, over what is there. */
function planned(now: KubernetesObject, before?: KubernetesObject): BoundPlan {
  const desired = [wanted(fleet, 'cluster2', '50-vrouter', now)];
  const there = before === undefined ? [] : [applied(wanted(fleet, 'cluster2', '50-vrouter', before).object)];
  const distributed = liveCluster('cluster2', 'distributed', [namespaceObject('contrail'), ...there], VROUTERS);
  const live = liveState(liveCluster('cluster1', 'central', []), distributed);
  const previews = openQuestions(fleet, desired, live).map((question) => ({
    question,
    requests: 1,
    status: 'merged' as const,
    result: { ...desired[0]!.object, metadata: { ...there[0]?.metadata, ...desired[0]!.object.metadata } },
    conflicts: [],
  }));
  return makePlan({ fleet, index: 'sha256:i', desired, live, previews });
}

const changes = ({ clusters }: Pick<Plan, 'clusters'>) => clusters.flatMap((cluster) => cluster.changes);

describe('grants in a plan', () => {
  test('of a create: all, unmarked', () => {
    expect(changes(planned(vrouter('1')).plan)).toMatchObject([
      { action: 'create', grants: [{ what: 'image', detail: 'hub.juniper.net/cn2/agent:1 (container agent)' }] },
    ]);
  });

  test('of an update: what comes and goes is marked', () => {
    expect(changes(planned(vrouter('2', { hostPID: true }), vrouter('1')).plan)).toMatchObject([
      {
        action: 'update',
        grants: [
          { what: 'hostPID', mark: 'added' },
          { what: 'image', detail: 'hub.juniper.net/cn2/agent:2 (container agent)', mark: 'added' },
          { what: 'image', detail: 'hub.juniper.net/cn2/agent:1 (container agent)', mark: 'removed' },
        ],
      },
    ]);
  });

  test('an object that gives nothing away has none', () => {
    const result = planned({ ...vrouter('1'), spec: { clusterName: 'cluster2' } });
    expect(changes(result.plan)).toHaveLength(1);
    expect(changes(result.plan)[0]).not.toHaveProperty('grants');
  });

  test('offline too', () => {
    const manifest = (object: KubernetesObject, digest: string): Manifest => ({
      ...wanted(fleet, 'cluster2', '50-vrouter', object).manifest,
      object,
      digest,
    });
    const offline = (committed: Manifest[]) =>
      changes(offlinePlan({ fleet, index: 'sha256:i', manifests: [manifest(vrouter('2'), 'b')], committed }));
    expect(offline([])).toMatchObject([{ action: 'create', grants: [{ what: 'image' }] }]);
    expect(offline([manifest(vrouter('1'), 'a')])).toMatchObject([
      { action: 'update', grants: [{ mark: 'added' }, { mark: 'removed' }] },
    ]);
  });
});

describe('grants are a view', () => {
  const { plan } = planned(vrouter('2', { hostPID: true }), vrouter('1'));
  const bare: Plan = {
    ...plan,
    clusters: plan.clusters.map((cluster) => ({ ...cluster, changes: cluster.changes.map(({ grants: _, ...rest }) => rest) })),
  };

  test('no part of the digest, nor of what is approved', () => {
    expect(planDigest(plan)).toBe(planDigest(bare));
    const vendor = { asPublished: false, differs: ['x'] };
    expect(JSON.stringify(approve({ ...plan, vendor }))).toBe(JSON.stringify(approve(bare)));
    expect(JSON.stringify(approve(plan))).not.toContain('grants');
  });

  test('an approval covers the same plan with other words for it', () => {
    expect(isSubset(plan, approve(plan))).toEqual({ ok: true });
    expect(isSubset(bare, approve(plan))).toEqual({ ok: true });
  });

  test('the schemas know them in a plan, not in an approval', () => {
    const vendor = { asPublished: true, differs: [] };
    expect(PLANS.plan.parse({ ...plan, vendor, findings: [] })).toEqual({ ...plan, vendor, findings: [] });
    expect(PLANS.plan.safeParse({ ...plan, vendor: { asPublished: true }, findings: [] }).success).toBe(false);
    expect(JSON.stringify(PLANS['approved-plan'].parse(plan))).not.toContain('grants');
  });

  test('a write that was refused is done again whatever is said of what it gives', async () => {
    const live = liveState(liveCluster('cluster1', 'central', []));
    const look = async () => ({ ...planned(vrouter('2', { hostPID: true }), vrouter('1')), desired: [], live });
    expect(await recheckWith(look)('cluster2', changes(bare)[0]!)).toMatchObject({ kind: 'Vrouter' });
  });

  test('drift shows them; a finding of drift is the same with and without', () => {
    const drift = (of: Plan) =>
      driftDocument({ plan: of, proposalPending: false }).clusters.flatMap((cluster) => cluster.changes);
    expect(drift(plan)[0]?.grants).toEqual(changes(plan)[0]?.grants);
    expect(drift(plan)[0]?.fingerprint).toBe(drift(bare)[0]?.fingerprint);
    const document = driftDocument({ plan, proposalPending: false });
    expect(DRIFTS.drift.parse({ ...document, findings: [] })).toEqual({ ...document, findings: [] });
  });
});
