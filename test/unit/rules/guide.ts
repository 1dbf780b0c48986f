import { GUIDE as SHORT } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

/** What a reference shows besides: after each of these lines come the others. */
const ALSO: readonly (readonly [string, string])[] = [
  ['  manifests: cn2/22.2\n', '  registry: hub.juniper.net/cn2\n'],
  ['  name: cluster1\n', '  kubernetesClusterName: cluster1.juniper.local\n'],
  ['  serviceSubnets: [10.233.0.0/17, "fd85:ee78:d8a6:8607::1000/116"]\n', '  nodeSubnets: []\n'],
  ['    index: 0\n', '    state: attached\n'],
];

const SMOKE = `smoke:
  image: example.org/probe:1
  defaultPodNetwork: [v4]
  networks: all
  thresholds: {lossPercent: 0, rttP95Ms: 100}
`;

/** One of the two networks spread over lines, for faults that are found at one of them. */
const FLOW =
  '  - {cluster: cluster1, namespace: ns1, name: vn1, labels: {vn: vn1}, v4: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, subnet: subnet1}}\n';
const BLOCK = `  - cluster: cluster1
    namespace: ns1
    name: vn1
    labels: {vn: vn1}
    v4: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, subnet: subnet1}
`;

/** The declaration of the reference: the two clusters of the multi-cluster guide. */
export const GUIDE =
  edited(
    ALSO.reduce((text, [line, more]) => edited(text, line, `${line}${more}`), SHORT),
    FLOW,
    BLOCK,
  ) + SMOKE;

/** A second distributed cluster, for faults that need two. */
export const CLUSTER3 = `  - name: cluster3
    index: 1
    kubemanager: kubemanager-cluster3
    kubeconfigSecret: cluster3-kubeconfig
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.186:6443
    podSubnets: [10.235.128.0/17]
    serviceSubnets: [10.235.0.0/17]
`;

/** The guide with cluster3 after cluster2. */
export const GUIDE_OF_THREE = GUIDE.replace('namespaces:\n', () => `${CLUSTER3}namespaces:\n`);

const CLUSTER4 = `  - name: cluster4
    listenerPort: 19500
    constantRouteTargetNumber: 8500
    manifests: cn2/edge
    patches:
      - {kind: Vrouter, name: contrail-vrouter-masters, namespace: contrail, merge: {spec: {agentModeType: dpdk}}}
    kubemanager: {name: km4, spec: {autonomousSystem: 64513, common: {replicas: 1}}}
    kubeconfig: {env: KUBECONFIG_CLUSTER4}
    server: https://172.27.115.189:6443
    podSubnets: [10.237.128.0/17]
    serviceSubnets: [10.237.0.0/17]
`;

const SEVERITY = `severity:
  E16: {level: warning, reason: node-local DNS works here, until: 2027-06-30}
`;

const UPGRADE = `upgrade: {maxUnavailable: 2, soak: 10m, order: [cluster4, cluster2]}
`;

/** Each of these lines, and what comes after it. */
const KEYS: readonly (readonly [string, string])[] = [
  ['  version: 22.2.0.93\n', '  images: {contrail-k8s-kubemanager: 22.2.0.100}\n'],
  ['    serviceSubnets: [10.235.0.0/17]\n', `${CLUSTER4}retired: [3, 7]\n${UPGRADE}${SEVERITY}`],
];

/** The guide of three with every key that says how its clusters differ from the plain case. */
export const EVERY_KEY = KEYS.reduce((text, [line, more]) => edited(text, line, `${line}${more}`), GUIDE_OF_THREE);

/** The guide of three whose second cluster leaves. */
export const LEAVING = edited(
  edited(GUIDE_OF_THREE, 'state: attached\n', 'state: detached\n    detach: {keep: [ns1], unreachable: false}\n'),
  GUIDE_OF_THREE.slice(GUIDE_OF_THREE.indexOf('connections:'), GUIDE_OF_THREE.indexOf('smoke:')),
  'retired: [0]\n',
);

/** Vendor files with which the guide with every key renders. */
export function everyKeyFiles(): Record<string, string> {
  const files = { ...smallRelease(), ...smallRelease('22.2.0.93', 'cn2/edge') };
  const hotfix = 'contrail-k8s-kubemanager:22.2.0';
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replaceAll(`${hotfix}.93`, `${hotfix}.100`)]),
  );
}

/** The text with one piece replaced that must be there exactly once. */
export function edited(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times in the text`);
  return parts.join(to);
}

/** Number of the one line that holds a piece of text. */
export function lineOf(text: string, piece: string): number {
  const lines = text.split('\n');
  const found = lines.flatMap((line, index) => (line.includes(piece) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${piece} stands on ${found.length} lines`);
  return found[0]!;
}
