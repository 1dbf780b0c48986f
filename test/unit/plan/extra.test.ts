import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import { offlinePlan } from '../../../src/plan/offline.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { toServed } from '../../../src/plan/served.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { liveCluster, liveState, namespaceObject, wanted } from '../../support/live-state.ts';

const fleet: Fleet = guideDeclaration().fleet!;

function own(object: KubernetesObject): Desired {
  const desired = wanted(fleet, 'cluster1', '95-extra', object);
  return { ...desired, manifest: { ...desired.manifest, declaredAt: '/extra/0' } };
}

function looked(object: KubernetesObject, kinds: { apiVersion: string; kind: string }[], unavailableGroups: string[] = []) {
  const live = liveState(liveCluster('cluster1', 'central', [namespaceObject('ns1')], kinds, { unavailableGroups }));
  const served = toServed([own(object)], live);
  const { plan, findings } = makePlan({ fleet, index: 'i', desired: served.desired, live, previews: [] });
  return { changes: plan.clusters[0]!.changes, plan, findings: [...served.findings, ...findings] };
}

const WIDGET = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'ns1' } };

describe('a kind of one’s own that the cluster does not serve', () => {
  test('yet: a create that is not previewed, and a warning', () => {
    const { changes, findings, plan } = looked(WIDGET, []);
    expect(plan.complete).toBe(true);
    expect(changes).toMatchObject([{ action: 'create', kind: 'Widget', predicted: true, stage: '95-extra' }]);
    expect(findings.filter(({ rule }) => rule === 'manifests')).toEqual([
      expect.objectContaining({
        severity: 'warning',
        cluster: 'cluster1',
        message: 'cluster1 does not serve Widget of example.org/v1 yet: what extra has of it is not previewed',
      }),
    ]);
  });

  test('in this version: an error that names the others', () => {
    const { findings } = looked(WIDGET, [{ apiVersion: 'example.org/v2', kind: 'Widget' }]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'manifests',
        severity: 'error',
        message: expect.stringMatching(
          /^cluster1 serves Widget as example\.org\/v2, but extra has it as example\.org\/v1 \(cluster1\/95-extra\//,
        ),
      }),
    );
  });

  test('because its server does not answer: unknown, and said once', () => {
    const { findings } = looked(WIDGET, [], ['example.org']);
    expect(findings.filter(({ rule }) => rule === 'manifests')).toEqual([]);
  });
});

test.each([
  ['lacks metadata.namespace', { ...WIDGET, metadata: { name: 'a' } }, 'Widget'],
  ['has a namespace, and a Node belongs to none', { ...WIDGET, kind: 'Node' }, 'Node'],
])('what only the cluster knows: %s', (message, object, kind) => {
  const { findings } = looked(object, [{ apiVersion: 'example.org/v1', kind }]);
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: 'manifests', severity: 'error', message: expect.stringContaining(message) }),
  );
});

test('a plan says what objects of one’s own grant, also without a cluster', () => {
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'ns1' },
    spec: { hostNetwork: true, containers: [{ name: 'a', image: 'example.org/a:1', securityContext: { privileged: true } }] },
  };
  const binding: KubernetesObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'a' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', name: 'system:authenticated' }],
  };
  const manifests = [own(pod), own(binding)].map(({ manifest }) => manifest);
  const [first, second] = offlinePlan({ fleet, index: 'i', manifests, committed: [] }).clusters[0]!.changes;
  expect(first!.grants!.map(({ what }) => what)).toEqual(expect.arrayContaining(['privileged', 'hostNetwork', 'image']));
  expect(second!.grants!.map(({ detail }) => detail).join()).toContain('system:authenticated');
  expect(looked(pod, []).changes[0]!.grants).toEqual(first!.grants);
});
