import { expect, test } from '@jest/globals';
import { type DataplaneInput, dataplaneState } from '../../../lab/cn2/control/dataplane-state.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

function object(
  kind: string,
  path: string,
  rest: Partial<KubernetesObject> & { labels?: object; annotations?: object },
): KubernetesObject {
  const [namespace, name] = path.includes('/') ? path.split('/') : [undefined, path];
  const { labels = {}, annotations = {}, ...parts } = rest;
  const metadata = { ...(namespace === undefined ? {} : { namespace }), name: name ?? '', labels, annotations };
  return { apiVersion: 'v', kind, status: { state: 'Success' }, ...parts, metadata } as KubernetesObject;
}

const subnet = (path: string, cidr: string) => object('Subnet', path, { spec: { cidr } });
const network = (path: string, v4?: string, v6?: string, state = 'Success') =>
  object('VirtualNetwork', path, {
    labels: { vn: path.split('/')[1] },
    spec: { ...(v4 ? { v4SubnetReference: { name: v4 } } : {}), ...(v6 ? { v6SubnetReference: { name: v6 } } : {}) },
    status: { state },
  });

const EMPTY: DataplaneInput = {
  cluster: 'c1',
  prefix: 'km-c1',
  isCentral: true,
  nodes: [],
  namespaces: [],
  centralNamespaces: [],
  networks: [],
  subnets: [],
  routers: [],
  virtualRouters: [],
  addresses: [],
};

test('default networks and networks that do not work are left out; pairs keep to one family', () => {
  const state = dataplaneState({
    ...EMPTY,
    networks: [
      network('ns/default-podnetwork', 's4'),
      network('ns/vn', 's4', 's6'),
      network('ns/late', 's4', undefined, 'Pending'),
    ],
    subnets: [subnet('ns/s4', '10.0.0.0/24'), subnet('ns/s6', 'fd00::/64')],
  });
  expect(state.networks).toEqual([{ name: 'ns/vn', cidrs: ['10.0.0.0/24', 'fd00::/64'], gateways: ['10.0.0.1', 'fd00::1'] }]);
  expect(state.allowed).toEqual([
    ['10.0.0.0/24', '10.0.0.0/24'],
    ['fd00::/64', 'fd00::/64'],
  ]);
});

test("peers are the cluster's own nodes and the VirtualRouters of others", () => {
  const node = object('Node', 'n1', {
    spec: { podCIDRs: ['10.1.0.0/24'] },
    status: {
      addresses: [
        { type: 'InternalIP', address: 'fd01::1' },
        { type: 'InternalIP', address: '192.0.2.1' },
        { type: 'Hostname', address: 'n1' },
      ],
    },
  });
  const annotations = (cluster: string) => ({
    'emulated.cn2/cluster': cluster,
    'emulated.cn2/addresses': '["192.0.2.2"]',
    'emulated.cn2/pod-cidrs': '["10.2.0.0/24"]',
  });
  const state = dataplaneState({
    ...EMPTY,
    nodes: [node],
    virtualRouters: [
      object('VirtualRouter', 'n1', { annotations: annotations('c1') }),
      object('VirtualRouter', 'n2', { annotations: annotations('c2') }),
    ],
  });
  expect(state.peers).toEqual([
    { cluster: 'c1', node: 'n1', addresses: ['192.0.2.1', 'fd01::1'], podCIDRs: ['10.1.0.0/24'] },
    { cluster: 'c2', node: 'n2', addresses: ['192.0.2.2'], podCIDRs: ['10.2.0.0/24'] },
  ]);
});

test("isolation tells of the cluster's own namespaces, not of those mirrored from others", () => {
  const isolated = { 'core.juniper.net/isolated-namespace': 'true' };
  const namespaces = [
    object('Namespace', 'ns1', { labels: { ...isolated, 'core.juniper.net/clusterName': 'km-c1' } }),
    object('Namespace', 'default', {}),
    object('Namespace', 'smoke', { annotations: { 'core.juniper.net/forwarding-mode': 'fabric-snat' } }),
    object('Namespace', 'km-c2-ns1', { labels: { ...isolated, 'core.juniper.net/clusterName': 'km-c2' } }),
  ];
  expect(dataplaneState({ ...EMPTY, namespaces }).isolation).toEqual({
    isolatedNamespaces: ['ns1'],
    snatNamespaces: ['default', 'smoke'],
  });
});

test('an address that is not given yet is no host', () => {
  const annotations = { 'emulated.cn2/node': 'n1', 'emulated.cn2/cluster': 'c1' };
  const addresses = [
    object('InstanceIP', 'a', { annotations, spec: { instanceIPAddress: '10.0.0.2' } }),
    object('InstanceIP', 'b', { annotations, spec: {} }),
  ];
  expect(dataplaneState({ ...EMPTY, addresses }).hosts).toEqual([{ address: '10.0.0.2', node: 'n1', cluster: 'c1' }]);
});
