import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isLaterKernel } from '../../../src/cn2/kernels.ts';
import { RELEASES } from '../../../src/cn2/releases.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { ClusterFacts, Listing, LiveCluster, NodeFacts } from '../../../src/model/live.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { factsOf } from '../../../src/observe/facts.ts';
import { render } from '../../../src/render/render.ts';
import { judgeLive, judgeManifests } from '../../../src/rules/judge.ts';
import { lowered } from '../../../src/rules/severity.ts';
import { smallRelease } from '../../support/small-release.ts';
import { edited, GUIDE, lineOf } from './guide.ts';

const VROUTER = { group: 'dataplane.juniper.net', kind: 'Vrouter' };
const ABSENT: Listing = { ...VROUTER, status: 'absent' };
const RUNNING: Listing = {
  ...VROUTER,
  status: 'listed',
  resource: { ...VROUTER, version: 'v1alpha1', plural: 'vrouters', namespaced: true },
  items: [{ apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter', metadata: { name: 'v' } }],
};
const UNREADABLE: Listing = { ...VROUTER, status: 'unreadable', problem: { cause: 'timeout', message: '' } };

/** A node as the API shows it, read as an observation reads it. */
function node(
  name: string,
  internal: string[],
  more: { labels?: Record<string, string>; info?: object; ready?: boolean } = {},
): NodeFacts {
  const object = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: more.labels ?? {} },
    status: {
      addresses: [...internal.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
      conditions: [{ type: 'Ready', status: more.ready ? 'True' : 'False' }],
      nodeInfo: {
        kernelVersion: '5.4.0-113-generic',
        kubeletVersion: 'v1.24.3',
        operatingSystem: 'linux',
        architecture: 'amd64',
        ...more.info,
      },
    },
  };
  return factsOf([object as unknown as KubernetesObject], []).nodes[0]!;
}

function cluster(
  name: string,
  nodes: NodeFacts[],
  more: Partial<LiveCluster> = {},
  facts: Partial<ClusterFacts> = {},
): LiveCluster {
  return {
    name,
    role: name === 'cluster1' ? 'central' : 'distributed',
    status: 'known',
    resources: [],
    unavailableGroups: [],
    listings: [ABSENT],
    facts: { nodes, daemonSets: [], serverVersion: 'v1.24.3', ...facts },
    emulated: false,
    requests: 0,
    ...more,
  };
}

const CENTRAL = cluster('cluster1', [node('a1', ['172.27.115.180'])]);

/** Findings about cluster2 beside a sound central cluster, in a fleet of a CN2 version. */
function judged(
  clusters: LiveCluster[],
  text = GUIDE,
  more: { vendorFiles?: Record<string, string>; manifests?: Manifest[] } = {},
) {
  const { fleet, source } = readDeclaration(text, 'clusters.yaml');
  return judgeLive({ fleet: fleet!, source, live: { clusters: [CENTRAL, ...clusters] }, ...more });
}

const said = (findings: ReturnType<typeof judged>) =>
  findings.map(({ rule, severity, message }) => `${rule} ${severity} ${message}`);
const version = (text: string) => edited(GUIDE, '22.2.0.93', text);
const EKS = { info: { kubeletVersion: 'v1.24.17-eks-5e0fdde' } };
const OPENSHIFT = { labels: { 'node.openshift.io/os_id': 'rhcos' } };

describe('E29: what kind of Kubernetes it is', () => {
  test('upstream is as good with every release', () => {
    for (const { release } of RELEASES)
      expect(said(judged([cluster('cluster2', [node('b1', ['172.27.115.183'])])], version(`${release}.0.1`)))).toEqual([]);
  });

  test.each<[string, Parameters<typeof node>[2], string, string]>([
    ['OpenShift with 22.1', OPENSHIFT, '22.1.0.93', 'error cluster2 is OpenShift, on which CN2 22.1 does not run'],
    ['OpenShift later', OPENSHIFT, 'cn2.23.4.0.59', 'warning cluster2 is OpenShift, which no text of CN2 23.4 names'],
    ['EKS with 22.4', EKS, '22.4.0.284', 'error cluster2 is EKS, on which CN2 22.4 does not run'],
    [
      'EKS by a label',
      { labels: { 'eks.amazonaws.com/nodegroup': 'x' } },
      '22.2.0.93',
      'error cluster2 is EKS, on which CN2 22.2 does not run',
    ],
    [
      'RKE2 with 23.1',
      { info: { kubeletVersion: 'v1.24.17+rke2r1' } },
      '23.1.0.282',
      'error cluster2 is RKE2, on which CN2 23.1 does not run',
    ],
    [
      'K3s',
      { info: { kubeletVersion: 'v1.24.17+k3s1' } },
      '22.2.0.93',
      'warning cluster2 is K3s, which no text of CN2 22.2 names',
    ],
    [
      'AKS',
      { labels: { 'kubernetes.azure.com/cluster': 'x' } },
      '22.2.0.93',
      'warning cluster2 is AKS, which no text of CN2 22.2 names',
    ],
  ])('%s', (_title, more, tag, message) => {
    const text = version(tag);
    const findings = judged([cluster('cluster2', [node('b1', ['172.27.115.183'], more)])], text);
    expect(said(findings)).toEqual([`E29 ${message}`]);
    expect(findings[0]).toMatchObject({ file: 'clusters.yaml', line: lineOf(text, '- name: cluster2'), cluster: 'cluster2' });
  });

  test.each<[string, Parameters<typeof node>[2], string]>([
    ['EKS from 23.1 on', EKS, '23.1.0.282'],
    ['RKE2 from 23.2 on', { info: { kubeletVersion: 'v1.26.10+rke2r2' } }, '23.2.0.156'],
  ])('%s is as good', (_title, more, tag) => {
    expect(said(judged([cluster('cluster2', [node('b1', ['172.27.115.183'], more)])], version(tag)))).toEqual([]);
  });

  test('is told by the API server where there are no nodes, and by the groups that it serves', () => {
    expect(said(judged([cluster('cluster2', [], {}, { serverVersion: 'v1.24.17-eks-5e0fdde' })]))).toEqual([
      expect.stringContaining('is EKS'),
    ]);
    const resources = [
      { group: 'config.openshift.io', version: 'v1', kind: 'ClusterVersion', plural: 'clusterversions', namespaced: false },
    ];
    expect(said(judged([cluster('cluster2', [], { resources })]))).toEqual([expect.stringContaining('is OpenShift')]);
  });

  test('is not asked any more where CN2 runs, nor where nobody knows whether it does, nor of the central cluster', () => {
    const nodes = [node('b1', ['172.27.115.183'], EKS)];
    for (const listings of [[RUNNING], [UNREADABLE], []])
      expect(said(judged([cluster('cluster2', nodes, { listings })]))).toEqual([]);
    const { fleet, source } = readDeclaration(GUIDE, 'clusters.yaml');
    expect(judgeLive({ fleet: fleet!, source, live: { clusters: [cluster('cluster1', nodes)] } })).toEqual([]);
  });

  test('files for another platform are a warning at the cluster', () => {
    const text = version('23.1.0.282');
    const upstream = { 'cn2/22.2/a.yaml': 'kind: Deployment\n' };
    const eks = { 'cn2/22.2/a.yaml': 'kind: ConfigMap\nmetadata: {name: contrail-eks-cr, namespace: contrail}\n' };
    const on = (more: Parameters<typeof node>[2], vendorFiles: Record<string, string>) =>
      said(
        judged([cluster('cluster2', [node('b1', ['172.27.115.183'], more)])], text, { vendorFiles }).filter(
          ({ rule }) => rule === 'E29',
        ),
      );
    expect(on(EKS, upstream)).toEqual(['E29 warning cluster2 is EKS, but the files in cn2/22.2 are not those for EKS']);
    expect(on({}, eks)).toEqual(['E29 warning the files in cn2/22.2 are those for EKS, but cluster2 is not EKS']);
    expect(on({}, upstream)).toEqual([]);
    expect(on(EKS, eks)).toEqual([]);
    expect(on(EKS, {})).toEqual([]);
  });

  test('files for EKS with a release that does not run there are an error where they say so', () => {
    const { fleet } = readDeclaration(GUIDE, 'clusters.yaml');
    const vendorFiles = {
      'cn2/22.2/central.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: contrail\n  name: contrail-eks-cr\ndata: {contrail-eks-cr.yaml: "{}"}\n',
    };
    expect(judgeManifests({ fleet: fleet!, manifests: [], vendorFiles })).toEqual([
      expect.objectContaining({
        ...{ rule: 'E29', severity: 'error', file: 'cn2/22.2/central.yaml', line: 5 },
        message: 'cn2/22.2/central.yaml is for EKS, on which CN2 22.2 does not run',
      }),
    ]);
    const later = { ...fleet!, release: { ...fleet!.release, version: '23.1.0.282' } };
    expect(judgeManifests({ fleet: later, manifests: [], vendorFiles })).toEqual([]);
  });

  test('may be lowered', () => {
    const text = `${GUIDE}severity: {E29: {level: warning, reason: tried}}\n`;
    const { fleet, source } = readDeclaration(text, 'clusters.yaml');
    const findings = judged([cluster('cluster2', [node('b1', ['172.27.115.183'], EKS)])], text);
    expect(findings.map(({ severity }) => severity)).toEqual(['error']);
    expect(lowered(findings, { fleet: fleet!, source, now: 0 }).map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('E30: what the nodes are', () => {
  const kernel = (text: string) => ({ info: { kernelVersion: text } });

  test.each([
    ['22.2.0.93', '5.4.0-113-generic', false],
    ['22.2.0.93', '5.19.0-1.el9', false],
    ['22.2.0.93', '6.0.0', true],
    ['22.1.0.93', '5.19.0', true],
    ['22.4.0.284', '6.1.0-13-amd64', false],
    ['cn2.23.4.0.59', '6.6.1', false],
    ['cn2.23.4.0.59', '6.8.0-45-generic', true],
    ['cn2.23.4.0.59', '10.1', true],
    ['22.2.0.93', 'odd', undefined],
    ['99.1.0.1', '6.8.0', undefined],
  ])('CN2 %s and kernel %s: of a later series: %s', (tag, text, later) => {
    expect(isLaterKernel(text, tag)).toBe(later);
  });

  test('later kernels are one warning a series, with how many nodes', () => {
    const nodes = [
      node('b1', ['172.27.115.183'], kernel('6.8.0-45-generic')),
      node('b2', ['172.27.115.184'], kernel('6.8.0-47-generic')),
      node('b3', ['172.27.115.185'], kernel('6.11.0')),
      node('b4', ['172.27.115.186']),
      node('b5', ['172.27.115.187'], { ...kernel('6.8.0'), labels: { 'agent-mode': 'dpdk' } }),
    ];
    const findings = judged([cluster('cluster2', nodes)]);
    expect(said(findings)).toEqual([
      'E30 warning kernel 6.11 of node b3 of cluster2 is of a later series than CN2 22.2, which has no vRouter module for it',
      'E30 warning kernel 6.8 of node b1 and 1 more of cluster2 is of a later series than CN2 22.2, which has no vRouter module for it',
    ]);
    expect(findings[0]).toMatchObject({ line: lineOf(GUIDE, '- name: cluster2'), cluster: 'cluster2' });
  });

  test('a node on which CN2 runs has answered; one that was added has not; an emulated fleet has no module', () => {
    const nodes = (ready: boolean) => [node('b1', ['172.27.115.183'], { ...kernel('6.8.0'), ready })];
    expect(said(judged([cluster('cluster2', nodes(true), { listings: [RUNNING] })]))).toEqual([]);
    expect(judged([cluster('cluster2', nodes(false), { listings: [RUNNING] })])).toHaveLength(1);
    const { fleet, source } = readDeclaration(GUIDE, 'clusters.yaml');
    const clusters = [{ ...CENTRAL, emulated: true }, cluster('cluster2', nodes(false))];
    expect(judgeLive({ fleet: fleet!, source, live: { clusters } })).toEqual([]);
  });

  test.each([
    ['Windows', { operatingSystem: 'windows' }],
    ['another architecture', { architecture: 'arm64' }],
  ])('%s is a warning', (_title, info) => {
    expect(said(judged([cluster('cluster2', [node('b1', ['172.27.115.183'], { info })])]))).toEqual([
      'E30 warning node b1 of cluster2 cannot run the vRouter: its images are for Linux on amd64',
    ]);
  });

  test('a node without an address is a warning; what was not looked at says nothing', () => {
    expect(said(judged([cluster('cluster2', [node('b1', [])])]))).toEqual([
      'E30 warning node b1 of cluster2 has no address of type InternalIP, so nothing says where its vRouter could be reached',
    ]);
    const bare: NodeFacts = { name: 'b1', labels: {}, ready: false, addresses: [], podCIDRs: [] };
    expect(said(judged([cluster('cluster2', [bare])]))).toEqual([]);
  });
});

describe('E31: the underlay', () => {
  const NODES = edited(
    GUIDE,
    '    server: https://172.27.115.183:6443\n',
    '    server: https://172.27.115.183:6443\n    nodeSubnets: [172.27.115.0/28]\n',
  );

  test('one address of two nodes is an error where the second cluster is declared', () => {
    const findings = judged([cluster('cluster2', [node('b1', ['172.27.115.180'])])]);
    expect(said(findings)).toEqual([
      'E31 error address 172.27.115.180 is that of node b1 of cluster2 and of node a1 of cluster1',
    ]);
    expect(findings[0]).toMatchObject({ line: lineOf(GUIDE, '- name: cluster2'), cluster: 'cluster2' });
  });

  test('it is found in any spelling, and only a warning where vRouters have interfaces of their own', () => {
    const central = cluster('cluster1', [node('a1', ['FD00:0::1', '172.27.115.180'])]);
    const other = cluster('cluster2', [node('b1', ['fd00::1'])]);
    const { fleet, source } = readDeclaration(GUIDE, 'clusters.yaml');
    const live = { clusters: [central, other] };
    expect(said(judgeLive({ fleet: fleet!, source, live }))).toEqual([expect.stringContaining('E31 error address fd00::1')]);
    const config = {
      cluster: 'cluster2',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'contrail-network-config', namespace: 'contrail' } },
    } as unknown as Manifest;
    expect(said(judgeLive({ fleet: fleet!, source, live, manifests: [config] }))).toEqual([
      expect.stringContaining('E31 warning address fd00::1'),
    ]);
  });

  test('a node in a pod subnet is an error at that subnet, one in a declared underlay is none', () => {
    const findings = judged([cluster('cluster2', [node('b1', ['10.233.130.7']), node('b2', ['10.233.130.8'])])]);
    expect(said(findings)).toEqual([
      'E31 error node b1 of cluster2 and 1 more has the address 10.233.130.7, which lies in pod subnet 10.233.128.0/17 of cluster1',
    ]);
    expect(findings[0]).toMatchObject({ line: lineOf(GUIDE, '10.233.128.0/17') });
    expect(said(judged([cluster('cluster2', [node('b1', ['172.27.115.5', 'fd00::5'])])], NODES))).toEqual([]);
  });

  test('a node outside of what is declared as its underlay is a warning', () => {
    const findings = judged([cluster('cluster2', [node('b1', ['172.27.115.5']), node('b2', ['172.27.115.183'])])], NODES);
    expect(said(findings)).toEqual([
      'E31 warning node b2 of cluster2 has the address 172.27.115.183, which lies in none of the nodeSubnets of cluster2',
    ]);
    expect(findings[0]).toMatchObject({ line: lineOf(NODES, 'nodeSubnets: [172.27.115.0/28]') });
  });

  test('no family in common with the central cluster is a warning', () => {
    expect(said(judged([cluster('cluster2', [node('b1', ['fd00::5'])])]))).toEqual([
      'E31 warning the nodes of cluster2 have IPv6 addresses only, those of cluster1 IPv4 ones',
    ]);
    expect(said(judged([cluster('cluster2', [node('b1', ['fd00::5', '172.27.115.183'])])]))).toEqual([]);
  });
});

describe('E32: contrail-network-config', () => {
  const PLACE = 'rendered/cluster2/50-vrouter/configmap.contrail.contrail-network-config.yaml';
  const GOOD = '- {subnet: 10.16.0.0/24, gateway: 10.16.0.254}\n- {subnet: 10.16.1.0/24, gateway: 10.16.1.1}';

  /** The guide, rendered with that ConfigMap in the vRouter file of the folder. */
  function withConfig(data: string, text = GUIDE) {
    const files = smallRelease();
    const [file] = Object.keys(files).filter((name) => name.includes('vrouter'));
    files[file!] =
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: contrail-network-config, namespace: contrail}\n${data}\n---\n${files[file!]}`;
    const declaration = readDeclaration(text, 'clusters.yaml');
    const { tree, findings } = render({ declaration, vendorFiles: files });
    expect(findings).toEqual([]);
    return { declaration, fleet: declaration.fleet!, manifests: tree!.manifests };
  }

  const networks = (list: string) => `data:\n  networkConfig: |\n    controlDataNetworks:\n${list.replace(/^/gm, '    ')}`;
  const judgedConfig = (data: string, text?: string) => judgeManifests({ ...withConfig(data, text), vendorFiles: {} });

  test('as the vendor shows it has no finding', () => {
    expect(judgedConfig(networks(GOOD))).toEqual([]);
    expect(judgedConfig(networks('- {subnet: "fd00:16::/64", gateway: "fd00:16::"}'))).toEqual([]);
  });

  test.each([
    ['no key', 'data: {}', 'has no key networkConfig'],
    ['a key that holds no YAML', 'data: {networkConfig: "[" }', 'holds no list controlDataNetworks'],
    ['another word', 'data: {networkConfig: "controlDataNetwork: []"}', 'holds no list controlDataNetworks'],
    ['an empty list', networks(' []').replace(':\n     []', ': []'), 'holds no list controlDataNetworks'],
    ['an entry without a subnet', networks('- {gateway: 10.16.0.1}'), 'has no subnet in entry 1 of controlDataNetworks'],
    ['an entry without a gateway', networks('- {subnet: 10.16.0.0/24}'), 'has no gateway for 10.16.0.0/24'],
    ['a gateway outside', networks('- {subnet: 10.16.0.0/24, gateway: 10.16.1.1}'), 'the gateway 10.16.1.1, which lies outside'],
    [
      'a gateway that is the broadcast address',
      networks('- {subnet: 10.16.0.0/24, gateway: 10.16.0.255}'),
      'which is not a host of it',
    ],
    ['host bits', networks('- {subnet: 10.16.0.5/24, gateway: 10.16.0.1}'), 'has host bits set'],
    [
      'a pod subnet',
      networks('- {subnet: 10.234.200.0/24, gateway: 10.234.200.1}'),
      'overlaps pod subnet 10.234.128.0/17 of cluster2',
    ],
    [
      'a service subnet of another cluster',
      networks('- {subnet: 10.233.1.0/24, gateway: 10.233.1.1}'),
      'overlaps service subnet 10.233.0.0/17 of cluster1',
    ],
    [
      'one inside the other',
      networks(`${GOOD}\n- {subnet: 10.16.0.0/16, gateway: 10.16.9.1}`),
      'names 10.16.0.0/24 and 10.16.0.0/16, which overlap',
    ],
  ])('%s is an error in the rendered file', (_title, data, words) => {
    const findings = judgedConfig(data);
    expect(new Set(findings.map(({ rule, severity, file }) => `${rule} ${severity} ${file}`))).toEqual(
      new Set([`E32 error ${PLACE}`]),
    );
    expect(findings[0]?.message).toContain(words);
    expect(findings[0]?.line).toBeGreaterThan(1);
  });

  test('a network outside of the declared underlay is a warning', () => {
    const text = edited(
      GUIDE,
      '    kubeconfig: {env: KUBECONFIG_CLUSTER2}\n',
      '    kubeconfig: {env: KUBECONFIG_CLUSTER2}\n    nodeSubnets: [10.16.0.0/24]\n',
    );
    expect(judgedConfig(networks(GOOD), text).map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning contrail-network-config of cluster2 names 10.16.1.0/24, which lies in none of its nodeSubnets',
    ]);
  });

  test('nodes with several addresses of a family and nothing that says which one: a warning', () => {
    const two = cluster('cluster2', [node('b1', ['172.27.115.183', '10.16.0.3']), node('b2', ['172.27.115.184', 'fd00::2'])]);
    const plain = render({ declaration: readDeclaration(GUIDE, 'clusters.yaml'), vendorFiles: smallRelease() }).tree!.manifests;
    expect(said(judged([two], GUIDE, { manifests: plain }).filter(({ rule }) => rule === 'E32'))).toEqual([
      'E32 warning node b1 of cluster2 has several addresses of one family (172.27.115.183, 10.16.0.3), and no contrail-network-config says which network the vRouter takes',
    ]);
    const told = plain.map((manifest) =>
      manifest.object.kind === 'Vrouter'
        ? { ...manifest, object: { ...manifest.object, spec: parse('agent: {virtualHostInterface: {gateway: 172.27.115.1}}') } }
        : manifest,
    ) as Manifest[];
    for (const manifests of [withConfig(networks(GOOD)).manifests, told])
      expect(judged([two], GUIDE, { manifests }).filter(({ rule }) => rule === 'E32')).toEqual([]);
    expect(judged([two]).filter(({ rule }) => rule === 'E32')).toEqual([]);
    const running = { ...two, listings: [RUNNING] };
    expect(judged([running], GUIDE, { manifests: plain }).filter(({ rule }) => rule === 'E32')).toEqual([]);
  });
});
