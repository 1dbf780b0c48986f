import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { HAS_SHARED_CN2, sharedObjects, vendorRelease } from '../../support/shared-cn2.ts';

const OWN_LABELS = ['app.kubernetes.io/managed-by', 'cn2-fleet/fleet'];
const DISPLAY_NAME = 'core.juniper.net/display-name';

function renderedGuide(vendorFiles: Record<string, string>): Manifest[] {
  const { tree, findings } = render({ declaration: guideDeclaration(), vendorFiles });
  expect(findings).toEqual([]);
  return tree!.manifests;
}

/** What an object means: without the fleet's labels and CN2's cosmetic annotation, CIDRs in one spelling. */
function meaning(object: KubernetesObject): unknown {
  const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !OWN_LABELS.includes(key));
  const annotations = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => key !== DISPLAY_NAME);
  const { labels: _labels, annotations: _annotations, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, labels: Object.fromEntries(labels), annotations: Object.fromEntries(annotations) },
  };
}

(HAS_SHARED_CN2 ? describe : describe.skip)('the guide, by the vendor files and outputs beside the checkout', () => {
  test('the Kubemanager is the one of the guide, field by field', () => {
    const kubemanager = renderedGuide(vendorRelease('22.2')).find(({ object }) => object.kind === 'Kubemanager')!;
    const [observed] = sharedObjects('observed/kubemanager-cluster2.yaml');
    const spec = { ...(observed!['spec'] as object), podV6Subnet: 'fd85:ee78:d8a6:8607::3:0/112' };
    expect(meaning(kubemanager.object)).toEqual(meaning({ ...observed!, spec }));
    expect(kubemanager).toMatchObject({
      cluster: 'cluster1',
      for: 'cluster2',
      stage: '40-kubemanager',
      declaredAt: '/distributed/0',
    });
  });

  test('namespaces, Subnets, networks and routers are those of the guide', () => {
    const guide = sharedObjects('guide-manifests/MultiCluster-VN-VNR-POD.yaml').filter(({ kind }) => kind !== 'Pod');
    const manifests = renderedGuide(vendorRelease('22.2')).filter(
      ({ cluster, stage }) => cluster === 'cluster1' && stage >= '70',
    );
    const byName = (objects: KubernetesObject[]) =>
      Object.fromEntries(
        objects.map((object) => [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, meaning(object)]),
      );
    expect(guide).toHaveLength(7);
    expect(byName(manifests.map(({ object }) => object))).toEqual(byName(guide));
  });

  test('of the 22.2 files every object but the central ones is there, with its content', () => {
    const manifests = renderedGuide(vendorRelease('22.2'));
    const find = (wanted: KubernetesObject) =>
      manifests.find(
        ({ cluster, object }) =>
          cluster === 'cluster2' &&
          object.kind === wanted.kind &&
          object.metadata.name === wanted.metadata.name &&
          object.metadata.namespace === wanted.metadata.namespace,
      );
    const deployer = sharedObjects('manifests/22.2/distributed_cluster_deployer_example.yaml');
    const vrouters = sharedObjects('manifests/22.2/distributed_cluster_vrouter_example.yaml');
    for (const object of [...deployer, ...vrouters]) {
      const manifest = find(object);
      expect(manifest).toBeDefined();
      const spec = object.kind === 'Vrouter' ? { spec: { ...(object['spec'] as object), clusterName: 'cluster2' } } : {};
      const { data: _data, ...rest } = object;
      const seen = { ...manifest!.object };
      if (object.kind === 'Secret') delete seen.metadata.annotations;
      expect(meaning(seen)).toEqual(meaning({ ...rest, ...spec }));
    }
    expect(manifests.filter(({ object }) => object.kind === 'Vrouter')).toHaveLength(vrouters.length);
  });

  test('the 23.4 files render whole: certificates, webhook secret by reference, v1 kinds, no node selector', () => {
    const text = guideText234();
    const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: vendorRelease('23.4') });
    expect(findings).toEqual([]);
    const named = (kind: string, name: string) =>
      tree!.manifests.find(({ object }) => object.kind === kind && object.metadata.name === name)!;
    expect(named('ContrailCertificateManager', 'contrailcertificatemanager').stage).toBe('30-certificates');
    const webhook = named('Secret', 'webhook-server-cert');
    expect(webhook.object['data']).toBeUndefined();
    expect(webhook.object['type']).toBe('kubernetes.io/tls');
    expect(webhook.object.metadata.annotations).toEqual({
      'cn2-fleet/content': 'manifest:cn2/23.4/distributed_cluster_deployer_example.yaml',
    });
    expect(named('Kubemanager', 'kubemanager-cluster2').object).toMatchObject({
      apiVersion: 'configplane.juniper.net/v1',
      spec: {
        common: {
          containers: [
            {
              image: 'enterprise-hub.juniper.net/contrail-container-prod/contrail-k8s-kubemanager:cn2.23.4.0.59',
              name: 'contrail-k8s-kubemanager',
            },
          ],
        },
      },
    });
    expect(named('Kubemanager', 'kubemanager-cluster2').text).not.toContain('nodeSelector');
    expect(named('VirtualNetwork', 'vn2').object).toMatchObject({
      apiVersion: 'core.contrail.juniper.net/v4',
      spec: { v4SubnetReference: { apiVersion: 'core.contrail.juniper.net/v4' } },
    });
    const vrouters = tree!.manifests.filter(({ object }) => object.kind === 'Vrouter');
    expect(vrouters).toHaveLength(3);
    for (const { object } of vrouters) expect(object['spec']).toMatchObject({ clusterName: 'cluster2' });
    expect(JSON.stringify(tree!.files)).not.toContain('multi-cluster');
  });

  test('a blanked-out key of the vendor is refused where it stands', () => {
    const files = vendorRelease('23.4');
    const file = 'cn2/23.4/distributed_cluster_deployer_example.yaml';
    const lines = files[file]!.split('\n');
    const line = lines.findIndex((text) => text.includes('tls.key:')) + 1;
    lines[line - 1] = '  tls.key: <redacted>';
    const { tree, findings } = render({
      declaration: guideDeclaration(guideText234()),
      vendorFiles: { ...files, [file]: lines.join('\n') },
    });
    expect(tree).toBeUndefined();
    expect(findings).toMatchObject([{ rule: 'manifests', file, line, column: 12 }]);
  });
});

/** The guide on the last public release. */
function guideText234(): string {
  return replaced(replaced(GUIDE, '22.2.0.93', 'cn2.23.4.0.59'), 'cn2/22.2', 'cn2/23.4');
}
