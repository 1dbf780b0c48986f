import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { EVERY_KEY as EVERY_NETWORK_KEY } from '../../support/network-keys.ts';
import { CLUSTER3, EVERY_KEY, edited, GUIDE, GUIDE_OF_THREE, LEAVING, lineOf } from './guide.ts';

function judged(text: string): Finding[] {
  const declaration = readDeclaration(text, 'clusters.yaml');
  return [...declaration.findings, ...judgeDeclaration(declaration)];
}

/** One fault: a piece of the text replaced, and the piece of the resulting line on which it must be reported. */
interface Fault {
  rule: string;
  title: string;
  from: string;
  to: string;
  /** Default: what was written. */
  on?: string;
  text?: string;
  severity?: 'warning';
}

const FAULTS: Fault[] = [
  { rule: 'E1', title: 'pod subnet of both clusters', from: '[10.234.128.0/17,', to: '[10.233.128.0/17,', on: '8607::3:0000' },
  { rule: 'E1', title: 'pod subnet inside a service subnet', from: '[10.234.128.0/17,', to: '[10.233.64.0/18,' },
  { rule: 'E1', title: 'IPv6 in another spelling', from: '::3:0000/112', to: ':0:0:1:0/112' },
  { rule: 'E1', title: 'service subnet around another', from: '10.234.0.0/17, "fd85', to: '10.233.0.0/16, "fd85' },
  { rule: 'E2', title: 'pod and service subnet of one cluster', from: '[10.234.0.0/17', to: '[10.234.192.0/18' },
  { rule: 'E2', title: 'node subnet', from: 'nodeSubnets: []', to: 'nodeSubnets: [10.233.0.0/24]' },
  {
    rule: 'E2',
    title: 'connected network in a pod subnet',
    from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1',
    to: 'cidr: 10.234.130.0/24',
  },
  { rule: 'E2', title: 'connected networks', from: 'cidr: 20.0.0.0/24, gateway: 20.0.0.1', to: 'cidr: 10.0.0.128/25' },
  ...[
    ['both ways', 'routeTargets: [target:64512:1000]'],
    ['imported', 'importRouteTargets: [target:64512:1000]'],
    ['exported to it', 'exportRouteTargets: [target:64512:2000]'],
    ['exported beside it', 'exportRouteTargets: [target:64512:1000]'],
  ].map(([title, key]) => ({
    rule: 'E2',
    title: `networks that exchange routes, ${title}`,
    text: EVERY_NETWORK_KEY,
    from: 'name: routed, fabricForwarding: true',
    to: `name: more, v4: {cidr: 10.9.0.128/25}, ${key}`,
  })),
  { rule: 'E4', title: 'pod subnet', from: '10.234.128.0/17', to: '10.234.128.1/17' },
  { rule: 'E4', title: 'IPv6 service subnet', from: '::2:1000/116', to: '::2:1001/116' },
  { rule: 'E4', title: 'network', from: '20.0.0.0/24', to: '20.0.0.5/24' },
  { rule: 'E4', title: 'node subnet', from: 'nodeSubnets: []', to: 'nodeSubnets: [172.27.115.0/16]' },
  { rule: 'E5', title: 'IPv4 service subnet', from: '[10.234.0.0/17, "fd85', to: '[11.0.0.0/11, "fd85' },
  { rule: 'E5', title: 'IPv6 service subnet', from: '"fd85:ee78:d8a6:8607::2:1000/116"', to: '"fd85:ee78:d8a6:8608::/107"' },
  { rule: 'E7', title: "the central kubemanager's port", from: 'index: 0', to: 'index: -1' },
  { rule: 'E7', title: 'no port', from: 'index: 0', to: 'index: 46090' },
  ...[
    ['80', 'needs privileges'],
    ['19445', 'the central kubemanager'],
    ['6443', "the control plane's"],
    ['65536', 'no port'],
    ['19446', "another cluster's"],
  ].map(([port, why]) => ({
    rule: 'E7',
    title: `a declared port, ${why}`,
    text: EVERY_KEY,
    from: 'listenerPort: 19500',
    to: `listenerPort: ${port}`,
  })),
  {
    rule: 'E7',
    title: 'a declared port before the index that gives it',
    text: edited(EVERY_KEY, 'listenerPort: 19500', 'listenerPort: 19447'),
    from: 'constantRouteTargetNumber: 8500\n',
    to: 'constantRouteTargetNumber: 8500\n    nodeSubnets: []\n',
    on: 'listenerPort: 19447',
  },
  {
    rule: 'E8',
    title: "another cluster's",
    text: EVERY_KEY,
    from: 'constantRouteTargetNumber: 8500',
    to: 'constantRouteTargetNumber: 7699',
  },
  {
    rule: 'E8',
    title: 'close to another one',
    text: EVERY_KEY,
    from: 'constantRouteTargetNumber: 8500',
    to: 'constantRouteTargetNumber: 7850',
    severity: 'warning',
  },
  {
    rule: 'E8',
    title: 'not positive',
    text: EVERY_KEY,
    from: 'constantRouteTargetNumber: 8500',
    to: 'constantRouteTargetNumber: 0',
  },
  { rule: 'E9', title: 'a retired index', text: EVERY_KEY, from: 'index: 1', to: 'index: 3' },
  {
    rule: 'E9',
    title: 'a retired index beside other numbers',
    text: EVERY_KEY,
    from: 'listenerPort: 19500',
    to: 'listenerPort: 19500\n    index: 3',
    on: 'index: 3',
  },
  {
    rule: 'E9',
    title: 'the port of a retired index',
    text: EVERY_KEY,
    from: 'listenerPort: 19500',
    to: 'listenerPort: 19449',
  },
  {
    rule: 'E9',
    title: 'the route target number of a retired index',
    text: EVERY_KEY,
    from: 'constantRouteTargetNumber: 8500',
    to: 'constantRouteTargetNumber: 7999',
  },
  {
    rule: 'E9',
    title: 'index twice',
    text: GUIDE_OF_THREE,
    from: 'index: 1\n    kubemanager: k',
    to: 'index: 0\n    kubemanager: k',
    on: '#2 index: 0',
  },
  {
    rule: 'E10',
    title: "the central Kubemanager's name",
    from: 'kubemanager: kubemanager-cluster2',
    to: 'kubemanager: contrail-k8s-kubemanager',
  },
  {
    rule: 'E11',
    title: 'capital and dot',
    text: edited(GUIDE_OF_THREE, '- name: cluster3', '- name: Cluster.3'),
    from: 'KUBECONFIG_CLUSTER3',
    to: 'K3',
    on: '- name: Cluster.3',
  },
  { rule: 'E11', title: 'one character', text: GUIDE_OF_THREE, from: '- name: cluster3', to: '- name: c', on: '#2 - name: c' },
  { rule: 'E11', title: 'too long', text: GUIDE_OF_THREE, from: '- name: cluster3', to: `- name: ${'c'.repeat(64)}` },
  {
    rule: 'E13',
    title: 'Kubemanager no DNS label',
    from: 'kubemanager: kubemanager-cluster2',
    to: 'kubemanager: kubemanager.Cluster2',
  },
  {
    rule: 'E13',
    title: 'Kubemanager twice',
    text: GUIDE_OF_THREE,
    from: 'kubemanager: kubemanager-cluster3',
    to: 'kubemanager: kubemanager-cluster2',
    on: '#2 kubemanager: kubemanager-cluster2',
  },
  {
    rule: 'E13',
    title: 'contrail-analytics does not fit',
    from: 'kubemanager: kubemanager-cluster2',
    to: `kubemanager: ${'k'.repeat(36)}`,
  },
  {
    rule: 'E13',
    title: 'declared namespace does not fit',
    from: 'networks:\n  - cluster: cluster1',
    to: `  - {cluster: cluster2, name: ${'n'.repeat(34)}}\nnetworks:\n  - cluster: cluster1`,
    on: 'nnnnnn',
  },
  {
    rule: 'E14',
    title: 'prefix of another cluster',
    text: GUIDE_OF_THREE,
    from: 'kubemanager: kubemanager-cluster3',
    to: 'kubemanager: kubemanager-cluster2-cluster2',
  },
  {
    rule: 'E14',
    title: 'two names, one prefix',
    text: edited(GUIDE_OF_THREE, '- name: cluster3', '- name: a-cluster2'),
    from: 'kubemanager: kubemanager-cluster3',
    to: 'kubemanager: kubemanager-cluster2-cluster2',
  },
  {
    rule: 'E14',
    title: 'central namespace under a prefix',
    from: 'networks:\n  - cluster: cluster1',
    to: '  - {cluster: cluster1, name: kubemanager-cluster2-cluster2-ns1}\nnetworks:\n  - cluster: cluster1',
    on: 'name: kubemanager-cluster2-cluster2-ns1',
  },
  ...[
    'https://127.0.0.1:6443',
    'https://127.8.0.1:6443',
    'https://[::1]:6443',
    'https://[::ffff:127.0.0.1]:6443',
    'https://localhost:6443',
    'https://LOCALHOST:6443',
    'https://0.0.0.0:6443',
    'https://[::]:6443',
    'https://10.233.0.1:443',
    'https://10.234.0.1',
    'https://[fd85:ee78:d8a6:8607::1001]:443',
    'https://kubernetes.default.svc',
    'https://kubernetes.default.svc.cluster.local:443',
    'http://172.27.115.183:6443',
    '172.27.115.183:6443',
    'https://172.27.115.183:66443',
    'https://010.0.0.1:6443',
    'https://127.1:6443',
    'https://user:pass@172.27.115.183:6443',
  ].map((server) => ({
    rule: 'E17',
    title: server,
    from: 'server: https://172.27.115.183:6443',
    to: `server: "${server}"`,
  })),
  { rule: 'E17', title: 'the central server', from: 'https://172.27.115.180:6443', to: 'https://127.0.0.1:6443' },
  {
    rule: 'E20',
    title: 'one secret for two',
    text: GUIDE_OF_THREE,
    from: 'cluster3-kubeconfig',
    to: 'workload-kubeconfig',
    on: '#2 kubeconfigSecret: workload-kubeconfig',
  },
  { rule: 'E20', title: 'the pull secret', from: 'workload-kubeconfig', to: 'registrypullsecret' },
  ...['21.4.0.1', '24.1.0.1', 'cn3.23.4.0.59', 'latest', '22.20.0.93', '"22"'].map((version) => ({
    rule: 'E22',
    title: version,
    from: 'version: 22.2.0.93',
    to: `version: ${version}`,
  })),
  {
    rule: 'E22',
    title: 'an image of another release',
    text: EVERY_KEY,
    from: 'contrail-k8s-kubemanager: 22.2.0.100',
    to: 'contrail-k8s-kubemanager: 22.4.0.284',
  },
  {
    rule: 'E23',
    title: 'selector that matches nothing since 1.24',
    from: '    state: attached\n',
    to: '    state: attached\n    kubemanagerNodeSelector: {node-role.kubernetes.io/master: ""}\n',
    on: 'kubemanagerNodeSelector',
    severity: 'warning',
  },
  {
    rule: 'E26',
    title: 'mesh of one',
    from: '    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}\n',
    to: '    networks: [cluster1/ns1/vn1]\n',
    on: 'networks: [cluster1/ns1/vn1]',
  },
  {
    rule: 'E26',
    title: 'mesh without networks',
    from: '    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}\n',
    to: '',
    on: 'type: mesh',
  },
  {
    rule: 'E26',
    title: 'hub-spoke without spokes',
    from: '    type: mesh\n    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n',
    to: '    type: hub-spoke\n    hubs: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n    spokes: []\n',
    on: 'spokes: []',
  },
  {
    rule: 'E26',
    title: 'hub-spoke without hubs',
    from: '    type: mesh\n    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n',
    to: '    type: hub-spoke\n    spokes: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n',
    on: 'type: hub-spoke',
  },
  {
    rule: 'E26',
    title: 'router without labels that another one imports',
    text: EVERY_NETWORK_KEY,
    from: '{vnr: spokes, tier: one}',
    to: '{}',
  },
  {
    rule: 'E26',
    title: 'router whose labels another one has, too',
    text: EVERY_NETWORK_KEY,
    from: 'cluster1/ns1/vn1: vnr1,',
    to: 'cluster1/ns1/vn1: {name: vnr1, labels: {vnr: spokes, tier: one, more: x}},',
    on: 'name: spoke,',
  },
  {
    rule: 'E26',
    title: 'router whose label is the default one of another',
    text: EVERY_NETWORK_KEY,
    from: '{vnr: spokes, tier: one}',
    to: '{vnr: vnr1}',
    on: 'cluster1/ns1/vn1: vnr1,',
  },
  {
    rule: 'E26',
    title: 'router of a default network and a declared one',
    text: edited(
      EVERY_NETWORK_KEY,
      '[cluster1/ns1/vn1, cluster2/ns1/vn2]\n    routers: {cluster1/ns1/vn1: vnr1, ',
      '[cluster1/ns1/vn1, cluster2/ns1/vn2, cluster1/ns1/default-podnetwork]\n    routers: {cluster1/ns1/vn1: vnr1, ',
    ),
    from: 'cluster1/ns1/vn1: vnr1,',
    to: 'cluster1/ns1/vn1: vnr1, cluster1/ns1/default-podnetwork: vnr1,',
  },
  {
    rule: 'E26',
    title: 'network with the label of a default one',
    text: EVERY_NETWORK_KEY,
    from: 'labels: {vn: spoke}',
    to: 'labels: {vn: spoke, core.juniper.net/virtualnetwork: default-podnetwork}',
  },
  { rule: 'E27', title: 'gateway outside', from: 'gateway: 20.0.0.1', to: 'gateway: 20.0.1.1' },
  { rule: 'E27', title: "a VNI of CN2's own", text: EVERY_NETWORK_KEY, from: 'vni: 5000', to: 'vni: 4095' },
  { rule: 'E27', title: 'a VNI that is too large', text: EVERY_NETWORK_KEY, from: 'vni: 5000', to: 'vni: 4294967297' },
  {
    rule: 'E27',
    title: "a route target of CN2's own",
    text: EVERY_NETWORK_KEY,
    from: '[target:64512:2000]',
    to: '[target:64512:2000, target:64512:8000000]',
    severity: 'warning',
  },
  { rule: 'E27', title: 'range that begins outside', text: EVERY_NETWORK_KEY, from: '10.9.0.40', to: '10.8.0.40' },
  { rule: 'E27', title: 'range that ends outside', text: EVERY_NETWORK_KEY, from: '10.9.0.49', to: '10.9.1.0' },
  { rule: 'E27', title: 'IPv6 range outside', text: EVERY_NETWORK_KEY, from: 'to: "fd00:9::ff"', to: 'to: "fd00:9:0:1::ff"' },
  { rule: 'E27', title: 'range that ends before it begins', text: EVERY_NETWORK_KEY, from: '10.9.0.49', to: '10.9.0.39' },
  { rule: 'E27', title: 'ranges that overlap', text: EVERY_NETWORK_KEY, from: 'from: 10.9.0.20', to: 'from: 10.9.0.19' },
  {
    rule: 'E27',
    title: 'ranges of two keys that overlap',
    text: EVERY_NETWORK_KEY,
    from: 'from: 10.9.0.20, to: 10.9.0.29',
    to: 'from: 10.9.0.30, to: 10.9.0.60',
  },
  {
    rule: 'E27',
    title: 'routed and provider network',
    text: edited(EVERY_NETWORK_KEY, '    podNetwork: true\n', '    fabricForwarding: true\n'),
    from: 'vlanID: 100',
    to: 'isProviderNetwork: true',
  },
  {
    rule: 'E28',
    title: 'declared as a label',
    from: 'labels: {ns: cluster2-ns1}',
    to: 'labels: {core.juniper.net/isolated-namespace: "yes"}',
  },
  { rule: 'E33', title: 'network: multicast', from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1', to: 'cidr: 224.0.0.0/24' },
  { rule: 'E33', title: 'network: loopback', from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1', to: 'cidr: 127.0.0.0/24' },
  { rule: 'E33', title: 'network: this network', from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1', to: 'cidr: 0.0.0.0/8' },
  { rule: 'E33', title: 'network: link-local', from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1', to: 'cidr: 169.254.0.0/16' },
  { rule: 'E33', title: 'network: broadcast', from: 'cidr: 10.0.0.0/24, gateway: 10.0.0.1', to: 'cidr: 255.255.255.0/24' },
  { rule: 'E33', title: 'node subnet: link-local', from: 'nodeSubnets: []', to: 'nodeSubnets: ["fe80::/64"]' },
  { rule: 'E33', title: 'node subnet: multicast', from: 'nodeSubnets: []', to: 'nodeSubnets: ["ff00::/8"]' },
  { rule: 'E33', title: 'node subnet: unspecified', from: 'nodeSubnets: []', to: 'nodeSubnets: ["::/128"]' },
  { rule: 'E33', title: 'node subnet: loopback', from: 'nodeSubnets: []', to: 'nodeSubnets: ["::1/128"]' },
  { rule: 'E33', title: 'node subnet: IPv4-mapped', from: 'nodeSubnets: []', to: 'nodeSubnets: ["::ffff:10.200.0.0/113"]' },
  {
    rule: 'E33',
    title: 'node subnet: IPv4-mapped in hexadecimal',
    from: 'nodeSubnets: []',
    to: 'nodeSubnets: ["::ffff:a00:0/120"]',
  },
  { rule: 'E33', title: 'node subnet: IPv4-compatible', from: 'nodeSubnets: []', to: 'nodeSubnets: ["::a00:0/120"]' },
  { rule: 'E33', title: 'pod subnet', from: '[10.234.128.0/17,', to: '[224.0.0.0/17,' },
  {
    rule: 'removal',
    title: 'a namespace that is kept and not declared',
    text: LEAVING,
    from: 'keep: [ns1]',
    to: 'keep: [ns1, ns9]',
  },
  {
    rule: 'detach',
    title: 'a way to leave for who stays',
    from: 'state: attached\n',
    to: 'state: attached\n    detach: {keep: []}\n',
    on: 'detach: {',
  },
  {
    rule: 'detach',
    title: 'a connection to a cluster that leaves',
    from: 'state: attached',
    to: 'state: detached',
    on: 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]',
  },
  {
    rule: 'detach',
    title: 'a pod network of a cluster that leaves',
    text: edited(edited(LEAVING, '22.2.0.93', '23.1.0.282'), 'name: vn2,', 'name: vn2, podNetwork: true,'),
    from: '{cluster: cluster1, name: ns1, isolated: true, labels: {ns: ns1}}',
    to: '{cluster: cluster1, name: ns1, annotations: {net.juniper.contrail.podnetwork: kubemanager-cluster2-cluster2-ns1/vn2}}',
  },

  ...['__proto__', '-a', 'a-', 'a..b/c', 'a.-b/c', 'A/b', '/b', 'a/', 'a/b/c', `a/${'b'.repeat(64)}`, `${'a'.repeat(64)}/b`].map(
    (key) => ({
      rule: 'schema',
      title: `label key ${key}`,
      from: 'labels: {ns: cluster2-ns1}',
      to: `labels: {ns: cluster2-ns1, ${key}: v}`,
    }),
  ),
  ...['a b', '-a', 'a_', 'a/b'].map((value) => ({
    rule: 'schema',
    title: `label value ${value}`,
    from: 'labels: {ns: cluster2-ns1}',
    to: `labels: {ns: cluster2-ns1, key: "${value}"}`,
  })),
  {
    rule: 'schema',
    title: 'a key of the prototype elsewhere',
    from: 'nodeSubnets: []',
    to: 'nodeSubnets: []\n  __proto__: {}',
    on: '__proto__',
  },
  { rule: 'yaml', title: 'key twice', from: '    index: 0\n', to: '    index: 0\n    index: 1\n', on: 'index: 1' },
  { rule: 'yaml', title: 'second document', from: 'smoke:\n', to: '---\nsmoke:\n', on: 'smoke:' },
  ...[
    ['namespaces:\n', 'namespacs:\n'],
    ['networks:\n', 'netwroks:\n'],
    ['central:\n', 'centrl:\n'],
    ['distributed:\n', 'distribute:\n'],
    ['    networks: [cluster1', '    network: [cluster1'],
    ['  manifests: ', '  manifest: '],
    ['    podSubnets: [10.234', '    podSubnet: [10.234'],
    ['    server: https://172.27.115.183', '    sever: https://172.27.115.183'],
    ['    index: 0', '    indx: 0'],
    ['    routers: ', '    router: '],
  ].map(([from, to]) => ({ rule: 'schema', title: `misspelt ${from!.trim()}`, from: from!, to: to! })),
  { rule: 'schema', title: 'unknown key', from: '    state: attached\n', to: '    stat: attached\n' },
  { rule: 'schema', title: 'wrong type', from: 'index: 0', to: 'index: "0"' },
  {
    rule: 'schema',
    title: 'one number without an index',
    text: EVERY_KEY,
    from: '    constantRouteTargetNumber: 8500\n',
    to: '',
    on: '- name: cluster4',
  },
  { rule: 'schema', title: 'no number at all', from: '    index: 0\n', to: '', on: '- name: cluster2' },
  { rule: 'schema', title: 'a port that is text', text: EVERY_KEY, from: 'listenerPort: 19500', to: 'listenerPort: "19500"' },
  { rule: 'schema', title: 'manifests without a name', text: EVERY_KEY, from: 'manifests: cn2/edge', to: 'manifests: ""' },
  ...['E1', 'E8', 'E12', 'E22', 'E34', 'e16', 'E99', 'removal', 'constructor'].map((id) => ({
    rule: 'severity',
    title: `lowers ${id}`,
    text: EVERY_KEY,
    from: '  E16: {level',
    to: `  ${id}: {level`,
  })),
  ...[
    ['level: warning', 'level: info'],
    ['level: warning, ', ''],
    ['reason: node-local DNS works here', 'reason: ""'],
    ['reason: node-local DNS works here, ', ''],
    ['until: 2027-06-30', 'until: 2027-06-31'],
    ['until: 2027-06-30', 'until: 2027'],
    ['until: 2027-06-30', 'until: soon'],
    ['until: 2027-06-30', 'til: "2027-06-30"'],
  ].map(([from, to]) => ({
    rule: 'schema',
    title: `severity: ${to === '' ? `without ${from}` : to}`,
    text: EVERY_KEY,
    from: from!,
    to: to!,
    on: '  E16: {',
  })),
  { rule: 'schema', title: 'retired twice', text: EVERY_KEY, from: 'retired: [3, 7]', to: 'retired: [3, 3]' },
  { rule: 'schema', title: 'retired below zero', text: EVERY_KEY, from: 'retired: [3, 7]', to: 'retired: [-3]' },
  { rule: 'schema', title: 'missing key', from: '  pullSecret: {env: CN2_PULL_SECRET}\n', to: '', on: 'version: 22.2.0.93' },
  { rule: 'schema', title: 'number as version', from: 'version: 22.2.0.93', to: 'version: 22.2' },
  { rule: 'schema', title: 'no CIDR', from: '10.234.128.0/17', to: '10.234.128.0/33' },
  { rule: 'schema', title: 'octal-like CIDR', from: '10.234.128.0/17', to: '010.234.128.0/17' },
  { rule: 'schema', title: 'two of one family', from: '[10.234.128.0/17,', to: '[10.234.128.0/17, 10.236.0.0/16,' },
  { rule: 'schema', title: 'gateway of the other family', from: 'gateway: 20.0.0.1', to: 'gateway: "fd00::1"' },
  { rule: 'schema', title: 'label value no text', from: 'labels: {ns: ns1}', to: 'labels: {ns: true}' },
  { rule: 'schema', title: 'env and file', from: '{env: KUBECONFIG_CLUSTER2}', to: '{env: KUBECONFIG_CLUSTER2, file: k}' },
  {
    rule: 'reference',
    title: 'cluster of a namespace',
    from: 'networks:\n  - cluster: cluster1',
    to: '  - {cluster: cluster9, name: x}\nnetworks:\n  - cluster: cluster1',
    on: 'cluster9',
  },
  {
    rule: 'reference',
    title: 'namespace of a network',
    from: 'connections:',
    to: '  - {cluster: cluster2, namespace: ns2, name: x, v4: {cidr: 10.9.0.0/24}}\nconnections:',
    on: 'ns2,',
  },
  {
    rule: 'reference',
    title: 'network of a connection',
    from: 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]',
    to: 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2, cluster2/ns1/vn3]',
  },
  ...[
    ['of a namespace that is not declared', 'cluster2/ns9/default-podnetwork'],
    ['of a namespace that is not isolated', 'cluster1/annotated/default-podnetwork'],
    ['of another name', 'cluster2/ns1/default-network'],
  ].map(([title, to]) => ({
    rule: 'reference',
    title: `default network ${title}`,
    text: EVERY_NETWORK_KEY,
    from: 'cluster2/ns1/default-podnetwork',
    to: to!,
  })),
  {
    rule: 'reference',
    title: 'default network of the smoke test',
    from: 'networks: all',
    to: 'networks: [cluster2/ns1/default-podnetwork]',
  },
  {
    rule: 'reference',
    title: 'router of another network',
    from: 'cluster2/ns1/vn2: vnr2',
    to: 'cluster2/ns1/vn2: vnr2, cluster2/ns1/vn3: vnr3',
  },
  { rule: 'reference', title: 'network of the smoke test', from: 'networks: all', to: 'networks: [cluster1/ns1/vn9]' },
  {
    rule: 'duplicate',
    title: 'cluster',
    text: GUIDE_OF_THREE,
    from: '- name: cluster3',
    to: '- name: cluster2',
    on: '#2 - name: cluster2',
  },
  { rule: 'duplicate', title: 'central cluster', text: GUIDE_OF_THREE, from: '- name: cluster3', to: '- name: cluster1' },
  {
    rule: 'duplicate',
    title: 'namespace',
    from: 'networks:\n  - cluster: cluster1',
    to: '  - {cluster: cluster2, name: ns1, manage: false}\nnetworks:\n  - cluster: cluster1',
    on: 'manage: false',
  },
  {
    rule: 'duplicate',
    title: 'network',
    from: 'connections:',
    to: '  - {cluster: cluster2, namespace: ns1, name: vn2, v4: {cidr: 10.9.0.0/24}}\nconnections:',
    on: '10.9.0.0/24',
  },
  {
    rule: 'duplicate',
    title: 'network that CN2 makes',
    text: EVERY_NETWORK_KEY,
    from: 'name: routed,',
    to: 'name: default-podnetwork,',
  },
  {
    rule: 'duplicate',
    title: 'subnet',
    from: 'connections:',
    to: '  - {cluster: cluster2, namespace: ns1, name: vn3, v4: {cidr: 10.9.0.0/24, subnet: subnet2}}\nconnections:',
    on: '10.9.0.0/24',
  },
  {
    rule: 'duplicate',
    title: 'defaulted subnet',
    from: 'connections:',
    to: '  - {cluster: cluster2, namespace: ns1, name: vn3, v4: {cidr: 10.9.0.0/24}, v6: {cidr: "fd00::/64", subnet: vn3-v4}}\nconnections:',
    on: '10.9.0.0/24',
  },
  {
    rule: 'duplicate',
    title: 'connection',
    from: 'smoke:\n',
    to: '  - {name: app, type: mesh, networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]}\nsmoke:\n',
    on: '- {name: app',
  },
  {
    rule: 'duplicate',
    title: 'router of two connections',
    from: 'smoke:\n',
    to: '  - {name: b, type: mesh, networks: [cluster1/ns1/vn1, cluster2/ns1/vn2], routers: {cluster2/ns1/vn2: vnr2}}\nsmoke:\n',
    on: '- {name: b',
  },
  ...[
    [
      'other labels',
      '{cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}}',
      '{cluster1/ns1/vn1: {name: hub, labels: {vnr: others}}}',
    ],
    ['a plain name', '{cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}}', '{cluster1/ns1/vn1: hub}'],
    ['a name without labels', '{cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}}', '{cluster1/ns1/vn1: {name: hub}}'],
  ].map(([title, from, to]) => ({
    rule: 'duplicate',
    title: `router of two connections, ${title}`,
    text: EVERY_NETWORK_KEY,
    from: from!,
    to: to!,
  })),
  {
    rule: 'duplicate',
    title: 'router of two connections, other networks',
    text: EVERY_NETWORK_KEY,
    from: '    routers: {cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}}\n',
    to: '    routers: {cluster1/ns1/vn1: other, cluster2/ns1/vn2: {name: vnr2, labels: {vnr: vnr2}}}\n',
  },
  {
    rule: 'duplicate',
    title: 'router with two sets of labels',
    from: '    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]\n    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}\n',
    to: '    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2, cluster2/ns1/vn7]\n    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2, cluster2/ns1/vn7: {name: vnr2, labels: {a: b}}}\n',
    text: edited(
      GUIDE,
      'connections:\n',
      '  - {cluster: cluster2, namespace: ns1, name: vn7, v4: {cidr: 10.7.0.0/24}}\nconnections:\n',
    ),
    on: 'labels: {a: b}',
  },
  {
    rule: 'duplicate',
    title: 'network twice in a connection',
    from: 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]',
    to: 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2, cluster1/ns1/vn1]',
  },
  {
    rule: 'duplicate',
    title: 'VNI',
    text: EVERY_NETWORK_KEY,
    from: 'name: routed, ',
    to: 'name: routed, vni: 5000, ',
    on: 'name: routed',
  },
  ...[
    '64512:2000',
    'target:64512',
    'target:64512:2000:1',
    'target:64512:4294967296',
    'target:65536:65536',
    'target:4294967296:1',
    'target:0:1',
    'target:064512:1',
    'target:64512:01',
    'target:192.0.2.1:65536',
    'target:192.0.2.256:1',
    'target:192.0.2:1',
    'target:2001:db8::1:1',
    'Target:64512:1',
    'target:64512:-1',
    ' target:64512:1',
  ].map((target) => ({
    rule: 'schema',
    title: `route target ${target}`,
    text: EVERY_NETWORK_KEY,
    from: '[target:64512:2000]',
    to: `["${target}"]`,
  })),
  {
    rule: 'schema',
    title: 'route target twice',
    text: EVERY_NETWORK_KEY,
    from: '[target:64512:2000]',
    to: '[target:64512:2000, target:64512:2000]',
  },
  { rule: 'schema', title: 'route target alone', text: EVERY_NETWORK_KEY, from: '[target:64512:2000]', to: 'target:64512:2000' },
  ...[
    ['from: 10.9.0.40, ', ''],
    ['from: 10.9.0.40', 'from: "fd00:9::40"'],
    ['from: 10.9.0.40', 'from: 10.9.0.040'],
    ['from: 10.9.0.40', 'from: 10.9.0.40, end: 10.9.0.50'],
    ['key: second', 'key: ""'],
    ['key: second', 'key: 2'],
    ['ranges: [{from: "fd00:9::0010", to: "fd00:9::ff"}]', 'ranges: []'],
    ['ranges: [{from: "fd00:9::0010", to: "fd00:9::ff"}]', 'ranges: {from: "fd00:9::0010", to: "fd00:9::ff"}'],
    ['dns: [10.9.0.2, 192.0.2.53]', 'dns: []'],
    ['dns: [10.9.0.2, 192.0.2.53]', 'dns: [10.9.0.2, "fd00:9::2"]'],
    ['dns: [10.9.0.2, 192.0.2.53]', 'dns: 10.9.0.2'],
    ['routeTargets: [target:64512:1000, "target:192.0.2.1:7"]', 'routeTargets: []'],
  ].map(([from, to]) => ({
    rule: 'schema',
    title: `${from} as ${to || 'nothing'}`,
    text: EVERY_NETWORK_KEY,
    from: from!,
    to: to!,
    on: to || 'key: second',
  })),
  ...[
    'fabricSNAT: true',
    'podNetwork: false',
    'fabricForwarding: false',
    'routeTargetList: []',
    'importRouteTargetList: []',
    'exportRouteTargetList: []',
    'virtualNetworkNetworkId: 5000',
    'virtualNetworkProperties: {forwardingMode: l2}',
    'virtualNetworkProperties: {rpf: enable}',
    'virtualNetworkProperties: l2',
    'v4SubnetReference: {name: x}',
    'v6SubnetReference: {name: x}',
    'fqName: [a]',
    'vlanID:',
    'vlanID: .nan',
    'vlanID: 12345678901234567890',
    'further: [a, {b: null}]',
    `further: ${'['.repeat(20)}${']'.repeat(20)}`,
  ].map((to) => ({
    rule: 'schema',
    title: `spec with ${to}`,
    text: EVERY_NETWORK_KEY,
    from: 'vlanID: 100',
    to,
  })),
  {
    rule: 'schema',
    title: 'spec no mapping',
    text: EVERY_NETWORK_KEY,
    from: 'spec:\n      vlanID: 100\n      routeTableReferences: [{kind: RouteTable, namespace: ns1, name: static}]',
    to: 'spec: [vlanID]',
  },
  {
    rule: 'schema',
    title: 'forwarding as an annotation',
    from: 'labels: {ns: cluster2-ns1}',
    to: 'annotations: {core.juniper.net/forwarding-mode: ip-fabric}',
  },
  {
    rule: 'E25',
    title: 'pod network without a namespace',
    from: 'labels: {ns: cluster2-ns1}',
    to: 'labels: {ns: cluster2-ns1}, annotations: {net.juniper.contrail.podnetwork: vn2}',
  },
  ...[
    '5',
    '[hub]',
    '{labels: {vnr: hubs}}',
    '{name: hub, lables: {vnr: hubs}}',
    '{name: Hub, labels: {vnr: hubs}}',
    'Hub',
    '{name: hub, labels: {cn2-fleet/fleet: x}}',
    '{name: hub, labels: hubs}',
  ].map((to) => ({
    rule: 'schema',
    title: `router ${to}`,
    from: 'cluster1/ns1/vn1: vnr1,',
    to: `cluster1/ns1/vn1: ${to},`,
  })),
  ...['podNetwork: "true"', 'podNetwork: 1', 'podNetwork: [true]'].map((to) => ({
    rule: 'schema',
    title: to,
    text: EVERY_NETWORK_KEY,
    from: 'podNetwork: true',
    to,
  })),
  { rule: 'schema', title: 'forwarding mode', text: EVERY_NETWORK_KEY, from: 'forwardingMode: l3', to: 'forwardingMode: L3' },
  { rule: 'schema', title: 'rpf', text: EVERY_NETWORK_KEY, from: 'rpf: disable', to: 'rpf: disabled' },
  { rule: 'schema', title: 'VNI no whole number', text: EVERY_NETWORK_KEY, from: 'vni: 5000', to: 'vni: 5000.5' },
  {
    rule: 'schema',
    title: 'network without a subnet',
    text: EVERY_NETWORK_KEY,
    from: ', fabricForwarding: true',
    to: '',
    on: 'name: routed',
  },
  {
    rule: 'schema',
    title: 'network without a subnet, not routed',
    text: EVERY_NETWORK_KEY,
    from: 'fabricForwarding: true',
    to: 'fabricForwarding: false',
  },
  {
    rule: 'schema',
    title: 'annotation no text',
    text: EVERY_NETWORK_KEY,
    from: 'display-name: VN5',
    to: 'display-name: 5',
  },
  ...['cn2-fleet/last-applied', 'a b'].map((key) => ({
    rule: 'schema',
    title: `annotation ${key}`,
    text: EVERY_NETWORK_KEY,
    from: 'core.juniper.net/display-name: VN5',
    to: `${key}: x`,
  })),
  ...['cn2-fleet/fleet', 'cn2-fleet/network', 'app.kubernetes.io/managed-by'].map((key) => ({
    rule: 'schema',
    title: `label ${key}`,
    from: 'labels: {ns: cluster2-ns1}',
    to: `labels: {ns: cluster2-ns1, ${key}: x}`,
  })),
  ...[
    ['autonomousSystem: 64513', 'autonomusSystem: 64513', 'no field'],
    ['autonomousSystem: 64513', 'autonomousSystem: "64513"', 'text for a number'],
    ['autonomousSystem: 64513', 'enableNad: "true"', 'text for a truth value'],
    ['autonomousSystem: 64513', 'externalNetworkSelectors: []', 'a list for a mapping'],
    ['autonomousSystem: 64513', 'isolateNamespaces: {enable: true}', 'a field of another API version'],
    ['autonomousSystem: 64513', 'clusterName: x', 'the name'],
    ['autonomousSystem: 64513', 'listenerPort: 19501', 'the port'],
    ['autonomousSystem: 64513', 'podV4Subnet: null', 'a subnet taken out'],
    ['autonomousSystem: 64513', 'constructor: {}', 'a field of the prototype'],
    ['common: {replicas: 1}', 'common: null', 'common taken out'],
    ['common: {replicas: 1}', 'common: []', 'common as a list'],
    ['replicas: 1', 'containers: []', 'the containers'],
    ['replicas: 1', 'nodeSelector: {a: b}', 'the node selector'],
    ['replicas: 1', 'replica: 1', 'no field of common'],
    ['replicas: 1', 'volumes: []', 'a field of common that the release lacks'],
    ['replicas: 1', 'replicas: "1"', 'text in common'],
  ].map(([from, to, title]) => ({
    rule: 'E35',
    title: title!,
    text: edited(EVERY_KEY, '{autonomousSystem: 64513, common', '{\n      autonomousSystem: 64513,\n      common'),
    from: from!,
    to: to!,
  })),
  {
    rule: 'E10',
    title: 'in a mapping',
    text: edited(EVERY_KEY, '{name: km4, spec', '{\n      name: km4,\n      spec'),
    from: 'name: km4',
    to: 'name: contrail-k8s-kubemanager',
  },
  ...[
    ['kubemanager: 5', 'a number'],
    ['kubemanager: ""', 'empty'],
    ['kubemanager: []', 'a list'],
    ['kubemanager: {nam: km4}', 'a misspelt name'],
    ['kubemanager: {name: 5}', 'a number as name'],
    ['kubemanager: {spec: 5}', 'a number as spec'],
    ['kubemanager: {spec: {autonomousSystem: .nan}}', 'no number'],
    [`kubemanager: {spec: {common: ${'['.repeat(60)}${']'.repeat(60)}}}`, 'too many levels'],
  ].map(([to, title]) => ({
    rule: 'schema',
    title: `kubemanager: ${title}`,
    text: EVERY_KEY,
    from: 'kubemanager: {name: km4, spec: {autonomousSystem: 64513, common: {replicas: 1}}}',
    to: to!,
    on: to!,
  })),
  {
    rule: 'reference',
    title: 'annotations of a namespace that is only referred to',
    from: 'labels: {ns: cluster2-ns1}',
    to: 'labels: {ns: cluster2-ns1}, manage: false, annotations: {a: b}',
    severity: 'warning',
  },
  {
    rule: 'reference',
    title: 'forwarding of a namespace that is only referred to',
    from: 'labels: {ns: cluster2-ns1}',
    to: 'labels: {ns: cluster2-ns1}, manage: false, forwarding: ip-fabric',
    severity: 'warning',
  },
  { rule: 'yaml11', title: 'octal', from: 'labels: {ns: ns1}', to: 'labels: {ns: on}', severity: 'warning' },
];

/** '#2 text' is the second line with that text. */
function expectedLine(text: string, on: string): number {
  const numbered = /^#(\d) (.*)$/.exec(on);
  if (!numbered) return lineOf(text, on);
  const lines = text.split('\n').flatMap((line, index) => (line.includes(numbered[2]!) ? [index + 1] : []));
  return lines[Number(numbered[1]) - 1]!;
}

describe('each rule broken alone in the declaration of the guide', () => {
  test.each(FAULTS)('$rule: $title', ({ rule, from, to, on = to.trim(), text = GUIDE, severity = 'error' }) => {
    const broken = edited(text, from, to);
    const findings = judged(broken)
      .filter((finding) => finding.severity !== 'info')
      .map((finding) => ({ rule: finding.rule, severity: finding.severity, line: finding.line }));
    expect(findings).toEqual([{ rule, severity, line: expectedLine(broken, on) }]);
  });

  test('every rule on declarations is broken by some fault', async () => {
    const { RULES } = await import('../../../src/rules/all-rules.ts');
    const broken = new Set(FAULTS.map(({ rule }) => rule));
    expect(RULES.filter((rule) => rule.judgeDeclaration && !broken.has(rule.id)).map(({ id }) => id)).toEqual([]);
  });
});

describe('a declaration without faults', () => {
  test.each([
    ['of two clusters', GUIDE],
    ['of three clusters', GUIDE_OF_THREE],
    ['with every key', EVERY_KEY],
    ['with release 23.4', edited(GUIDE, '22.2.0.93', 'cn2.23.4.0.59')],
    ['without a smoke test', GUIDE.slice(0, GUIDE.indexOf('smoke:'))],
    ['with a server name', edited(GUIDE, 'https://172.27.115.183:6443', 'https://api.cluster2.example.org:6443')],
    ['with an IPv6 server', edited(GUIDE, 'https://172.27.115.183:6443', 'https://[fd00:1::5]:6443/')],
    [
      'with one underlay',
      edited(
        edited(GUIDE, 'nodeSubnets: []', 'nodeSubnets: [172.27.115.0/24]'),
        '    state: attached\n',
        '    nodeSubnets: [172.27.115.0/24]\n',
      ),
    ],
    ['with the names that CN2 room leaves', edited(GUIDE, 'kubemanager: kubemanager-cluster2', `kubemanager: ${'k'.repeat(35)}`)],
    [
      'with equal networks that nothing connects',
      edited(GUIDE, 'connections:', '  - {cluster: cluster2, namespace: ns1, name: vn3, v4: {cidr: 20.0.0.0/24}}\nconnections:'),
    ],
    ['with every key', EVERY_NETWORK_KEY],
    [
      'with a network of a default name where CN2 makes none',
      edited(EVERY_NETWORK_KEY, 'namespace: ns1, name: routed,', 'namespace: plain, name: default-podnetwork,').replace(
        'networks:\n  -',
        '  - {cluster: cluster2, name: plain}\nnetworks:\n  -',
      ),
    ],
    [
      'with equal networks that import the same routes',
      edited(
        EVERY_NETWORK_KEY,
        'name: routed, fabricForwarding: true}',
        `name: more, v4: {cidr: 10.9.0.0/24}, importRouteTargets: [target:64512:2000]}
  - {cluster: cluster2, namespace: ns1, name: source, v4: {cidr: 10.8.0.0/24}, exportRouteTargets: [target:64512:2000]}`,
      ),
    ],
    [
      'with shared routers',
      edited(
        GUIDE,
        'connections:\n',
        `  - {cluster: cluster2, namespace: ns1, name: vn3, v4: {cidr: 10.9.0.0/24}}\nconnections:\n  - {name: b, type: hub-spoke, hubs: [cluster1/ns1/vn1], spokes: [cluster2/ns1/vn2, cluster2/ns1/vn3], routers: {cluster2/ns1/vn2: s, cluster2/ns1/vn3: s}}\n`,
      ),
    ],
  ])('%s has no findings', (_, text) => {
    expect(judged(text)).toEqual([]);
  });
});

describe('several faults', () => {
  test('are found in one run, also beside a key that is unknown and one that is missing', () => {
    let text = edited(GUIDE_OF_THREE, '    state: attached\n', '    stat: attached\n');
    text = edited(text, '[10.235.128.0/17]', '[10.233.128.0/17]');
    text = edited(text, '20.0.0.0/24', '20.0.0.5/24');
    text = edited(text, 'server: https://172.27.115.186:6443\n    ', '');
    text = edited(text, 'networks: all', 'networks: [cluster1/ns1/vn9]');
    expect(new Set(judged(text).map(({ rule }) => rule))).toEqual(new Set(['schema', 'E1', 'E4', 'reference']));
    expect(
      judged(text)
        .filter(({ rule }) => rule === 'schema')
        .map(({ message }) => message),
    ).toEqual(['unknown key stat in distributed[0]', 'distributed[1].server is missing']);
  });

  test('an overlap names both places and a free subnet of the same size', () => {
    const text = edited(GUIDE, '[10.234.128.0/17,', '[10.233.128.0/17,');
    const [finding] = judged(text);
    expect(finding).toMatchObject({
      rule: 'E1',
      line: 27,
      column: 18,
      related: [{ file: 'clusters.yaml', line: 16, column: 16 }],
    });
    expect(finding!.remedy).toContain('10.234.128.0/17 is free');
  });

  test('a remedy for host bits is the canonical spelling', () => {
    const [finding] = judged(edited(GUIDE, '8607::3:0000/112', '8607::3:0001/112'));
    expect(finding!.remedy).toBe('Write fd85:ee78:d8a6:8607::3:0/112.');
  });

  test('userinfo of a server stays out of the message', () => {
    const [finding] = judged(edited(GUIDE, 'https://172.27.115.183:6443', 'https://user:s3cret@172.27.115.183:6443'));
    expect(finding!.rule).toBe('E17');
    expect(JSON.stringify(finding)).not.toContain('s3cret');
  });

  test('two hundred clusters with the same subnets are one finding per subnet', () => {
    const clusters = Array.from({ length: 200 }, (_, index) =>
      CLUSTER3.replaceAll('cluster3', `c${index + 10}`).replace('index: 1', `index: ${index + 1}`),
    );
    const text = GUIDE.replace('namespaces:\n', () => `${clusters.join('')}namespaces:\n`);
    expect(judged(text).filter(({ rule }) => rule === 'E1')).toHaveLength(199 * 2);
  });
});
