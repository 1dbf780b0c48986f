import { CORE } from '../../src/cn2/names.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

/** What people make who do not follow the guide: own numbers, names and labels, hubs and spokes, route targets, ranges. */
export const OWN_WAYS = `apiVersion: cn2-fleet/v1
kind: Fleet
metadata:
  name: own-ways
release:
  version: 22.2.0.93
  manifests: cn2/22.2
  registry: mirror.example.org/cn2
  pullSecret: {env: CN2_PULL_SECRET}
central:
  name: cluster1
  kubeconfig: {env: KUBECONFIG_CLUSTER1}
  server: https://172.27.115.180:6443
  podSubnets: [10.233.128.0/17]
  serviceSubnets: [10.233.0.0/17]
distributed:
  - name: cluster2
    listenerPort: 19600
    constantRouteTargetNumber: 9000
    kubemanager: {name: km-two, spec: {autonomousSystem: 64513, externalNetworkSelectors: {outside: {networkSelector: {matchLabels: {ext: "yes"}}}}}}
    kubeconfig: {env: KUBECONFIG_CLUSTER2}
    server: https://172.27.115.183:6443
    podSubnets: [10.234.128.0/17]
    serviceSubnets: [10.234.0.0/17]
  - name: cluster3
    index: 1
    kubemanager: {spec: {enableNad: false}}
    kubemanagerNodeSelector: {}
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.186:6443
    podSubnets: [10.235.128.0/17]
    serviceSubnets: [10.235.0.0/17]
    registry: mirror3.example.org/cn2
namespaces:
  - {cluster: cluster1, name: infra, isolated: true, labels: {role: infra}}
  - {cluster: cluster2, name: web, isolated: true, labels: {team: web, tier: front}}
  - {cluster: cluster3, name: web, isolated: true, forwarding: fabric-snat, labels: {team: web3}}
  - {cluster: cluster3, name: plain, annotations: {net.juniper.contrail.podnetwork: plain/own}}
networks:
  - cluster: cluster1
    namespace: infra
    name: dns
    labels: {vn: dns}
    annotations: {core.juniper.net/display-name: DNS}
    v4: {cidr: 10.1.0.0/24, gateway: 10.1.0.1, ranges: [{from: 10.1.0.10, to: 10.1.0.99}], dns: [10.1.0.2]}
    v6: {cidr: "fd00:1::/112", subnet: dns-six}
    routeTargets: [target:64512:1000]
  - {cluster: cluster2, namespace: web, name: front, labels: {app: front, vn: front}, v4: {cidr: 10.2.0.0/24}, podNetwork: true, rpf: disable}
  - {cluster: cluster2, namespace: web, name: back, labels: {app: back}, v4: {cidr: 10.2.1.0/24}, importRouteTargets: [target:64512:7]}
  - {cluster: cluster3, namespace: web, name: front, labels: {vn: front}, v4: {cidr: 10.3.0.0/24}, vni: 5000, fabricSNAT: false}
  - {cluster: cluster3, namespace: plain, name: own, v4: {cidr: 10.3.1.0/24}, spec: {isProviderNetwork: true}}
connections:
  - name: shared
    type: hub-spoke
    hubs: [cluster1/infra/dns]
    spokes: [cluster2/web/front, cluster3/web/front]
    routers:
      cluster1/infra/dns: {name: the-hub, labels: {hub: dns}}
      cluster2/web/front: {name: spoke2, labels: {spoke: two}}
  - name: both
    type: mesh
    networks: [cluster2/web/back, cluster3/web/default-podnetwork]
`;

/** Objects that no key says. */
export const OWN_OBJECTS: Record<string, KubernetesObject[]> = {
  cluster1: [
    {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'BGPRouter',
      metadata: { namespace: 'contrail', name: 'spine-01', annotations: { 'core.juniper.net/display-name': 'SPINE-01' } },
      spec: {
        parent: { apiVersion: `${CORE}/v1alpha1`, kind: 'RoutingInstance', namespace: 'contrail', name: 'default' },
        bgpRouterParameters: {
          vendor: 'Juniper',
          routerType: 'router',
          address: '172.16.100.1',
          addressFamilies: { family: ['inet-vpn'] },
        },
        fqName: ['default-domain', 'contrail', 'spine-01'],
      },
    },
    {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'BGPRouter',
      metadata: { namespace: 'contrail', name: 'node1' },
      spec: { bgpRouterParameters: { routerType: 'control-node', address: '172.27.115.180' } },
    },
    {
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: {
        namespace: 'infra',
        name: 'red',
        annotations: {
          'juniper.net/networks': '{"ipamV4Subnet": "192.168.30.0/24"}',
          'juniper.net/networks-status': '{"success": "created"}',
        },
        finalizers: ['virtual-network.finalizers.kube-manager.juniper.net'],
      },
      spec: { config: '{"cniVersion": "0.3.1", "name": "red", "type": "contrail-k8s-cni"}' },
    },
    {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'VirtualNetwork',
      metadata: { namespace: 'infra', name: 'red', annotations: { 'juniper.net/nad-name': 'red' } },
      spec: { v4SubnetReference: { apiVersion: `${CORE}/v1alpha1`, kind: 'Subnet', namespace: 'infra', name: 'red-v4' } },
    },
    {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'Subnet',
      metadata: { namespace: 'infra', name: 'red-v4' },
      spec: { cidr: '192.168.30.0/24' },
    },
    // Nothing but the two of its own namespace, and those without the selector that a connection would write.
    {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'VirtualNetworkRouter',
      metadata: { namespace: 'infra', name: 'inside', labels: { vnr: 'inside' } },
      spec: {
        type: 'mesh',
        virtualNetworkSelector: { matchExpressions: [{ key: 'vn', operator: 'Exists' }] },
        routeTarget: 'target:64512:55',
      },
    },
  ],
};

/** The vendor's placeholder in all Vrouters, and a Deployment that somebody has tuned. */
export function placeholders(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as KubernetesObject & { spec: { [key: string]: unknown } };
  if (copy.kind === 'Vrouter') {
    copy.spec['clusterName'] = 'distributed-cluster';
    if (copy.spec['cni'] !== undefined)
      copy.spec['cni'] = { ...(copy.spec['cni'] as object), clusterName: 'distributed-cluster' };
  }
  if (copy.kind === 'Deployment') copy.spec['replicas'] = 2;
  return copy;
}
