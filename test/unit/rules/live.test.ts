import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { ClusterFacts, Listing, LiveCluster } from '../../../src/model/live.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { judgeLive, judgePullSecret, judgeRemoval } from '../../../src/rules/judge.ts';
import { edited, GUIDE, GUIDE_OF_THREE, lineOf } from './guide.ts';

const declaration = readDeclaration(GUIDE, 'clusters.yaml');
const fleet = declaration.fleet!;
const { source } = declaration;

function node(name: string, labels: Record<string, string> = {}): ClusterFacts['nodes'][number] {
  return { name, labels, ready: true, addresses: [], podCIDRs: [] };
}

function cluster(name: string, facts: Partial<ClusterFacts>, listings: Listing[] = [vrouters([])]): LiveCluster {
  return {
    name,
    role: name === 'cluster1' ? 'central' : 'distributed',
    status: 'known',
    resources: [],
    unavailableGroups: [],
    listings,
    facts: { nodes: [], daemonSets: [], serverVersion: 'v1.30.0', ...facts },
    emulated: false,
    requests: 0,
  };
}

const VROUTER = { group: 'dataplane.juniper.net', kind: 'Vrouter' };

function vrouters(items: KubernetesObject[]): Listing {
  return {
    ...VROUTER,
    status: 'listed',
    resource: { ...VROUTER, version: 'v1alpha1', plural: 'vrouters', namespaced: true },
    items,
  };
}

function judged(...clusters: LiveCluster[]): string[] {
  return judgeLive({ fleet, source, live: { clusters } }).map(
    (finding) => `${finding.rule} ${finding.severity} ${finding.line} ${finding.cluster}`,
  );
}

const AT_CLUSTER2 = lineOf(GUIDE, '- name: cluster2');

describe('live clusters', () => {
  test('without faults have no findings', () => {
    expect(
      judged(
        cluster('cluster1', { nodes: [node('a1')], certificate: { names: ['172.27.115.180', 'kubernetes'], notAfter: '' } }),
        cluster('cluster2', {
          nodes: [node('b1')],
          daemonSets: ['kube-system/kube-proxy'],
          certificate: { names: ['IP Address:172.27.115.183'], notAfter: '' },
        }),
      ),
    ).toEqual([]);
  });

  const kubeadm = (networking: string, name = 'kubeadm-config'): Listing => ({
    group: '',
    kind: 'ConfigMap',
    status: 'listed',
    resource: { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
    items: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'kube-system', name },
        data: { ClusterConfiguration: `kind: ClusterConfiguration\nnetworking: ${networking}\n` },
      } as KubernetesObject,
    ],
  });
  const REAL =
    '{podSubnet: "10.234.128.0/17,fd85:ee78:d8a6:8607:0::3:0/112", serviceSubnet: "fd85:ee78:d8a6:8607::2:1000/116, 10.234.0.0/17"}';

  test.each([
    ['the declared ones, in any order and spelling', REAL, []],
    ['other pods', REAL.replace('10.234.128.0/17', '10.233.64.0/18'), ['podSubnets']],
    ['other services', REAL.replace('::2:1000', '::1000'), ['serviceSubnets']],
    ['one family fewer', REAL.replace(',fd85:ee78:d8a6:8607:0::3:0/112', ''), ['podSubnets']],
    ['both others', '{podSubnet: 10.1.0.0/16, serviceSubnet: 10.2.0.0/16}', ['podSubnets', 'serviceSubnets']],
    ['not told', '{dnsDomain: cluster.local}', []],
    ['not readable', '[', []],
    ['no networks', '{podSubnet: 5, serviceSubnet: none}', []],
  ])('E3: real subnets are %s', (_, networking, keys) => {
    const lines = GUIDE.split('\n');
    const at = (key: string) => lines.findIndex((line, index) => index > AT_CLUSTER2 && line.includes(`${key}:`)) + 1;
    expect(judged(cluster('cluster2', {}, [vrouters([]), kubeadm(networking)]))).toEqual(
      keys.map((key) => `E3 error ${at(key)} cluster2`),
    );
  });

  test('E3: only warns about the central cluster, and reads kubeadm’s ConfigMap only', () => {
    const other = '{podSubnet: 10.1.0.0/16}';
    expect(judged(cluster('cluster1', {}, [kubeadm(other)]))).toEqual([expect.stringMatching(/^E3 warning \d+ cluster1$/)]);
    expect(judged(cluster('cluster2', {}, [vrouters([]), kubeadm(other, 'other')]))).toEqual([]);
  });

  test('E6: one node name in two clusters', () => {
    expect(
      judged(cluster('cluster1', { nodes: [node('a1')] }), cluster('cluster2', { nodes: [node('b1'), node('a1')] })),
    ).toEqual([`E6 error ${AT_CLUSTER2} cluster2`]);
  });

  test.each([
    ['kube-flannel/kube-flannel-ds', 'error'],
    ['kube-system/calico-node', 'error'],
    ['kube-system/cilium', 'error'],
    ['kube-system/weave-net', 'error'],
    ['kube-system/kindnet', 'error'],
    ['kube-system/kube-router', 'error'],
    ['kube-system/antrea-agent', 'error'],
    // Published clusters have it before CN2.
    ['kube-system/kube-multus-ds', 'warning'],
    ['multus/multus', 'warning'],
    ['multus/calico-node', 'error'],
  ])('E15: %s before CN2 is there: %s', (name, severity) => {
    const facts = { daemonSets: [name, 'kube-system/kube-proxy'] };
    const absent: Listing = { ...VROUTER, status: 'absent' };
    const unreadable: Listing = { ...VROUTER, status: 'unreadable', problem: { cause: 'timeout', message: '' } };
    const there = vrouters([{ apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter', metadata: { name: 'v' } }]);
    expect(judged(cluster('cluster2', facts))).toEqual([`E15 ${severity} ${AT_CLUSTER2} cluster2`]);
    expect(judged(cluster('cluster2', facts, [absent]))).toEqual([`E15 ${severity} ${AT_CLUSTER2} cluster2`]);
    expect(judged(cluster('cluster2', facts, [there]))).toEqual([]);
    expect(judged(cluster('cluster2', facts, [unreadable]))).toEqual([]);
    expect(judged(cluster('cluster2', facts, []))).toEqual([]);
    expect(judged(cluster('cluster1', facts))).toEqual([]);
  });

  test('E15 leaves CN2 and others alone', () => {
    const daemonSets = ['contrail/contrail-vrouter-masters', 'kube-system/kube-proxy', 'logging/cilium-exporter', 'x/my-kindnet'];
    expect(judged(cluster('cluster2', { daemonSets }))).toEqual([]);
  });

  test.each(['kube-system/nodelocaldns', 'kube-system/node-local-dns'])('E16: %s', (name) => {
    expect(judged(cluster('cluster2', { daemonSets: [name] }))).toEqual([`E16 error ${AT_CLUSTER2} cluster2`]);
    expect(judged(cluster('cluster1', { daemonSets: [name] }))).toEqual([
      `E16 warning ${lineOf(GUIDE, '  name: cluster1')} cluster1`,
    ]);
  });

  test('E18: a certificate for other names', () => {
    const certificate = { names: ['kubernetes', '10.234.0.1', '172.27.115.184'], notAfter: '' };
    expect(judged(cluster('cluster2', { certificate }))).toEqual([
      `E18 error ${lineOf(GUIDE, 'https://172.27.115.183')} cluster2`,
    ]);
  });

  test.each([
    ['https://api.c2.example.org:6443', ['API.c2.example.org'], true],
    ['https://api.c2.example.org:6443', ['*.c2.example.org'], true],
    ['https://api.c2.example.org:6443', ['*.example.org'], false],
    ['https://api.c2.example.org:6443', [], false],
    ['https://[fd00::5]:6443', ['FD00:0:0::5'], true],
    ['https://[fd00::5]:6443', ['fd00::6', '*.example.org'], false],
  ])('E18: %s with a certificate for %j', (server, names, right) => {
    const other = readDeclaration(edited(GUIDE, 'https://172.27.115.183:6443', server), 'clusters.yaml');
    const live = { clusters: [cluster('cluster2', { certificate: { names, notAfter: '' } })] };
    const findings = judgeLive({ fleet: other.fleet!, source: other.source, live });
    expect(findings.map(({ rule }) => rule)).toEqual(right ? [] : ['E18']);
  });

  test('E23: a selector that no node matches', () => {
    const selector = '    kubemanagerNodeSelector: {node-role.kubernetes.io/master: ""}\n';
    const text = edited(GUIDE, '    state: attached\n', `    state: attached\n${selector}`);
    const other = readDeclaration(text, 'clusters.yaml');
    const judge = (labels: Record<string, string>) =>
      judgeLive({
        fleet: other.fleet!,
        source: other.source,
        live: { clusters: [cluster('cluster1', { nodes: [node('a', labels)] })] },
      });
    expect(judge({ 'node-role.kubernetes.io/control-plane': '' })).toEqual([
      expect.objectContaining({
        rule: 'E23',
        severity: 'error',
        cluster: 'cluster1',
        line: lineOf(text, 'kubemanagerNodeSelector'),
      }),
    ]);
    expect(judge({ 'node-role.kubernetes.io/master': '' })).toEqual([]);
  });

  test('E23: a rendered Vrouter that no node matches', () => {
    const object = {
      apiVersion: 'dataplane.juniper.net/v1alpha1',
      kind: 'Vrouter',
      metadata: { name: 'contrail-vrouter-masters', namespace: 'contrail' },
      spec: { common: { nodeSelector: { 'node-role.kubernetes.io/master': '' } } },
    };
    const manifest: Manifest = {
      path: '',
      cluster: 'cluster2',
      stage: '50-vrouter',
      for: 'cluster2',
      declaredAt: '',
      object,
      text: '',
      digest: '',
    };
    const judge = (labels: Record<string, string>) =>
      judgeLive({
        fleet,
        source,
        live: { clusters: [cluster('cluster2', { nodes: [node('b', labels)] })] },
        manifests: [manifest],
      });
    expect(judge({})).toEqual([
      expect.objectContaining({ rule: 'E23', severity: 'error', cluster: 'cluster2', line: AT_CLUSTER2 }),
    ]);
    expect(judge({ 'node-role.kubernetes.io/master': '' })).toEqual([]);
  });

  test('without a declaration to point into have findings without a place', () => {
    const [finding] = judgeLive({ fleet, live: { clusters: [cluster('cluster2', { daemonSets: ['a/cilium'] })] } });
    expect(finding).toMatchObject({ rule: 'E15', cluster: 'cluster2' });
    expect(finding).not.toHaveProperty('file');
  });

  test('that could not be read are not judged', () => {
    const { facts: _, ...unknown } = cluster('cluster2', {});
    expect(judged({ ...unknown, status: 'unknown' })).toEqual([]);
  });
});

describe('the pull secret', () => {
  const config = (auths: object, more: object = {}): string => JSON.stringify({ auths, ...more });
  const good = config({ 'https://hub.juniper.net/v1/': { auth: 'dTpw' } });

  function judge(value: string, registryHosts = ['hub.juniper.net/cn2']): string[] {
    return judgePullSecret({ fleet, source, value, registryHosts }).map(
      ({ rule, line, message }) => `${rule} ${line} ${message}`,
    );
  }

  const line = lineOf(GUIDE, 'CN2_PULL_SECRET');

  test.each([
    ['plain', good],
    ['base64', Buffer.from(good).toString('base64')],
    ['base64 with line breaks', Buffer.from(good).toString('base64').replace(/.{20}/g, '$&\n')],
    ['user and password', config({ 'hub.juniper.net': { username: 'u', password: 'p' } })],
  ])('may be %s', (_, value) => {
    expect(judge(value)).toEqual([]);
  });

  test.each([
    ['no docker config', '<base64-encoded-credential>', 'the pull secret is not docker config JSON'],
    ['empty', '', 'the pull secret is not docker config JSON'],
    ['another host', config({ 'quay.io': { auth: 'dTpw' } }), 'the pull secret does not name the registry hub.juniper.net'],
    [
      'a host without a login',
      config({ 'hub.juniper.net': {} }),
      'the pull secret has no login for the registry hub.juniper.net',
    ],
    ['a helper', config({}, { credsStore: 'desktop' }), 'the pull secret does not name the registry hub.juniper.net'],
    ['no auths', '{"auths": []}', 'the pull secret does not name the registry hub.juniper.net'],
  ])('E21: %s', (_, value, message) => {
    expect(judge(value)).toEqual([`E21 ${line} ${message}`]);
  });

  test('is needed for every registry once', () => {
    expect(judge(good, ['hub.juniper.net/cn2', 'hub.juniper.net/other', 'mirror.example.org:5000/cn2'])).toEqual([
      `E21 ${line} the pull secret does not name the registry mirror.example.org:5000`,
    ]);
  });
});

describe('entries that are gone', () => {
  const three = readDeclaration(GUIDE_OF_THREE, 'clusters.yaml').fleet!;
  const removals = (text: string, previous = three): string[] =>
    judgeRemoval(readDeclaration(text, 'clusters.yaml'), previous).map(({ rule, line, message }) => `${rule} ${line} ${message}`);

  const detached = (fleet: typeof three): typeof three => ({
    ...fleet,
    distributed: fleet.distributed.map((entry) => ({ ...entry, state: 'detached' as const })),
  });

  test('nothing is gone', () => {
    expect(removals(GUIDE_OF_THREE)).toEqual([]);
    expect(judgeRemoval(declaration, undefined)).toEqual([]);
  });

  test('an index that was rendered is for life', () => {
    const text = edited(GUIDE, 'index: 0', 'index: 4');
    expect(removals(text, declaration.fleet)).toEqual([
      `E9 ${lineOf(text, 'index: 4')} index of cluster2 is 4, but was rendered as 0, and an index never changes`,
    ]);
  });

  test('an attached cluster', () => {
    expect(removals(GUIDE)).toEqual([
      `removal ${lineOf(GUIDE, 'distributed:')} cluster3 is no longer in the declaration, but was attached`,
    ]);
  });

  test('a cluster that was detached first', () => {
    expect(removals(`${GUIDE}retired: [1]\n`, detached(three))).toEqual([]);
  });

  test('a cluster that was detached first, and its index, which nobody may have again', () => {
    expect(removals(GUIDE, detached(three))).toEqual([
      `removal ${lineOf(GUIDE, 'distributed:')} cluster3 is no longer in the declaration, and its index 1 is not in retired`,
    ]);
    const others = `${GUIDE}retired: [7, 4]\n`;
    const [found] = judgeRemoval(readDeclaration(others, 'clusters.yaml'), detached(three));
    expect(found).toMatchObject({
      line: lineOf(others, 'retired:'),
      remedy: expect.stringContaining('Write retired: [1, 4, 7]:'),
    });
  });

  test('the central cluster', () => {
    const text = edited(GUIDE_OF_THREE, '  name: cluster1\n', '  name: cluster9\n');
    expect(removals(text)).toContainEqual(
      expect.stringContaining('cluster1 is no longer in the declaration, but was the central cluster'),
    );
  });

  test('a namespace, unless it was only referred to or its cluster went too', () => {
    const text = edited(GUIDE_OF_THREE, '  - {cluster: cluster2, name: ns1, isolated: true, labels: {ns: cluster2-ns1}}\n', '');
    const gone = `removal ${lineOf(text, 'namespaces:')} namespace ns1 of cluster2 is no longer in the declaration; it is not deleted because of that`;
    expect(removals(text)).toEqual([gone]);
    expect(
      removals(text, { ...three, namespaces: three.namespaces.map((namespace) => ({ ...namespace, manage: false })) }),
    ).toEqual([]);
    expect(
      removals(GUIDE, { ...three, namespaces: [...three.namespaces, { ...three.namespaces[0]!, cluster: 'cluster3' }] }),
    ).toHaveLength(1);
  });

  test('the smoke test: that its namespaces stay is said', () => {
    const text = GUIDE_OF_THREE.slice(0, GUIDE_OF_THREE.indexOf('smoke:'));
    expect(removals(text)).toEqual([
      'removal 1 namespace cn2-fleet-smoke stays on cluster1, cluster2, cluster3, although no smoke test over the default pod networks is declared any more',
    ]);
    expect(judgeRemoval(readDeclaration(text, 'clusters.yaml'), three).map(({ severity }) => severity)).toEqual(['info']);
    expect(removals(text, { ...three, smoke: { ...three.smoke!, defaultPodNetwork: [] } })).toEqual([]);
  });

  test('a whole section', () => {
    const text = GUIDE_OF_THREE.slice(0, GUIDE_OF_THREE.indexOf('namespaces:'));
    expect(removals(text).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'removal 1 namespace cn2-fleet-smoke',
      'removal 1 namespace ns1',
      'removal 1 namespace ns1',
    ]);
  });

  test.each([{}, [], 'x', { central: null, distributed: {} }])(
    'a committed file that holds %j is no reason to fail',
    (previous) => {
      expect(removals(GUIDE, previous as never)).toEqual([]);
    },
  );
});
