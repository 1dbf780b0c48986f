import type { Connection, Fleet, FleetNetwork } from '../../src/model/fleet.ts';

/** A small fleet for tests of expectation and probe: a central cluster, one distributed one, a virtual network on each. */
export function smokeFleet(change: Partial<Fleet> = {}): Fleet {
  const common = { kubeconfig: { env: 'K' }, podSubnets: [], serviceSubnets: [], nodeSubnets: [] };
  return {
    apiVersion: 'cn2-fleet/v1',
    kind: 'Fleet',
    metadata: { name: 'guide' },
    release: { version: '22.2.0.93', manifests: 'cn2/22.2', pullSecret: { env: 'P' } },
    central: { name: 'cluster1', server: 'https://192.0.2.1:6443', ...common },
    distributed: [
      {
        name: 'cluster2',
        index: 0,
        state: 'attached',
        kubemanager: 'kubemanager-cluster2',
        kubeconfigSecret: 'workload-kubeconfig',
        server: 'https://192.0.2.2:6443',
        ...common,
      },
    ],
    namespaces: [],
    networks: [network('cluster1/ns1/vn1', '10.0.0.0/24'), network('cluster2/ns1/vn2', '20.0.0.0/24')],
    connections: [mesh('app', ['cluster1/ns1/vn1', 'cluster2/ns1/vn2'])],
    smoke: {
      image: 'example.org/probe:1',
      defaultPodNetwork: ['v4'],
      networks: 'all',
      thresholds: { lossPercent: 0, rttP95Ms: 100 },
    },
    ...change,
  };
}

export function network(id: string, v4?: string, v6?: string): FleetNetwork {
  const [cluster = '', namespace = '', name = ''] = id.split('/');
  return {
    cluster,
    namespace,
    name,
    labels: {},
    ...(v4 ? { v4: { cidr: v4, subnet: `${name}-v4` } } : {}),
    ...(v6 ? { v6: { cidr: v6, subnet: `${name}-v6` } } : {}),
  };
}

export function mesh(name: string, networks: string[]): Connection {
  return { name, type: 'mesh', networks, routers: {} };
}

export function hubSpoke(name: string, hubs: string[], spokes: string[]): Connection {
  return { name, type: 'hub-spoke', hubs, spokes, routers: {} };
}
