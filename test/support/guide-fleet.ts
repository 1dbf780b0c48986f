import { readDeclaration } from '../../src/declare/declaration.ts';
import type { Declaration } from '../../src/model/declaration.ts';

/** The two clusters of the multi-cluster guide, as an author would declare them. */
export const GUIDE = `apiVersion: cn2-fleet/v1
kind: Fleet
metadata:
  name: guide
release:
  version: 22.2.0.93
  manifests: cn2/22.2
  pullSecret: {env: CN2_PULL_SECRET}
central:
  name: cluster1
  kubeconfig: {env: KUBECONFIG_CLUSTER1}
  handover: {env: CENTRAL_FOR_DISTRIBUTED}
  server: https://172.27.115.180:6443
  podSubnets: [10.233.128.0/17, "fd85:ee78:d8a6:8607::1:0/112"]
  serviceSubnets: [10.233.0.0/17, "fd85:ee78:d8a6:8607::1000/116"]
distributed:
  - name: cluster2
    index: 0
    kubemanager: kubemanager-cluster2
    kubeconfigSecret: workload-kubeconfig
    kubeconfig: {env: KUBECONFIG_CLUSTER2}
    server: https://172.27.115.183:6443
    podSubnets: [10.234.128.0/17, "fd85:ee78:d8a6:8607::3:0000/112"]
    serviceSubnets: [10.234.0.0/17, "fd85:ee78:d8a6:8607::2:1000/116"]
namespaces:
  - {cluster: cluster1, name: ns1, isolated: true, labels: {ns: ns1}}
  - {cluster: cluster2, name: ns1, isolated: true, labels: {ns: cluster2-ns1}}
networks:
  - {cluster: cluster1, namespace: ns1, name: vn1, labels: {vn: vn1}, v4: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, subnet: subnet1}}
  - {cluster: cluster2, namespace: ns1, name: vn2, labels: {vn: vn2}, v4: {cidr: 20.0.0.0/24, gateway: 20.0.0.1, subnet: subnet2}}
connections:
  - name: app
    type: mesh
    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]
    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}
`;

/** The guide's declaration, or one of these texts'. */
export function guideDeclaration(text: string = GUIDE): Declaration {
  return readDeclaration(text, 'clusters.yaml');
}

/** Text with one part replaced; fails when the part is not there, so that a test cannot pass by a typing error. */
export function replaced(text: string, part: string | RegExp, by: string): string {
  const found = typeof part === 'string' ? text.includes(part) : part.test(text);
  if (!found) throw new Error(`the text to edit has no ${part}`);
  return text.replace(part, () => by);
}

/** A declaration without its smoke test: where no packets can flow. */
export function withoutSmoke(text: string): string {
  return text.replace(/^smoke:\n(?: .*\n?)+/m, '');
}

/** The guide with a second distributed cluster, declared first and attached second. */
export const THREE_CLUSTERS = replaced(
  GUIDE,
  'distributed:\n',
  `distributed:
  - name: cluster3
    index: 1
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.186:6443
    podSubnets: [10.235.128.0/17]
    serviceSubnets: [10.235.0.0/17]
    registry: mirror3.example.org/cn2
    pullSecret: {env: PULL_SECRET_CLUSTER3}
    kubemanagerNodeSelector: {node-role.kubernetes.io/control-plane: ""}
`,
);
