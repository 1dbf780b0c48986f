import { edited, GUIDE } from '../unit/rules/guide.ts';

/** A network with every key that becomes a field of its objects. */
const NETWORK = `  - cluster: cluster1
    namespace: ns1
    name: vn5
    labels: {vn: spoke}
    annotations: {core.juniper.net/display-name: VN5}
    v4:
      cidr: 10.9.0.0/24
      gateway: 10.9.0.1
      ranges:
        - {from: 10.9.0.10, to: 10.9.0.19}
        - {key: second, from: 10.9.0.40, to: 10.9.0.49}
        - {from: 10.9.0.20, to: 10.9.0.29}
      dns: [10.9.0.2, 192.0.2.53]
    v6: {cidr: "fd00:9::/64", ranges: [{from: "fd00:9::0010", to: "fd00:9::ff"}], dns: ["fd00:9:0::2"]}
    podNetwork: true
    fabricSNAT: false
    routeTargets: [target:64512:1000, "target:192.0.2.1:7"]
    importRouteTargets: [target:64512:2000]
    exportRouteTargets: [target:4200000000:3000]
    forwardingMode: l3
    rpf: disable
    vni: 5000
    spec:
      vlanID: 100
      routeTableReferences: [{kind: RouteTable, namespace: ns1, name: static}]
  - {cluster: cluster2, namespace: ns1, name: routed, fabricForwarding: true}
`;

/** Two connections that share a router. */
const CONNECTIONS = `  - name: star
    type: hub-spoke
    hubs: [cluster1/ns1/vn1]
    spokes: [cluster1/ns1/vn5]
    routers: {cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}, cluster1/ns1/vn5: {name: spoke, labels: {vnr: spokes, tier: one}}}
  - name: more
    type: hub-spoke
    hubs: [cluster1/ns1/vn1]
    spokes: [cluster2/ns1/vn2]
    routers: {cluster1/ns1/vn1: {name: hub, labels: {vnr: hubs}}}
`;

const DEFAULTS = `  - name: pods
    type: mesh
    networks: [cluster1/ns1/default-podnetwork, cluster1/ns1/default-servicenetwork, cluster2/ns1/default-podnetwork]
    routers: {cluster1/ns1/default-podnetwork: both, cluster1/ns1/default-servicenetwork: both}
`;

const NAMESPACE = '  - {cluster: cluster1, name: annotated, annotations: {example.org/team: net}}\n';

/** A text of the guide's with every key of networks and connections. */
export function withNetworkKeys(text: string): string {
  return edited(
    edited(edited(text, 'connections:\n', `${NETWORK}connections:\n`), 'smoke:\n', `${CONNECTIONS}${DEFAULTS}smoke:\n`),
    'networks:\n  -',
    `${NAMESPACE}networks:\n  -`,
  );
}

/** The guide with every key of networks and connections. */
export const EVERY_KEY = withNetworkKeys(GUIDE);

/** The same on a release whose namespaces have a pod network, and with one. */
export const POD_NETWORK = edited(
  edited(EVERY_KEY, '{example.org/team: net}', '{net.juniper.contrail.podnetwork: ns1/vn5}'),
  'version: 22.2.0.93',
  'version: 23.1.0.282',
);
