import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/model/finding.ts';
import type { RenderedTree } from '../../../src/model/manifest.ts';
import { STAGES } from '../../../src/model/manifest.ts';
import { imagesOf } from '../../../src/render/images.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

function treeOf(text: string, vendorFiles = smallRelease()): RenderedTree {
  const declaration = guideDeclaration(text);
  expect(declaration.findings).toEqual([]);
  const { tree, findings } = render({ declaration, vendorFiles });
  expect(findings).toEqual([]);
  return tree!;
}

function findingsOf(text: string): Finding[] {
  const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: smallRelease() });
  expect(tree).toBeUndefined();
  return findings;
}

function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}

function imagesOn(tree: RenderedTree, cluster: string): string[] {
  return tree.manifests
    .filter((manifest) => manifest.cluster === cluster)
    .flatMap(({ object }) => imagesOf(object).map(({ image }) => image));
}

const MIRROR = replaced(GUIDE, '  pullSecret:', '  registry: mirror.example.org:5000/team/cn2\n  pullSecret:');

describe('the order of an apply', () => {
  test('of the guide: every object in its stage, namespaces first', () => {
    expect(treeOf(GUIDE).manifests.map(({ path }) => path)).toEqual([
      'cluster2/10-access/namespace._.contrail-deploy.yaml',
      'cluster2/10-access/secret.contrail-deploy.central-kubeconfig.yaml',
      'cluster1/10-access/secret.contrail.workload-kubeconfig.yaml',
      'cluster2/20-deployer/namespace._.contrail.yaml',
      'cluster2/20-deployer/secret.contrail-deploy.registrypullsecret.yaml',
      'cluster2/20-deployer/deployment.contrail-deploy.contrail-k8s-deployer.yaml',
      'cluster1/40-kubemanager/kubemanager.contrail.kubemanager-cluster2.yaml',
      'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-masters.yaml',
      'cluster2/50-vrouter/vrouter.contrail.contrail-vrouter-nodes-1.yaml',
      'cluster1/70-namespaces/namespace._.ns1.yaml',
      'cluster2/70-namespaces/namespace._.ns1.yaml',
      'cluster1/80-networks/subnet.ns1.subnet1.yaml',
      'cluster1/80-networks/subnet.kubemanager-cluster2-cluster2-ns1.subnet2.yaml',
      'cluster1/80-networks/virtualnetwork.ns1.vn1.yaml',
      'cluster1/80-networks/virtualnetwork.kubemanager-cluster2-cluster2-ns1.vn2.yaml',
      'cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml',
      'cluster1/90-routers/virtualnetworkrouter.kubemanager-cluster2-cluster2-ns1.vnr2.yaml',
    ]);
  });

  test('a namespace goes ahead of what its file puts before it', () => {
    const files = smallRelease();
    const file = Object.keys(files).find((name) => name.includes('distributed_cluster_deployer'))!;
    const [namespace, ...rest] = files[file]!.split('---\n');
    const paths = treeOf(GUIDE, { ...files, [file]: [...rest, `\n${namespace}`].join('---\n') }).manifests.map(
      ({ path }) => path,
    );
    expect(paths.filter((path) => path.includes('20-deployer')).map((path) => path.split('/')[2])).toEqual([
      'namespace._.contrail.yaml',
      'secret.contrail-deploy.registrypullsecret.yaml',
      'deployment.contrail-deploy.contrail-k8s-deployer.yaml',
    ]);
  });

  test('clusters attach whole, in order of index, not of the list', () => {
    const attach = treeOf(THREE_CLUSTERS).manifests.filter(({ stage }) => stage < '70');
    const owners = attach.map((manifest) => manifest.for);
    expect(owners).toEqual([...owners].sort()); // cluster2 (index 0) before cluster3 (index 1)
    expect(new Set(owners).size).toBe(2);
    for (const owner of new Set(owners)) {
      const stages = attach.filter((manifest) => manifest.for === owner).map(({ stage }) => STAGES.indexOf(stage));
      expect(stages).toEqual([...stages].sort((a, b) => a - b));
    }
  });

  test('no core object is for a distributed cluster to hold', () => {
    for (const { cluster, object } of treeOf(THREE_CLUSTERS).manifests) {
      if (object.apiVersion.startsWith('core.contrail')) expect(cluster).toBe('cluster1');
    }
  });
});

describe('two distributed clusters', () => {
  test('have their own numbers, names, selectors and owners', () => {
    const tree = treeOf(THREE_CLUSTERS);
    const kubemanager = tree.manifests.find(({ object }) => object.metadata.name === 'kubemanager-cluster3')!;
    expect(kubemanager).toMatchObject({ cluster: 'cluster1', for: 'cluster3', declaredAt: '/distributed/0' });
    expect(kubemanager.object['spec']).toEqual({
      common: {
        containers: [{ image: 'hub.juniper.net/cn2/contrail-k8s-kubemanager:22.2.0.93', name: 'contrail-k8s-kubemanager' }],
        nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
      },
      podV4Subnet: '10.235.128.0/17',
      serviceV4Subnet: '10.235.0.0/17',
      clusterName: 'cluster3',
      kubeconfigSecretName: 'cluster3-kubeconfig',
      enableNad: true,
      listenerPort: 19447,
      constantRouteTargetNumber: 7799,
    });
    for (const { cluster, object } of tree.manifests) {
      if (object.kind === 'Vrouter') expect(object['spec']).toMatchObject({ clusterName: cluster });
    }
  });

  test('cni.clusterName follows where a file sets it and is not added elsewhere', () => {
    const specs = treeOf(GUIDE)
      .manifests.filter(({ object }) => object.kind === 'Vrouter')
      .map(({ object }) => object['spec']);
    expect(specs[0]).toMatchObject({ cni: { clusterName: 'cluster2', vifType: 'veth' } });
    expect(specs[1]).not.toHaveProperty('cni');
  });

  test('a selector that is declared empty leaves the Kubemanager without one', () => {
    const text = replaced(GUIDE, '    kubemanager:', '    kubemanagerNodeSelector: {}\n    kubemanager:');
    expect(treeOf(text).files['cluster1/40-kubemanager/kubemanager.contrail.kubemanager-cluster2.yaml']).not.toContain(
      'nodeSelector',
    );
  });
});

describe('a mirror registry', () => {
  test('replaces what stands before the last slash of every image', () => {
    const tree = treeOf(MIRROR);
    const images = [...imagesOn(tree, 'cluster1'), ...imagesOn(tree, 'cluster2')];
    expect(images).toHaveLength(6);
    for (const image of images) expect(image).toMatch(/^mirror\.example\.org:5000\/team\/cn2\/contrail-[a-z0-9-]+:22\.2\.0\.93$/);
    expect(JSON.stringify(tree.manifests.map(({ text }) => text))).not.toContain('hub.juniper.net');
  });

  test('of a distributed cluster is for that cluster alone, not for its Kubemanager on the central one', () => {
    const tree = treeOf(THREE_CLUSTERS);
    for (const image of imagesOn(tree, 'cluster3')) expect(image).toMatch(/^mirror3\.example\.org\/cn2\/contrail-/);
    for (const image of [...imagesOn(tree, 'cluster1'), ...imagesOn(tree, 'cluster2')])
      expect(image).toMatch(/^hub\.juniper\.net\/cn2\//);
  });

  test("covers cert-manager's images and leaves their tag", () => {
    const text = replaced(replaced(MIRROR, '22.2.0.93', '22.4.0.284'), 'cn2/22.2', 'cn2/22.4');
    const images = imagesOn(treeOf(text, smallRelease('22.4.0.284', 'cn2/22.4')), 'cluster2');
    expect(images).toContain('mirror.example.org:5000/team/cn2/cert-manager-controller:v1.13.2');
  });
});

describe('namespaces', () => {
  test('that only are referred to are not written', () => {
    const text = replaced(
      GUIDE,
      '{cluster: cluster2, name: ns1, isolated: true,',
      '{cluster: cluster2, name: ns1, manage: false,',
    );
    expect(treeOf(text).manifests.some(({ cluster, stage }) => cluster === 'cluster2' && stage === '70-namespaces')).toBe(false);
  });

  test('carry the isolation as a string and the forwarding as an annotation', () => {
    const text = replaced(
      GUIDE,
      'name: ns1, isolated: true, labels: {ns: ns1}',
      'name: ns1, isolated: true, forwarding: fabric-snat, labels: {ns: ns1}',
    );
    expect(treeOf(text).files['cluster1/70-namespaces/namespace._.ns1.yaml']).toBe(`apiVersion: v1
kind: Namespace
metadata:
  name: ns1
  labels:
    app.kubernetes.io/managed-by: cn2-fleet
    cn2-fleet/fleet: guide
    core.juniper.net/isolated-namespace: "true"
    ns: ns1
  annotations:
    core.juniper.net/forwarding-mode: fabric-snat
`);
  });

  test("that CN2's files make themselves cannot be declared with other content", () => {
    const text = replaced(GUIDE, 'networks:\n', '  - {cluster: cluster2, name: contrail, labels: {team: a}}\nnetworks:\n');
    expect(findingsOf(text)).toMatchObject([
      {
        rule: 'duplicate',
        file: 'clusters.yaml',
        line: lineOf(text, 'team: a'),
        remedy: expect.stringContaining('manage: false'),
      },
    ]);
  });

  test("with the content of CN2's files stay in the earlier stage", () => {
    const text = replaced(GUIDE, 'networks:\n', '  - {cluster: cluster2, name: contrail}\nnetworks:\n');
    const paths = treeOf(text).manifests.map(({ path }) => path);
    expect(paths.filter((path) => path.includes('namespace._.contrail.yaml'))).toEqual([
      'cluster2/20-deployer/namespace._.contrail.yaml',
    ]);
  });
});

describe('two objects of one identity are refused under the rule that they break', () => {
  test('E20: one access secret for two clusters', () => {
    const text = replaced(THREE_CLUSTERS, '    index: 1\n', '    index: 1\n    kubeconfigSecret: workload-kubeconfig\n');
    expect(findingsOf(text)).toMatchObject([
      { rule: 'E20', line: text.split('\n').lastIndexOf('    kubeconfigSecret: workload-kubeconfig') + 1 },
    ]);
  });

  test('E13: one Kubemanager for two clusters', () => {
    const text = replaced(THREE_CLUSTERS, '    index: 1\n', '    index: 1\n    kubemanager: kubemanager-cluster2\n');
    expect(findingsOf(text)).toMatchObject([
      { rule: 'E13', line: text.split('\n').lastIndexOf('    kubemanager: kubemanager-cluster2') + 1 },
    ]);
  });

  test('E14: a central namespace named like a mirrored one', () => {
    const namespace = 'kubemanager-cluster2-cluster2-ns1';
    const text = replaced(
      replaced(GUIDE, 'networks:\n', `  - {cluster: cluster1, name: ${namespace}}\nnetworks:\n`),
      'connections:',
      `  - {cluster: cluster1, namespace: ${namespace}, name: vn2, v4: {cidr: 10.9.0.0/24}}\nconnections:`,
    );
    expect(findingsOf(text)).toMatchObject([{ rule: 'E14', line: lineOf(text, '10.9.0.0') }]);
  });
});

describe('Subnets', () => {
  test('are written canonical, both families, without a gateway where none is declared', () => {
    const text = replaced(
      GUIDE,
      'v4: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, subnet: subnet1}',
      'v4: {cidr: 10.0.0.0/24}, v6: {cidr: "FD00:0:0::0A00:0/120", gateway: "fd00:0::a00:1"}',
    );
    const tree = treeOf(text);
    const spec = (name: string) => tree.manifests.find(({ object }) => object.metadata.name === name)!.object['spec'];
    expect(spec('vn1-v4')).toEqual({ cidr: '10.0.0.0/24' });
    expect(spec('vn1-v6')).toEqual({ cidr: 'fd00::a00:0/120', defaultGateway: 'fd00::a00:1' });
    expect(Object.keys(spec('vn1') as object)).toEqual(['v4SubnetReference', 'v6SubnetReference']);
    const declared = tree.manifests.find(({ object }) => object.metadata.name === 'vn1-v6')!;
    expect(declared).toMatchObject({ declaredAt: '/networks/0/v6', for: 'cluster1' });
  });
});

test('a declaration with an error renders nothing, but its folder is judged', () => {
  const declaration = guideDeclaration(replaced(GUIDE, '    index: 0\n', '    index: 0\n    colour: red\n'));
  expect(render({ declaration, vendorFiles: smallRelease() })).toEqual({ findings: [] });
  expect(render({ declaration, vendorFiles: {} }).findings).toHaveLength(1);
});
