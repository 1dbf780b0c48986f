/** The declaration of the reference: the two clusters of the multi-cluster guide. */
export const GUIDE = `apiVersion: cn2-fleet/v1
kind: Fleet
metadata:
  name: guide
release:
  version: 22.2.0.93
  manifests: cn2/22.2
  registry: hub.juniper.net/cn2
  pullSecret: {env: CN2_PULL_SECRET}
central:
  name: cluster1
  kubernetesClusterName: cluster1.juniper.local
  kubeconfig: {env: KUBECONFIG_CLUSTER1}
  handover: {env: CENTRAL_FOR_DISTRIBUTED}
  server: https://172.27.115.180:6443
  podSubnets: [10.233.128.0/17, "fd85:ee78:d8a6:8607::1:0/112"]
  serviceSubnets: [10.233.0.0/17, "fd85:ee78:d8a6:8607::1000/116"]
  nodeSubnets: []
distributed:
  - name: cluster2
    index: 0
    state: attached
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
  - cluster: cluster1
    namespace: ns1
    name: vn1
    labels: {vn: vn1}
    v4: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, subnet: subnet1}
  - {cluster: cluster2, namespace: ns1, name: vn2, labels: {vn: vn2}, v4: {cidr: 20.0.0.0/24, gateway: 20.0.0.1, subnet: subnet2}}
connections:
  - name: app
    type: mesh
    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]
    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}
smoke:
  image: example.org/probe:1
  defaultPodNetwork: [v4]
  networks: all
  thresholds: {lossPercent: 0, rttP95Ms: 100}
`;

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
