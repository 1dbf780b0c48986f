import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vendorRelease } from './shared-cn2.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/guide');

/**
 * A fleet as people run it, not as the guide has it: a hub and two spokes, numbers and router labels of its own, ranges, route targets,
 * vRouters that still carry the vendor's placeholder, a BGPRouter and a NetworkAttachmentDefinition.
 */
const DECLARATION = `apiVersion: cn2-fleet/v1
kind: Fleet
metadata: {name: life}
release:
  version: 22.2.0.93
  manifests: cn2/22.2
  registry: lab.local/cn2
  pullSecret: {env: CN2_PULL_SECRET}
central:
  name: cluster1
  kubeconfig: {env: KUBECONFIG_CLUSTER1}
  server: https://198.51.100.11:6443
  podSubnets: [10.61.128.0/17]
  serviceSubnets: [10.61.0.0/17]
distributed:
  - name: cluster2
    index: 0
    kubeconfig: {env: KUBECONFIG_CLUSTER2}
    server: https://198.51.100.12:6443
    podSubnets: [10.62.128.0/17]
    serviceSubnets: [10.62.0.0/17]
  - name: cluster3
    listenerPort: 19460 # from before this fleet was declared
    constantRouteTargetNumber: 8811
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://198.51.100.13:6443
    podSubnets: [10.63.128.0/17]
    serviceSubnets: [10.63.0.0/17]
    kubemanager: {name: km-three, spec: {autonomousSystem: 64513}}
    patches:
      - {kind: Vrouter, name: contrail-vrouter-masters, namespace: contrail, merge: {spec: {clusterName: distributed-cluster}}}
      - {kind: Vrouter, name: contrail-vrouter-nodes-1, namespace: contrail, merge: {spec: {clusterName: distributed-cluster}}}
      - {kind: Vrouter, name: contrail-vrouter-nodes-2, namespace: contrail, merge: {spec: {clusterName: distributed-cluster}}}
namespaces:
  - {cluster: cluster1, name: core, isolated: true, labels: {tier: core}}
  - {cluster: cluster2, name: edge, isolated: true, labels: {tier: edge}}
  - {cluster: cluster3, name: edge, isolated: true, labels: {tier: edge}}
networks:
  - {cluster: cluster1, namespace: core, name: hub, labels: {role: hub}, v4: {cidr: 172.30.1.0/24, gateway: 172.30.1.1, dns: [172.30.1.2]}}
  - cluster: cluster2
    namespace: edge
    name: spoke2
    labels: {role: spoke}
    v4: {cidr: 172.30.2.0/24, gateway: 172.30.2.1, ranges: [{from: 172.30.2.10, to: 172.30.2.99}]}
  - {cluster: cluster3, namespace: edge, name: spoke3, labels: {role: spoke}, v4: {cidr: 172.30.3.0/24, gateway: 172.30.3.1}}
  - {cluster: cluster1, namespace: core, name: outside, v4: {cidr: 172.30.4.0/24}, routeTargets: [target:64512:1000], rpf: disable}
connections:
  - name: branch
    type: hub-spoke
    hubs: [cluster1/core/hub]
    spokes: [cluster2/edge/spoke2, cluster3/edge/spoke3]
    routers:
      cluster1/core/hub: {name: hub-router, labels: {part: hub}}
      cluster2/edge/spoke2: {name: spoke-router, labels: {part: spoke}}
      cluster3/edge/spoke3: {name: spoke-router, labels: {part: spoke}}
extra:
  - {cluster: cluster1, path: own}
smoke:
  image: lab.local/cn2-fleet/probe:1
  defaultPodNetwork: [v4]
  networks: all
  thresholds: {lossPercent: 0, rttP95Ms: 1000}
`;

const OWN = `apiVersion: core.contrail.juniper.net/v1alpha1
kind: BGPRouter
metadata: {name: gateway, namespace: contrail, annotations: {core.juniper.net/display-name: GATEWAY}}
spec:
  parent: {apiVersion: core.contrail.juniper.net/v1alpha1, kind: RoutingInstance, namespace: contrail, name: default}
  bgpRouterParameters: {vendor: Juniper, routerType: router, address: 198.51.100.250, identifier: 198.51.100.250, autonomousSystem: 64512}
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: hub
  namespace: core
  annotations: {juniper.net/networks: '{"ipamV4Subnet": "172.30.5.0/24"}'}
spec: {config: '{"cniVersion": "0.3.1", "name": "nad", "type": "contrail-k8s-cni"}'}
`;

/** That fleet in a folder of its own, with the lab's releases, or with the vendor's own files of the same two. */
export function lifeFleet(releases: 'lab' | 'vendor' = 'lab'): string {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-life-'));
  const files: Record<string, string> = { 'clusters.yaml': DECLARATION, 'own/objects.yaml': OWN };
  if (releases === 'lab') cpSync(join(EXAMPLE, 'cn2'), join(folder, 'cn2'), { recursive: true });
  else Object.assign(files, vendorRelease('22.2'), vendorRelease('23.4'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
