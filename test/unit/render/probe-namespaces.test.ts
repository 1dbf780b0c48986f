import { describe, expect, test } from '@jest/globals';
import { SMOKE_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { openQuestions } from '../../../src/plan/comparison.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { toDesired } from '../../../src/render/desired.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { applied, liveCluster, liveState } from '../../support/live-state.ts';
import { smallRelease } from '../../support/small-release.ts';

const VENDOR = smallRelease();
const smoke = (families: string) => `smoke: {image: "example.org/probe:1", defaultPodNetwork: [${families}]}\n`;

/** The namespaces of the smoke test in what a declaration renders. */
function probeNamespacesOf(text: string): Manifest[] {
  const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: VENDOR });
  expect(findings).toEqual([]);
  return tree!.manifests.filter(({ object }) => object.kind === 'Namespace' && object.metadata.name === SMOKE_NAMESPACE);
}

describe('the namespace of the smoke test', () => {
  test('is an object of the fleet on every cluster, with fabric SNAT, restricted pods and the marks of the fleet', () => {
    const manifests = probeNamespacesOf(THREE_CLUSTERS + smoke('v4'));
    expect(manifests.map(({ path }) => path)).toEqual(
      ['cluster1', 'cluster3', 'cluster2'].map((cluster) => `${cluster}/70-namespaces/namespace._.cn2-fleet-smoke.yaml`),
    );
    for (const { cluster, for: owner, declaredAt, object } of manifests) {
      expect([owner, declaredAt]).toEqual([cluster, '/smoke']);
      expect(object).toEqual({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'cn2-fleet-smoke',
          labels: {
            'app.kubernetes.io/managed-by': 'cn2-fleet',
            'cn2-fleet/fleet': 'guide',
            'pod-security.kubernetes.io/enforce': 'restricted',
          },
          annotations: { 'core.juniper.net/forwarding-mode': 'fabric-snat' },
        },
      });
    }
  });

  test.each([
    ['without a smoke test', GUIDE],
    ['where no default pod network is measured', GUIDE + smoke('')],
  ])('is not there %s', (_title, text) => {
    expect(probeNamespacesOf(text)).toEqual([]);
  });

  test.each([
    ['with a smoke test', GUIDE + smoke('v4, v6')],
    ['without one, for which the name stays free', GUIDE],
    ['that is only referred to', replaced(GUIDE, 'isolated: true, labels: {ns: ns1}', 'manage: false')],
  ])('is not to be declared: %s', (_title, text) => {
    const [line] = /.*\{cluster: cluster1, name: ns1,.*/.exec(text)!;
    const own = text.replace(line, `${line}\n${line.replace('name: ns1', 'name: cn2-fleet-smoke')}`);
    const { findings } = guideDeclaration(own);
    const at = own.slice(0, own.indexOf('cn2-fleet-smoke')).split('\n');
    expect(findings).toEqual([
      {
        rule: 'duplicate',
        severity: 'error',
        file: 'clusters.yaml',
        line: at.length,
        column: at.at(-1)!.length + 1,
        message: 'namespace cn2-fleet-smoke is the one of the smoke test, which needs no entry',
        remedy: expect.stringContaining('Take this entry out'),
      },
    ]);
  });
});

/** With the labels of another object, as the server answers an apply. */
function marked(live: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  return { ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, ...desired.metadata.labels } } };
}

describe('a plan for a fleet that was applied before it was an object', () => {
  const { tree } = render({ declaration: guideDeclaration(GUIDE + smoke('v4')), vendorFiles: VENDOR });
  const desired = toDesired(
    tree!.manifests.filter(({ object }) => object.metadata.name === SMOKE_NAMESPACE),
    () => '{}',
  );
  const planned = (here: Parameters<typeof liveCluster>[2]) => {
    const live = liveState(liveCluster('cluster1', 'central', here), liveCluster('cluster2', 'distributed', []));
    const previews = openQuestions(tree!.fleet, desired, live).map((question) => ({
      question,
      requests: 1,
      status: 'merged' as const,
      result: applied(question.live === undefined ? question.desired.object : marked(question.live, question.desired.object)),
      conflicts: [],
    }));
    const { plan } = makePlan({ fleet: tree!.fleet, index: 'sha256:i', desired, live, previews });
    return plan.clusters.flatMap(({ name, changes }) => changes.map(({ action, fields }) => ({ name, action, fields })));
  };

  test('creates it', () => {
    expect(planned([]).map(({ name, action }) => `${name} ${action}`)).toEqual(['cluster1 create', 'cluster2 create']);
  });

  test('adopts the one that a smoke test of an earlier version has left', () => {
    const left = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: SMOKE_NAMESPACE,
        uid: 'left',
        labels: { 'cn2-fleet/smoke': 'old', 'pod-security.kubernetes.io/enforce': 'restricted' },
        annotations: { 'cn2-fleet/expires': '2026-01-01T00:00:00Z', 'core.juniper.net/forwarding-mode': 'fabric-snat' },
      },
    };
    const [central, distributed] = planned([left]);
    expect(distributed?.action).toBe('create');
    expect(central?.action).toBe('adopt');
    expect(central?.fields.map(({ path }) => path)).toEqual([
      '/metadata/labels/app.kubernetes.io~1managed-by',
      '/metadata/labels/cn2-fleet~1fleet',
    ]);
  });
});
