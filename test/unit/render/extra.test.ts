import { describe, expect, test } from '@jest/globals';
import { isNamespaced } from '../../../src/cn2/scopes.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { isExtra } from '../../../src/model/manifest.ts';
import { readCommitted } from '../../../src/render/committed.ts';
import { render } from '../../../src/render/render.ts';
import { vendorState } from '../../../src/render/vendor-state.ts';
import { judgeManifests } from '../../../src/rules/judge.ts';
import { GUIDE } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

const VENDOR = smallRelease();
const DECLARED = `${GUIDE}extra:
  - {cluster: cluster1, path: own/central}
  - {cluster: cluster2, path: own/edge.yaml}
`;

function rendered(extraFiles: Record<string, string>, text = DECLARED) {
  const declaration = readDeclaration(text, 'clusters.yaml');
  const result = render({ declaration, vendorFiles: VENDOR, extraFiles });
  const manifests = result.tree?.manifests ?? [];
  const judged = judgeManifests({ declaration, fleet: declaration.fleet!, manifests, vendorFiles: {} });
  return { ...result, extra: manifests.filter(isExtra), judged };
}

/** What is said of a file for the central cluster. */
function said(text: string, file = 'own/central/a.yaml'): string[] {
  const { findings, judged } = rendered({ [file]: text });
  return [...findings, ...judged].map(
    (each) => `${each.file}:${each.line}:${each.column} ${each.rule} ${each.message} | ${each.remedy}`,
  );
}

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: ns1}\ndata: {a: b}\n';
const BGP = `apiVersion: core.contrail.juniper.net/v1alpha1
kind: BGPRouter
metadata: {name: gateway, namespace: contrail}
spec: {parent: {kind: RoutingInstance, name: default, namespace: contrail}}
`;

describe('objects of your own', () => {
  test('of RBAC have the names that Kubernetes lets them have, also those that no file may have', () => {
    const names = ['system:auditor', 'Auditor', 'auditor', 'a_b', 'günther', 'system%3Aauditor'];
    const role = (name: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "${name}"}\nrules: []\n`;
    const { tree, extra, findings } = rendered({ 'own/central/a.yaml': names.slice(0, 5).map(role).join('---\n') });
    expect(findings).toEqual([]);
    expect(extra.map(({ path }) => path.slice('cluster1/95-extra/clusterrole._.'.length))).toEqual([
      'system%3Aauditor.yaml',
      '%41uditor.yaml',
      'auditor.yaml',
      'a%5Fb.yaml',
      'g%C3%BCnther.yaml',
    ]);
    const { problems, tree: again } = readCommitted(tree!.files);
    expect(problems).toEqual([]);
    expect(again!.manifests.filter(isExtra).map(({ object }) => object.metadata.name)).toEqual(names.slice(0, 5));
    expect(said(role('system%3Aauditor'))).toEqual([expect.stringContaining('cannot be rendered as a file')]);
    expect(said(role('../../x'))).toEqual([expect.stringContaining('cannot be rendered as a file')]);
    expect(said(role('..'))).toEqual([expect.stringContaining('cannot be rendered as a file')]);
    expect(said(role('a').replace('rbac.authorization.k8s.io', 'example.org').replace('"a"', '"a:b"'))).toEqual([
      expect.stringContaining('cannot be rendered as a file'),
    ]);
  });

  test('are manifests of their cluster, marked as the fleet’s, CN2’s core kinds before the networks, all else last', () => {
    const router = BGP.replace('BGPRouter', 'VirtualNetworkRouter').replace('name: gateway', 'name: own');
    const { tree, extra, findings, judged } = rendered({
      'own/central/b.yaml': `${CONFIG}---\n${router}`,
      'own/central/a/bgp.yml': BGP,
      'own/edge.yaml': CONFIG,
    });
    expect([...findings, ...judged]).toEqual([]);
    expect(extra.map(({ path, for: owner, declaredAt }) => [path, owner, declaredAt])).toEqual([
      ['cluster1/80-networks/bgprouter.contrail.gateway.yaml', 'cluster1', '/extra/0'],
      ['cluster1/90-routers/virtualnetworkrouter.contrail.own.yaml', 'cluster1', '/extra/0'],
      ['cluster1/95-extra/configmap.ns1.notes.yaml', 'cluster1', '/extra/0'],
      ['cluster2/95-extra/configmap.ns1.notes.yaml', 'cluster2', '/extra/1'],
    ]);
    const stages = tree!.manifests.map(({ stage, object }) => `${stage} ${object.kind}`);
    expect(stages.indexOf('80-networks BGPRouter')).toBeLessThan(stages.indexOf('80-networks Subnet'));
    expect(stages.slice(-2)).toEqual(['95-extra ConfigMap', '95-extra ConfigMap']);
    expect(tree!.files['cluster1/95-extra/configmap.ns1.notes.yaml']).toContain('    cn2-fleet/fleet: guide\n');
    expect(tree!.index.sources.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['own/central/a/bgp.yml', 'own/central/b.yaml', 'own/edge.yaml']),
    );
    expect(vendorState(tree!, VENDOR).differs.filter((file) => file.startsWith('own/'))).toEqual([]);
    expect(readCommitted(tree!.files).problems).toEqual([]);
  });

  test('for the networks of a distributed cluster belong to that cluster', () => {
    const { extra } = rendered({
      'own/central/a.yaml': BGP.replace('namespace: contrail}\nspec', 'namespace: kubemanager-cluster2-cluster2-ns1}\nspec'),
    });
    expect(extra.map(({ cluster, for: owner }) => [cluster, owner])).toEqual([['cluster1', 'cluster2']]);
  });

  test('without them a fleet is rendered byte for byte as before there was the key', () => {
    const plain = rendered({}, GUIDE).tree!.files;
    expect(rendered({}, `${GUIDE}extra: []\n`).tree!.files).toEqual(plain);
    expect(plain['fleet.json']).not.toContain('extra');
  });

  test('a list is its items, and what a server has filled in is left out', () => {
    const { extra, findings } = rendered({
      'own/central/live.yaml': `apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- apiVersion: core.contrail.juniper.net/v1alpha1
  kind: RouteTable
  metadata:
    annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
    creationTimestamp: "2024-01-01T00:00:00Z"
    generation: 3
    labels: {own: x, back-reference.core.juniper.net/abc: Subnet_a_b}
    managedFields: [{manager: kubectl, operation: Update}]
    name: table
    namespace: ns1
    resourceVersion: "12"
    uid: abc
  spec: {fqName: [a, b], routes: {}}
  status: {state: Success, observation: ""}
- ${CONFIG.replaceAll('\n', '\n  ')}
`,
    });
    expect(findings).toEqual([]);
    expect(extra[0]!.object).toEqual({
      apiVersion: 'core.contrail.juniper.net/v1alpha1',
      kind: 'RouteTable',
      metadata: {
        name: 'table',
        namespace: 'ns1',
        labels: { own: 'x', 'app.kubernetes.io/managed-by': 'cn2-fleet', 'cn2-fleet/fleet': 'guide' },
      },
      spec: { routes: {} },
    });
    expect(extra[1]!.object['data']).toEqual({ a: 'b' });
  });

  test('references of a live object to another are as their owner writes them', () => {
    const { extra } = rendered({
      'own/central/a.yaml': `apiVersion: core.contrail.juniper.net/v1alpha1
kind: BGPRouter
metadata: {name: gateway, namespace: contrail}
spec:
  fqName: [a]
  parent: {kind: RoutingInstance, name: default, namespace: contrail, uid: u, resourceVersion: "3", fqName: [b], attributes: {}}
  bgpRouterParameters: {uid: own}
  bgpRouterReferences:
  - {kind: BGPRouter, name: one, namespace: contrail, uid: v, resourceVersion: "4", fqName: [c], attributes: {peeringAttributes: []}}
`,
      'own/edge.yaml': CONFIG.replace('data: {a: b}', 'spec: {parent: {uid: u}}'),
    });
    expect(extra.map(({ object }) => object['spec'])).toEqual([
      {
        parent: { kind: 'RoutingInstance', name: 'default', namespace: 'contrail' },
        bgpRouterParameters: { uid: 'own' },
        bgpRouterReferences: [{ kind: 'BGPRouter', name: 'one', namespace: 'contrail', attributes: { peeringAttributes: [] } }],
      },
      { parent: { uid: 'u' } },
    ]);
  });

  test.each(['', '# nothing yet\n', '---\n# a\n---\n'])('a file without any is a warning: %j', (text) => {
    const { findings, tree } = rendered({ 'own/central/a.yaml': text });
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file: 'own/central/a.yaml',
        line: 1,
        message: 'own/central/a.yaml holds no object',
      }),
    ]);
    expect(tree).toBeDefined();
  });

  test('mean what they mean to kubectl', () => {
    const { extra } = rendered({ 'own/central/a.yaml': CONFIG.replace('data: {a: b}', 'immutable: on\nmode: 0644') });
    expect(extra[0]!.object).toMatchObject({ immutable: true, mode: 420 });
  });
});

describe('objects that are refused, each at its place', () => {
  const NAMED = 'metadata: {name: a, namespace: ns1}\n';
  test.each([
    [
      'a namespace',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
      '2:7',
      /Namespace a may not be under extra: .*along.* \| Declare it under namespaces/,
    ],
    [
      'a secret, whatever is in it',
      `apiVersion: v1\nkind: Secret\n${NAMED}`,
      '2:7',
      /Secret ns1\/a may not be under extra: .*in git.* \| Create it by hand/,
    ],
    [
      'a definition',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\n',
      '2:7',
      /CustomResourceDefinition a\.b\.c may not be under extra/,
    ],
    [
      'a Kubemanager',
      `apiVersion: configplane.juniper.net/v1alpha1\nkind: Kubemanager\n${NAMED}`,
      '2:7',
      /Kubemanager ns1\/a may not be under extra: it attaches a cluster/,
    ],
    [
      'a default network, which CN2 would lose',
      'apiVersion: core.contrail.juniper.net/v1alpha1\nkind: VirtualNetwork\nmetadata: {name: default-podnetwork, namespace: ns1}\n',
      '3:18',
      /VirtualNetwork ns1\/default-podnetwork may not be under extra: CN2 makes it/,
    ],
    [
      'the default network of another cluster’s namespace',
      'apiVersion: core.contrail.juniper.net/v1alpha1\nkind: VirtualNetwork\nmetadata: {name: default-servicenetwork, namespace: kubemanager-cluster2-cluster2-ns1}\n',
      '3:18',
      /default-servicenetwork may not be under extra: CN2 makes it/,
    ],
    [
      'a default subnet',
      'apiVersion: core.contrail.juniper.net/v1alpha1\nkind: Subnet\nmetadata: {name: default-servicenetwork-pod-v6-subnet, namespace: contrail}\n',
      '3:18',
      /Subnet contrail\/default-servicenetwork-pod-v6-subnet may not be under extra: CN2 makes it/,
    ],
    [
      'the lock of the fleet',
      'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: cn2-fleet-guide, namespace: contrail}\n',
      '3:18',
      /Lease contrail\/cn2-fleet-guide may not be under extra: it is the lock of a fleet/,
    ],
    [
      'the lock of its smoke test',
      'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: cn2-fleet-guide-smoke, namespace: contrail}\n',
      '3:18',
      /Lease contrail\/cn2-fleet-guide-smoke may not be under extra/,
    ],
    [
      'what is in the namespace of the smoke test',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: cn2-fleet-smoke}\n',
      '3:18',
      /ConfigMap cn2-fleet-smoke\/a may not be under extra: the smoke test/,
    ],
    [
      'and in that namespace as the central cluster knows it',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: kubemanager-cluster2-cluster2-cn2-fleet-smoke}\n',
      '3:18',
      /ConfigMap kubemanager-cluster2-cluster2-cn2-fleet-smoke\/a may not be under extra/,
    ],
    ['a declaration', 'apiVersion: cn2-fleet/v1\nkind: Fleet\nmetadata: {name: a}\n', '1:13', /is a declaration of cn2-fleet/],
    ['generateName', 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-, namespace: b}\n', '3:26', /generateName/],
    [
      'a name that is a number',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: 12, namespace: b}\n',
      '3:18',
      /has a metadata\.name that is read as a number, not as text \| Quote it/,
    ],
    [
      'a namespace that is a number',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: 12}\n',
      '3:32',
      /has a metadata\.namespace that is read as a number.* \| Quote it/,
    ],
    [
      'a namespace that is a truth value',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: on}\n',
      '3:32',
      /has a metadata\.namespace that is read as a boolean.* \| Quote it/,
    ],
    ['one without a name', 'apiVersion: v1\nkind: Pod\nmetadata: {namespace: b}\n', '3:11', /has a Pod without metadata\.name/],
    ['one without a namespace', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n', '3:11', /Pod a lacks metadata\.namespace/],
    [
      'a namespace where there is none',
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n${NAMED}`,
      '3:32',
      /ClusterRole ns1\/a has a namespace, and a ClusterRole belongs to none/,
    ],
    [
      'a name that leads out of rendered/',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: ../../x, namespace: b}\n',
      '3:18',
      /cannot be rendered as a file/,
    ],
    [
      'a name of which only the case differs',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: A, namespace: b}\n',
      '3:18',
      /cannot be rendered/,
    ],
    [
      'a name that is too long',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${'a'.repeat(250)}, namespace: b}\n`,
      '3:18',
      /cannot be rendered/,
    ],
    [
      'a namespace that leads out',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ../b}\n',
      '3:32',
      /has a namespace that is not a DNS label/,
    ],
    [
      'our label',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n  labels: {cn2-fleet/fleet: guide}\n',
      '6:29',
      /Pod b\/a sets cn2-fleet\/fleet.* \| Remove the line/,
    ],
    [
      'our annotation',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n  annotations: {cn2-fleet/content: x}\n',
      '6:36',
      /sets cn2-fleet\/content/,
    ],
    [
      'another tool’s word for who manages it',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n  labels: {app.kubernetes.io/managed-by: Helm}\n',
      '6:42',
      /sets app\.kubernetes\.io\/managed-by/,
    ],
    [
      'an owner',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n  ownerReferences: [{kind: ReplicaSet}]\n',
      '6:20',
      /has metadata\.ownerReferences/,
    ],
    [
      'a finalizer',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n  finalizers: [x.y/z]\n',
      '6:15',
      /has metadata\.finalizers/,
    ],
    [
      'a label that is not text',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b, labels: {x: 1}}\n',
      '3:47',
      /that is not text \| Quote it/,
    ],
    [
      'a list inside a list',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: []}\n',
      '4:26',
      /list inside a list/,
    ],
    ['a list without items', 'apiVersion: v1\nkind: List\n', '2:7', /one without items/],
    ['an item that is no object', 'apiVersion: v1\nkind: List\nitems: [3]\n', '3:9', /is not a Kubernetes object/],
    ['no object at all', 'just: text\n', '1:1', /own\/central\/a\.yaml is not a Kubernetes object/],
    ['a kind that leads out', 'apiVersion: v1\nkind: ../x\nmetadata: {name: a}\n', '1:1', /is not a Kubernetes object/],
    ['what is not YAML', 'a: [\n', '2:1', /is not YAML/],
    ['a document of brackets', `a: ${'['.repeat(90)}${']'.repeat(90)}\n`, '1:1', /nested deeper than 64 levels/],
  ])('%s', (_, text, place, message) => {
    const found = said(text);
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]).toContain(`own/central/a.yaml:${place} manifests `);
  });

  test.each([
    [
      'a network of the same name in another group',
      CONFIG.replace('apiVersion: v1', 'apiVersion: example.org/v1')
        .replace('ConfigMap', 'VirtualNetwork')
        .replace('notes', 'default-podnetwork'),
    ],
    [
      'a Lease elsewhere',
      CONFIG.replace('apiVersion: v1', 'apiVersion: coordination.k8s.io/v1')
        .replace('ConfigMap', 'Lease')
        .replace('notes', 'cn2-fleet-guide'),
    ],
  ])('not refused is %s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  test('the central name of a namespace on a distributed cluster', () => {
    const text = CONFIG.replace('namespace: ns1', 'namespace: kubemanager-cluster2-cluster2-ns1');
    expect(said(text, 'own/edge.yaml')).toEqual([
      expect.stringMatching(
        /^own\/edge\.yaml:3:36 manifests .*in namespace kubemanager-cluster2-cluster2-ns1.* \| Write namespace: ns1, or/,
      ),
    ]);
    expect(said(text)).toEqual([]);
  });

  test('a core kind on a distributed cluster is E24, with where it belongs', () => {
    expect(said(BGP, 'own/edge.yaml')).toEqual([
      expect.stringMatching(
        /^own\/edge\.yaml:1:13 E24 .*cluster2, which does not serve it \| Declare it for cluster1, in namespace kubemanager-cluster2-cluster2-contrail\.$/,
      ),
    ]);
  });

  test('a core kind in a version of another release is E22 at its place', () => {
    expect(said(BGP.replace('v1alpha1', 'v4'))).toEqual([expect.stringMatching(/^own\/central\/a\.yaml:1:13 E22 /)]);
  });

  test('images have versions of their own', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ns1}\nspec: {containers: [{name: a, image: example.org/a:7}]}\n';
    expect(said(pod)).toEqual([]);
  });

  test('an annotation with networks is judged in the file (E25)', () => {
    const pod = `apiVersion: v1
kind: Pod
metadata:
  name: a
  namespace: ns1
  annotations: {k8s.v1.cni.cncf.io/networks: ns1/vn2}
`;
    expect(said(pod, 'own/edge.yaml')).toEqual([expect.stringMatching(/^own\/edge\.yaml:6:46 E25 /)]);
  });

  test('all faults of all files at once', () => {
    const { findings } = rendered({
      'own/central/a.yaml': 'just: text\n',
      'own/edge.yaml': `apiVersion: v1\nkind: Secret\n${NAMED}`,
    });
    expect(findings.map(({ file }) => file).sort()).toEqual(['own/central/a.yaml', 'own/edge.yaml']);
  });
});

describe('an object that something else renders', () => {
  const twice = (text: string, file = 'own/central/a.yaml') => {
    const { tree, findings } = rendered({ [file]: text });
    expect(tree).toBeUndefined();
    return findings;
  };

  test('a key: both places, also where the content is the same', () => {
    const subnet = rendered({}, GUIDE).tree!.manifests.find(({ object }) => object.kind === 'Subnet')!;
    const { metadata, ...rest } = subnet.object;
    const text = JSON.stringify({ ...rest, metadata: { name: metadata.name, namespace: metadata.namespace } });
    expect(twice(text)).toEqual([
      expect.objectContaining({
        rule: 'manifests',
        file: 'own/central/a.yaml',
        message: expect.stringContaining(
          'Subnet ns1/subnet1 on cluster1 is rendered twice: a key of the declaration has it as well',
        ),
        related: [expect.objectContaining({ file: 'clusters.yaml', line: 29 })],
      }),
    ]);
  });

  test('the vendor’s folder: the place in its file', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: contrail-k8s-deployer, namespace: contrail-deploy}\n';
    const [finding] = twice(deployment, 'own/edge.yaml');
    expect(finding).toMatchObject({
      file: 'own/edge.yaml',
      message: expect.stringContaining('it comes with the attached cluster as well'),
      related: [{ file: 'cn2/22.2/distributed_cluster_deployer_example.yaml' }],
    });
  });

  test('two files of your own', () => {
    const { findings } = rendered({ 'own/central/a.yaml': CONFIG, 'own/central/b.yaml': CONFIG });
    expect(findings).toEqual([
      expect.objectContaining({
        file: 'own/central/b.yaml',
        message: 'ConfigMap ns1/notes on cluster1 is rendered twice: extra has it a second time',
        related: [expect.objectContaining({ file: 'own/central/a.yaml', line: 3 })],
      }),
    ]);
  });

  test('two kinds of one name in two groups would be one file', () => {
    const service = (group: string) => `apiVersion: ${group}v1\nkind: Service\nmetadata: {name: a, namespace: ns1}\n`;
    expect(twice(`${service('')}---\n${service('serving.example.dev/')}`)).toEqual([
      expect.objectContaining({ line: 7, message: expect.stringContaining('would be the same file of rendered/ as that of v1') }),
    ]);
  });
});

test('scopes are those of the kinds', () => {
  expect([isNamespaced('', 'ConfigMap'), isNamespaced('', 'Node'), isNamespaced('example.org', 'Anything')]).toEqual([
    true,
    false,
    undefined,
  ]);
});
