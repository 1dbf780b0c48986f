import { describe, expect, test } from '@jest/globals';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';
import { CENTRAL, DEPLOYER, edited, findingsOf, placeOf, VROUTER } from '../../support/vendor-faults.ts';

const CERTIFICATES = 'cn2/22.2/distributed_cluster_certmanager_example.yaml';

describe('the folder', () => {
  test('as downloaded has no finding; documentation beside it is no concern', () => {
    expect(findingsOf({ ...smallRelease(), 'cn2/22.2/README.md': '# CN2' })).toEqual([]);
  });

  test('absent: at the line that names it', () => {
    const line = GUIDE.split('\n').findIndex((text) => text.includes('manifests:')) + 1;
    expect(findingsOf({})).toMatchObject([
      { rule: 'manifests', file: 'clusters.yaml', line, column: 14, message: 'folder cn2/22.2 holds no manifests' },
    ]);
  });

  test.each([
    ['central', CENTRAL],
    ['deployer', DEPLOYER],
    ['vRouter', VROUTER],
  ])('without the %s file', (what, file) => {
    const { [file]: _left, ...files } = smallRelease();
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: 'clusters.yaml', message: expect.stringContaining(`lacks the ${what}`) },
    ]);
  });

  test('files are recognized by content, whatever they are called', () => {
    const renamed = Object.entries(smallRelease()).map(([, text], index) => [`cn2/22.2/${index}.yml`, text]);
    expect(findingsOf(Object.fromEntries(renamed))).toEqual([]);
  });

  test('with a file of another purpose', () => {
    const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, namespace: contrail}\n';
    expect(findingsOf({ ...smallRelease(), 'cn2/22.2/mine.yaml': other })).toMatchObject([
      { rule: 'manifests', file: 'cn2/22.2/mine.yaml', line: 1, column: 1 },
    ]);
  });

  test('with two files for one purpose', () => {
    const files = smallRelease();
    expect(findingsOf({ ...files, 'cn2/22.2/vrouter2.yaml': files[VROUTER]! })).toMatchObject([
      { rule: 'manifests', file: 'cn2/22.2/vrouter2.yaml', message: expect.stringContaining(`after ${VROUTER}`) },
    ]);
  });

  test('a release from 22.4 on needs its certificate file, an older one has none', () => {
    const text = replaced(replaced(GUIDE, '22.2.0.93', '22.4.0.284'), 'cn2/22.2', 'cn2/22.4');
    const newer = smallRelease('22.4.0.284', 'cn2/22.4');
    const { 'cn2/22.4/distributed_cluster_certmanager_example.yaml': certificates, ...rest } = newer;
    expect(findingsOf(newer, text)).toEqual([]);
    expect(findingsOf(rest, text)).toMatchObject([{ message: expect.stringContaining('lacks the certificate file') }]);
    const asOld = replaced(certificates!, /22\.4\.0\.284/, '22.2.0.93');
    expect(findingsOf({ ...smallRelease(), [CERTIFICATES]: asOld })).toMatchObject([
      { rule: 'manifests', file: CERTIFICATES, line: 2, column: 7 },
    ]);
  });

  test('an unknown release is E22 at release.version', () => {
    const line = GUIDE.split('\n').findIndex((text) => text.includes('version: 22')) + 1;
    expect(findingsOf(smallRelease(), replaced(GUIDE, '22.2.0.93', '24.1.0.1'))).toMatchObject([
      { rule: 'E22', file: 'clusters.yaml', line, column: 12 },
    ]);
  });
});

describe('an object that nobody looked at is refused where it stands', () => {
  test.each([
    [
      'another kind',
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: contrail-backup, namespace: contrail}\n',
      'contrail-backup',
    ],
    ['another name', 'apiVersion: v1\nkind: Secret\nmetadata: {name: mine, namespace: contrail}\n', 'mine'],
    [
      'another namespace',
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: contrail-x, namespace: kube-system}\n',
      'contrail-x',
    ],
    [
      'another group',
      'apiVersion: example.org/v1\nkind: Deployment\nmetadata: {name: contrail-k8s-deployer, namespace: contrail-deploy}\n',
      'contrail-k8s-deployer',
    ],
    [
      'a core object',
      'apiVersion: core.contrail.juniper.net/v1alpha1\nkind: Subnet\nmetadata: {name: contrail-a, namespace: contrail}\n',
      'contrail-a',
    ],
  ])('%s', (_what, object, name) => {
    const files = edited(DEPLOYER, /$/, `---\n${object}`);
    const line = files[DEPLOYER]!.split('\n').length - 1;
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, line, message: expect.stringContaining(name) },
    ]);
  });

  test('a Vrouter in the deployer file, too', () => {
    const vrouter = smallRelease()
      [VROUTER]!.slice(smallRelease()[VROUTER]!.indexOf('---\napiVersion: dataplane'))
      .split('---\n')[1]!;
    const files = edited(DEPLOYER, /$/, `---\n${vrouter}`);
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, ...placeOf(files[DEPLOYER]!, 'contrail-vrouter-masters') },
    ]);
  });

  test('the network configuration that users uncomment is known', () => {
    const config =
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: contrail-network-config\n  namespace: contrail\ndata:\n  networkConfig: |\n    controlDataNetworks: []\n';
    const { tree } = render({ declaration: guideDeclaration(), vendorFiles: edited(VROUTER, /$/, config) });
    expect(tree!.manifests.find(({ object }) => object.kind === 'ConfigMap')).toMatchObject({
      path: 'cluster2/50-vrouter/configmap.contrail.contrail-network-config.yaml',
      object: { data: { networkConfig: 'controlDataNetworks: []\n' } },
    });
  });

  test('a deployer file without the namespace of its secret', () => {
    const files = edited(DEPLOYER, '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: contrail-deploy\n', '');
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, message: expect.stringContaining('contrail-deploy') },
    ]);
  });
});

describe('what cannot be read', () => {
  test('YAML that does not parse, with its place, and nothing said of what may be missing because of it', () => {
    const files = edited(VROUTER, 'clusterName: distributed-cluster-1', 'clusterName: [distributed');
    const findings = findingsOf(files);
    expect(findings).toMatchObject([{ rule: 'manifests', file: VROUTER }]);
    const { line } = placeOf(files[VROUTER]!, '[distributed');
    expect([line, line + 1]).toContain(findings[0]!.line);
  });

  test('a duplicate key', () => {
    const files = edited(DEPLOYER, '  replicas: 1\n', '  replicas: 1\n  replicas: 2\n');
    const { line } = placeOf(files[DEPLOYER]!, '  replicas: 2');
    expect(findingsOf(files)).toMatchObject([{ rule: 'manifests', file: DEPLOYER, line }]);
  });

  test('a document that is no object', () => {
    const files = edited(DEPLOYER, /$/, '---\nhello: world\n');
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, message: expect.stringContaining('not a Kubernetes object') },
    ]);
  });

  test('YAML inside the central ConfigMap, at its place in the file', () => {
    const files = edited(
      CENTRAL,
      '      name: contrail-k8s-kubemanager\n      namespace',
      '      name: [contrail-k8s-kubemanager\n      namespace',
    );
    const [finding] = findingsOf(files);
    expect(finding).toMatchObject({ rule: 'manifests', file: CENTRAL });
    const { line } = placeOf(files[CENTRAL]!, '[contrail-k8s-kubemanager');
    expect(finding!.line).toBeGreaterThanOrEqual(line);
    expect(finding!.line).toBeLessThanOrEqual(line + 1);
  });

  test('a central file without Kubemanager', () => {
    const files = edited(CENTRAL, 'kind: Kubemanager', 'kind: Manager');
    expect(findingsOf(files)).toMatchObject([
      { rule: 'manifests', file: CENTRAL, message: expect.stringContaining('no Kubemanager') },
    ]);
  });
});

describe('E22: one version everywhere', () => {
  test.each([
    [
      DEPLOYER,
      'hub.juniper.net/cn2/contrail-k8s-distributed-crdloader:22.2.0.93',
      'hub.juniper.net/cn2/contrail-k8s-distributed-crdloader:22.2.0.100',
    ],
    [
      DEPLOYER,
      'hub.juniper.net/cn2/contrail-k8s-distributed-crdloader:22.2.0.93',
      'hub.juniper.net:8443/contrail-k8s-distributed-crdloader',
      replaced(GUIDE, '  pullSecret:', '  registry: hub.juniper.net:8443\n  pullSecret:'),
    ],
    [CENTRAL, 'hub.juniper.net/cn2/contrail-k8s-kubemanager:22.2.0.93', 'hub.juniper.net/cn2/contrail-k8s-kubemanager:22.1.0.93'],
  ])('an image with another tag in %s', (file, image, other, text = GUIDE) => {
    const files = edited(file, image, other);
    expect(findingsOf(files, text)).toMatchObject([{ rule: 'E22', file, ...placeOf(files[file]!, other) }]);
  });

  test('a whole folder of another tag is a misdeclared version: one finding, where it is declared', () => {
    const findings = findingsOf(smallRelease('22.2.0.100'));
    expect(findings).toMatchObject([
      { rule: 'E22', file: 'clusters.yaml', remedy: expect.stringContaining('version: 22.2.0.100') },
    ]);
    expect(GUIDE.split('\n')[findings[0]!.line! - 1]).toContain('version: 22.2.0.93');
    expect(findings[0]!.related?.map(({ file }) => file)).toEqual(expect.arrayContaining([CENTRAL, DEPLOYER, VROUTER]));
  });

  test('all images of a file with another tag are one finding with every place', () => {
    const files = smallRelease();
    const foreign = smallRelease('22.2.0.100');
    const findings = findingsOf({ ...files, [VROUTER]: foreign[VROUTER]! });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: 'E22', file: VROUTER, related: [{ file: VROUTER }, { file: VROUTER }] });
  });

  test('a kind in the API version of another release', () => {
    const files = edited(VROUTER, 'dataplane.juniper.net/v1alpha1\nkind: Vrouter', 'dataplane.juniper.net/v1\nkind: Vrouter');
    expect(findingsOf(files)).toMatchObject([
      { rule: 'E22', file: VROUTER, ...placeOf(files[VROUTER]!, 'dataplane.juniper.net/v1\n') },
    ]);
  });

  test("cert-manager's images have a tag of their own", () => {
    const text = replaced(replaced(GUIDE, '22.2.0.93', 'cn2.23.4.0.59'), 'cn2/22.2', 'cn2/23.4');
    const files = smallRelease('cn2.23.4.0.59', 'cn2/23.4');
    expect(findingsOf(files, text)).toEqual([]);
    const file = 'cn2/23.4/distributed_cluster_certmanager_example.yaml';
    const other = { ...files, [file]: replaced(files[file]!, /cert-manager:cn2\.23\.4\.0\.59/, 'cert-manager:v1.13.2') };
    expect(findingsOf(other, text)).toMatchObject([{ rule: 'E22', file }]);
  });

  test('a whole folder of another release says so', () => {
    const findings = findingsOf(smallRelease('cn2.23.4.0.59', 'cn2/22.2'));
    expect(findings.some(({ rule, remedy }) => rule === 'E22' && remedy.includes('release 23.4'))).toBe(true);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['E22', 'manifests']));
  });
});

describe('read as kubectl reads it', () => {
  test('octal numbers, yes and no', () => {
    const files = edited(
      DEPLOYER,
      '      initContainers:',
      '      hostNetwork: yes\n      volumes: [{name: v, secret: {defaultMode: 0644}}]\n      initContainers:',
    );
    const { tree } = render({ declaration: guideDeclaration(), vendorFiles: files });
    expect(tree!.manifests.find(({ object }) => object.kind === 'Deployment')!.object).toMatchObject({
      spec: { template: { spec: { hostNetwork: true, volumes: [{ secret: { defaultMode: 420 } }] } } },
    });
  });

  test('what a server writes is left out', () => {
    const files = edited(DEPLOYER, '  name: contrail\n', '  name: contrail\n  creationTimestamp: null\nstatus: {}\n');
    const { tree } = render({ declaration: guideDeclaration(), vendorFiles: files });
    const text = tree!.files['cluster2/20-deployer/namespace._.contrail.yaml']!;
    expect(text).not.toMatch(/creationTimestamp|status/);
  });
});
