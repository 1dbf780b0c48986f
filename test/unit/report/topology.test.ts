import { describe, expect, test } from '@jest/globals';
import type { Connection, Fleet } from '../../../src/model/fleet.ts';
import type { Change, FieldChange, Plan } from '../../../src/model/plan.ts';
import { topologySections } from '../../../src/report/markdown/topology.ts';
import { type TopologyInput, topologyOf } from '../../../src/report/topology/topology.ts';
import { mermaidFaults } from '../../support/mermaid-grammar.ts';
import { change, PLAN } from '../../support/report-documents.ts';
import { hubSpoke, mesh, network, smokeFleet } from '../../support/smoke-fleet.ts';

/** Routers are called as their networks. */
function routed(connection: Connection): Connection {
  const ids = connection.type === 'mesh' ? connection.networks : [...connection.hubs, ...connection.spokes];
  return { ...connection, routers: Object.fromEntries(ids.map((id) => [id, `${connection.name}-${id.split('/')[2]}`])) };
}

function fleetOf(networks: string[], connections: Connection[], distributed = 1): Fleet {
  const base = smokeFleet();
  return {
    ...base,
    distributed: Array.from({ length: distributed }, (_, index) => ({
      ...base.distributed[0]!,
      name: `cluster${index + 2}`,
      index,
      kubemanager: `kubemanager-cluster${index + 2}`,
    })),
    networks: networks.map((id) => network(id, '10.0.0.0/24')),
    connections: connections.map(routed),
  };
}

function planOf(...changes: Change[]): Plan {
  return { ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes }] };
}

const inCluster = (cluster: string, namespace: string) =>
  cluster === 'cluster1' ? namespace : `kubemanager-${cluster}-${cluster}-${namespace}`;

/** A change to an object of CN2, named as the declaration names networks: cluster/namespace/name. */
function core(action: Change['action'], kind: string, id: string, fields: FieldChange[] = []): Change {
  const [cluster = '', namespace = '', name = ''] = id.split('/');
  const stage = kind === 'VirtualNetworkRouter' ? ('90-routers' as const) : ('80-networks' as const);
  const apiVersion = 'core.contrail.juniper.net/v1alpha1';
  return change({ action, apiVersion, kind, namespace: inCluster(cluster, namespace), name, for: cluster, stage, fields });
}

const kubemanager = (action: Change['action'], cluster: string) =>
  change({
    action,
    apiVersion: 'configplane.juniper.net/v1alpha1',
    kind: 'Kubemanager',
    namespace: 'contrail',
    name: `kubemanager-${cluster}`,
    for: cluster,
    stage: '40-kubemanager',
  });

/** The drawing without its styles, entities resolved; undefined: there is none. */
function drawn(input: TopologyInput): string[] | undefined {
  const [section] = topologySections(input, 3);
  const chart = /```mermaid\n([\s\S]*?)\n```/.exec(String(section?.blocks[0]?.text ?? ''))?.[1];
  if (chart === undefined) return undefined;
  expect(mermaidFaults(chart)).toEqual([]);
  return chart
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))))
    .filter((line) => !/^(classDef|class|linkStyle) /.test(line));
}

const VN = ['cluster1/ns1/vn1', 'cluster2/ns1/vn2'];

describe('what is drawn', () => {
  test('a cluster that is attached, its networks and the mesh between them', () => {
    const fleet = fleetOf(VN, [mesh('app', VN)]);
    const plan = planOf(
      kubemanager('create', 'cluster2'),
      ...VN.map((id) => core('create', 'VirtualNetwork', id)),
      core('create', 'VirtualNetworkRouter', 'cluster1/ns1/app-vn1'),
      core('create', 'VirtualNetworkRouter', 'cluster2/ns1/app-vn2'),
    );
    expect(drawn({ plan, fleet })).toEqual([
      'subgraph n1["cluster1, central"]',
      'n2["ns1/vn1 (new)"]',
      'end',
      'subgraph n3["cluster2 (new)"]',
      'n4["ns1/vn2 (new)"]',
      'end',
      'n1 -.->|"attached (new)"| n3',
      'n2 <-->|"app (new)"| n4',
    ]);
  });

  test('colours are strokes, and each mark has its word, too', () => {
    const fleet = fleetOf(VN, []);
    const plan = planOf(core('create', 'VirtualNetwork', VN[0]!), core('delete', 'VirtualNetwork', 'cluster1/old/vn9'));
    const text = String(topologySections({ plan, fleet }, 3)[0]!.blocks[0]!.text);
    expect(text).toContain('classDef created stroke:#2da44e');
    expect(text).toContain('classDef deleted stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 5');
    expect(text).not.toContain('fill:');
    expect(text).toContain('old/vn9 #40;deleted#41;');
  });

  test('only what changes and what it is connected with; arrows of a star lead to its hub', () => {
    const ids = ['cluster1/infra/dns', 'cluster1/web/front', 'cluster2/web/front', 'cluster2/alone/vn4'];
    const fleet = fleetOf(ids, [hubSpoke('shared', ids.slice(0, 1), ids.slice(1, 3))]);
    const plan = planOf(
      core('update', 'Subnet', 'cluster2/web/front-v4', [{ path: '/spec/defaultGateway', before: 'a', after: 'b' }]),
    );
    expect(drawn({ plan, fleet })).toEqual([
      'subgraph n1["cluster1, central"]',
      'n2["infra/dns"]',
      'end',
      'subgraph n3["cluster2"]',
      'n4["web/front (changed)"]',
      'end',
      'n1 -.->|"attached"| n3',
      'n4 -->|"shared"| n2',
    ]);
  });

  test('a network that joins a mesh changes nothing between those that were in it', () => {
    const ids = [...VN, 'cluster3/ns1/vn3'];
    const fleet = fleetOf(ids, [mesh('app', ids)], 2);
    const imports = [{ path: '/spec/import/virtualNetworkRouters/1', after: {} }];
    const plan = planOf(
      core('update', 'VirtualNetworkRouter', 'cluster1/ns1/app-vn1', imports),
      core('update', 'VirtualNetworkRouter', 'cluster2/ns1/app-vn2', imports),
      core('create', 'VirtualNetworkRouter', 'cluster3/ns1/app-vn3'),
    );
    expect(drawn({ plan, fleet })!.filter((line) => line.includes('app'))).toEqual([
      'n2 <-->|"app (new)"| n6',
      'n4 <-->|"app (new)"| n6',
    ]);
  });

  test('the label of a router by which others import it marks its path, one of ours does not', () => {
    const app = routed(mesh('app', VN));
    const labelled = { ...app, routers: { ...app.routers, [VN[1]!]: { name: 'far', labels: { role: 'far' } } } };
    const fleet = { ...fleetOf(VN, []), connections: [labelled] };
    const plan = (path: string) =>
      planOf(core('update', 'VirtualNetworkRouter', 'cluster2/ns1/far', [{ path, before: 'x', after: 'y' }]));
    expect(drawn({ plan: plan('/metadata/labels/role'), fleet })).toContain('n2 <-->|"app (changed)"| n4');
    for (const key of ['cn2-fleet~1fleet', 'app.kubernetes.io~1managed-by'])
      expect(drawn({ plan: plan(`/metadata/labels/${key}`), fleet })).toBeUndefined();
  });

  test("a default network stays where its connection goes: it is CN2's", () => {
    const ids = ['cluster1/ns1/vn1', 'cluster2/ns1/default-podnetwork'];
    const before = fleetOf(ids.slice(0, 1), [mesh('app', ids)]);
    const plan = planOf(
      core('delete', 'VirtualNetworkRouter', 'cluster1/ns1/app-vn1'),
      core('delete', 'VirtualNetworkRouter', 'cluster2/ns1/app-default-podnetwork'),
    );
    const lines = drawn({ plan, fleet: fleetOf(ids.slice(0, 1), []), before })!;
    expect(lines).toContain('n4["ns1/default-podnetwork"]');
    expect(lines).toContain('n2 <-->|"app (deleted)"| n4');
  });

  test('a router that was changed by hand marks its path', () => {
    const fleet = fleetOf(VN, [mesh('app', VN)]);
    const plan = planOf(core('update', 'VirtualNetworkRouter', 'cluster2/ns1/app-vn2', [{ path: '/spec/import', after: {} }]));
    expect(drawn({ plan, fleet })).toContain('n2 <-->|"app (changed)"| n4');
  });

  test('labels and ownership alone are no change of the topology', () => {
    const fleet = fleetOf(VN, [mesh('app', VN)]);
    const labels = [{ path: '/metadata/labels/cn2-fleet~1fleet', after: 'guide' }];
    const plan = planOf(
      ...VN.map((id) => core('adopt', 'VirtualNetwork', id, labels)),
      core('update', 'VirtualNetworkRouter', 'cluster1/ns1/app-vn1', labels),
      change({ action: 'restart', kind: 'Pod', name: '*', for: 'cluster2', stage: '60-restart' }),
    );
    expect(topologyOf({ plan, fleet })).toBeUndefined();
    expect(topologySections({ plan, fleet }, 3)).toEqual([]);
  });

  test('a connection that is no longer declared is drawn from what was approved before', () => {
    const before = fleetOf(VN, [mesh('app', VN)]);
    const fleet = { ...before, connections: [] };
    const plan = planOf(
      core('delete', 'VirtualNetworkRouter', 'cluster1/ns1/app-vn1'),
      core('delete', 'VirtualNetworkRouter', 'cluster2/ns1/app-vn2'),
    );
    expect(drawn({ plan, fleet, before })).toContain('n2 <-->|"app (deleted)"| n4');
    expect(topologyOf({ plan, fleet })).toBeUndefined();
  });
});

describe('what is too much', () => {
  const ids = (count: number, clusters: number) =>
    Array.from({ length: count }, (_, at) => `cluster${(at % clusters) + 1}/ns/vn${at}`);

  test('a connection of many networks is a box that they lead to', () => {
    const networks = ids(8, 2);
    const fleet = fleetOf(networks, [mesh('wide', networks)]);
    const lines = drawn({ plan: planOf(core('create', 'VirtualNetwork', networks[0]!)), fleet })!;
    expect(lines).toContain('n11(["wide"])');
    expect(lines.filter((line) => line.endsWith(' --- n11'))).toHaveLength(8);
  });

  test('above 40 networks: clusters only, with what changes in them and how many connections there are between them', () => {
    const networks = ids(60, 3);
    const fleet = fleetOf(networks, [mesh('wide', networks)], 2);
    const plan = planOf(kubemanager('create', 'cluster3'), ...networks.map((id) => core('create', 'VirtualNetwork', id)));
    expect(drawn({ plan, fleet })).toEqual([
      'n1["cluster1, central, 20 networks (changed)"]',
      'n2["cluster2, 20 networks (changed)"]',
      'n3["cluster3, 20 networks (new)"]',
      'n1 -.->|"attached"| n2',
      'n1 -.->|"attached (new)"| n3',
      'n1 ---|"1 connection"| n2',
      'n1 ---|"1 connection"| n3',
      'n2 ---|"1 connection"| n3',
    ]);
  });

  test('above 60 clusters: a sentence', () => {
    const fleet = fleetOf([], [], 70);
    const plan = planOf(...fleet.distributed.map(({ name }) => kubemanager('create', name)));
    expect(drawn({ plan, fleet })).toBeUndefined();
    expect(String(topologySections({ plan, fleet }, 3)[0]!.blocks[0]!.text)).toBe(
      'The topology is not drawn: 71 clusters and 0 networks would be too many to read.',
    );
  });

  test('2,000 networks and 500 connections take no time', () => {
    const networks = ids(2_000, 50);
    const connections = Array.from({ length: 500 }, (_, at) => mesh(`c${at}`, networks.slice(at, at + 40)));
    const fleet = fleetOf(networks, connections, 49);
    const plan = planOf(...networks.map((id) => core('create', 'VirtualNetwork', id)));
    const started = process.cpuUsage();
    expect(drawn({ plan, fleet })).toBeDefined();
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1_000);
  });
});

test('the grammar finds what is wrong', () => {
  const wrong = [
    'graph TD\nA --> B',
    'flowchart LR\n  n1["a"]\n  n1["b"]',
    'flowchart LR\n  n1["a"b"]',
    'flowchart LR\n  n1["a;"]',
    'flowchart LR\n  n1["- a"]',
    'flowchart LR\n  n1[""]',
    'flowchart LR\n  n1["a"]\n  n1 --> n2',
    'flowchart LR\n  subgraph n1["a"]\n  end',
    'flowchart LR\n  subgraph n1["a"]\n  n2["b"]',
    'flowchart LR\n  n1["a"]\n  class n1 created',
    'flowchart LR\n  n1["a"]\n  linkStyle 0 stroke:#2da44e,stroke-width:3px',
    'flowchart LR\n  click n1 href "x"',
  ];
  for (const text of wrong) expect([text, mermaidFaults(text).length]).not.toEqual([text, 0]);
});
