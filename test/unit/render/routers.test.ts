import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE, guideDeclaration } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

const K = 'kubemanager-cluster2-cluster2';

/** The guide's clusters with other namespaces, networks and connections. */
function objects(rest: string): Record<string, KubernetesObject> {
  const declaration = guideDeclaration(GUIDE.slice(0, GUIDE.indexOf('namespaces:')) + rest);
  expect(declaration.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { tree, findings } = render({ declaration, vendorFiles: smallRelease() });
  expect(findings).toEqual([]);
  return Object.fromEntries(
    tree!.manifests
      .filter(({ stage }) => stage >= '80')
      .map(({ object }) => [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object]),
  );
}

const imports = (router: KubernetesObject | undefined) =>
  (router!['spec'] as { import?: { virtualNetworkRouters: unknown[] } }).import?.virtualNetworkRouters;

const from = (vnr: string, namespaceLabels: Record<string, string>) => ({
  virtualNetworkRouterSelector: { matchLabels: { vnr } },
  namespaceSelector: { matchLabels: namespaceLabels },
});

describe('which networks a router selects', () => {
  const twoNetworks = (labels1: string, labels2: string, connection: string) =>
    objects(`namespaces:
  - {cluster: cluster1, name: a, labels: {team: a}}
  - {cluster: cluster2, name: b, labels: {team: b}}
networks:
  - {cluster: cluster1, namespace: a, name: n1, labels: ${labels1}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: a, name: n2, labels: ${labels2}, v4: {cidr: 10.2.0.0/24}}
  - {cluster: cluster2, namespace: b, name: n3, labels: {vn: n3}, v4: {cidr: 10.3.0.0/24}}
connections:
  - ${connection}
`);
  const selector = (router: KubernetesObject | undefined) =>
    (router!['spec'] as Record<string, unknown>)['virtualNetworkSelector'];
  const ONE = '{name: c, type: mesh, networks: [cluster1/a/n1, cluster2/b/n3]}';
  const BOTH =
    '{name: c, type: mesh, networks: [cluster1/a/n1, cluster1/a/n2, cluster2/b/n3], routers: {cluster1/a/n1: r, cluster1/a/n2: r}}';

  test('by its own labels when no other network there carries them all', () => {
    const made = twoNetworks('{vn: x, tier: web}', '{vn: x}', ONE);
    expect(selector(made['VirtualNetworkRouter a/c-n1'])).toEqual({ matchLabels: { tier: 'web', vn: 'x' } });
    expect(made['VirtualNetwork a/n1']!.metadata.labels).not.toHaveProperty('cn2-fleet/network');
  });

  test('by the fleet label when another network carries them, or there are none', () => {
    for (const [one, two] of [
      ['{vn: x}', '{vn: x, tier: web}'],
      ['{}', '{}'],
    ] as const) {
      const made = twoNetworks(one, two, ONE);
      expect(selector(made['VirtualNetworkRouter a/c-n1'])).toEqual({ matchLabels: { 'cn2-fleet/network': 'n1' } });
      expect(made['VirtualNetwork a/n1']!.metadata.labels).toHaveProperty(['cn2-fleet/network'], 'n1');
      expect(made['VirtualNetwork a/n2']!.metadata.labels).not.toHaveProperty('cn2-fleet/network');
    }
  });

  test('several networks of one router by the labels that they alone share', () => {
    const made = twoNetworks('{vn: x, only: "1"}', '{vn: x}', BOTH);
    expect(selector(made['VirtualNetworkRouter a/r'])).toEqual({ matchLabels: { vn: 'x' } });
    expect(Object.keys(made).filter((key) => key.startsWith('VirtualNetworkRouter'))).toHaveLength(2);
  });

  test('several networks that share nothing by the fleet label, sorted', () => {
    const made = twoNetworks(
      '{vn: x}',
      '{vn: y}',
      BOTH.replace('cluster1/a/n1, cluster1/a/n2,', 'cluster1/a/n2, cluster1/a/n1,'),
    );
    expect(selector(made['VirtualNetworkRouter a/r'])).toEqual({
      matchExpressions: [{ key: 'cn2-fleet/network', operator: 'In', values: ['n1', 'n2'] }],
    });
    for (const name of ['n1', 'n2'])
      expect(made[`VirtualNetwork a/${name}`]!.metadata.labels).toMatchObject({ 'cn2-fleet/network': name });
  });

  test("labels that CN2's default networks carry do not single a network out", () => {
    const made = twoNetworks('{core.juniper.net/virtualnetwork: default-podnetwork}', '{}', ONE);
    expect(selector(made['VirtualNetworkRouter a/c-n1'])).toEqual({ matchLabels: { 'cn2-fleet/network': 'n1' } });
  });

  test('a network of the same labels in another namespace is no concern', () => {
    const made = objects(`namespaces:
  - {cluster: cluster1, name: a, labels: {team: a}}
  - {cluster: cluster2, name: a, labels: {team: b}}
networks:
  - {cluster: cluster1, namespace: a, name: n, labels: {vn: n}, v4: {cidr: 10.1.0.0/24, subnet: s1}}
  - {cluster: cluster2, namespace: a, name: n, labels: {vn: n}, v4: {cidr: 10.2.0.0/24, subnet: s2}}
connections:
  - {name: c, type: mesh, networks: [cluster1/a/n, cluster2/a/n]}
`);
    for (const namespace of ['a', `${K}-a`]) {
      expect(selector(made[`VirtualNetworkRouter ${namespace}/c-n`])).toEqual({ matchLabels: { vn: 'n' } });
    }
  });
});

describe('what a router imports', () => {
  test('of a mesh: every other router, sorted by name', () => {
    const made = objects(`namespaces:
  - {cluster: cluster1, name: a, labels: {team: a}}
  - {cluster: cluster2, name: b, labels: {team: b}}
networks:
  - {cluster: cluster1, namespace: a, name: n1, labels: {vn: n1}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: a, name: n2, labels: {vn: n2}, v4: {cidr: 10.2.0.0/24}}
  - {cluster: cluster2, namespace: b, name: n3, labels: {vn: n3}, v4: {cidr: 10.3.0.0/24}}
connections:
  - {name: c, type: mesh, networks: [cluster2/b/n3, cluster1/a/n2, cluster1/a/n1]}
`);
    expect(imports(made['VirtualNetworkRouter a/c-n1'])).toEqual([from('c-n2', { team: 'a' }), from('c-n3', { team: 'b' })]);
    expect(imports(made[`VirtualNetworkRouter ${K}-b/c-n3`])).toEqual([from('c-n1', { team: 'a' }), from('c-n2', { team: 'a' })]);
  });

  test('of a mesh that is one router: nothing', () => {
    const made = objects(`namespaces: [{cluster: cluster1, name: a}]
networks:
  - {cluster: cluster1, namespace: a, name: n1, labels: {vn: n1}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: a, name: n2, labels: {vn: n2}, v4: {cidr: 10.2.0.0/24}}
connections:
  - {name: c, type: mesh, networks: [cluster1/a/n1, cluster1/a/n2], routers: {cluster1/a/n1: all, cluster1/a/n2: all}}
`);
    expect(made['VirtualNetworkRouter a/all']!['spec']).toEqual({
      type: 'mesh',
      virtualNetworkSelector: { matchExpressions: [{ key: 'cn2-fleet/network', operator: 'In', values: ['n1', 'n2'] }] },
    });
  });

  test('hub and spoke: each the other role alone', () => {
    const made = objects(`namespaces:
  - {cluster: cluster1, name: infra, labels: {team: infra}}
  - {cluster: cluster1, name: web, labels: {team: web}}
  - {cluster: cluster2, name: web, labels: {team: web2}}
networks:
  - {cluster: cluster1, namespace: infra, name: dns, labels: {vn: dns}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: web, name: front, labels: {vn: front}, v4: {cidr: 10.2.0.0/24}}
  - {cluster: cluster2, namespace: web, name: front, labels: {vn: front}, v4: {cidr: 10.3.0.0/24}}
connections:
  - {name: shared, type: hub-spoke, hubs: [cluster1/infra/dns], spokes: [cluster1/web/front, cluster2/web/front]}
`);
    const hub = made['VirtualNetworkRouter infra/shared-dns']!;
    const [near, far] = [made['VirtualNetworkRouter web/shared-front']!, made[`VirtualNetworkRouter ${K}-web/shared-front`]!];
    expect([hub, near, far].map((router) => (router['spec'] as Record<string, unknown>)['type'])).toEqual([
      'hub',
      'spoke',
      'spoke',
    ]);
    // Same name, so the namespace as the central cluster calls it decides the order.
    expect(imports(hub)).toEqual([from('shared-front', { team: 'web2' }), from('shared-front', { team: 'web' })]);
    for (const spoke of [near, far]) expect(imports(spoke)).toEqual([from('shared-dns', { team: 'infra' })]);
  });
});

describe('how a namespace is found', () => {
  const made = (labels1: string, labels2: string, other = '{}') =>
    objects(`namespaces:
  - {cluster: cluster1, name: a, labels: ${labels1}}
  - {cluster: cluster2, name: b, labels: ${labels2}}
  - {cluster: cluster2, name: other, labels: ${other}}
networks:
  - {cluster: cluster1, namespace: a, name: n1, labels: {vn: n1}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster2, namespace: b, name: n2, labels: {vn: n2}, v4: {cidr: 10.2.0.0/24}}
connections:
  - {name: c, type: mesh, networks: [cluster1/a/n1, cluster2/b/n2]}
`);
  const NAME = 'kubernetes.io/metadata.name';

  test('by its declared labels when no other declared namespace has them all', () => {
    const routers = made('{team: a, x: "1"}', '{team: b}', '{team: a}');
    expect(imports(routers[`VirtualNetworkRouter ${K}-b/c-n2`])).toEqual([from('c-n1', { team: 'a', x: '1' })]);
  });

  test('by its name on the central cluster when another has them, there or mirrored, or it has none', () => {
    expect(imports(made('{team: a}', '{team: a, x: "1"}')[`VirtualNetworkRouter ${K}-b/c-n2`])).toEqual([
      from('c-n1', { [NAME]: 'a' }),
    ]);
    expect(imports(made('{team: a}', '{team: b}', '{team: b}')['VirtualNetworkRouter a/c-n1'])).toEqual([
      from('c-n2', { [NAME]: `${K}-b` }),
    ]);
    expect(imports(made('{team: a}', '{}')['VirtualNetworkRouter a/c-n1'])).toEqual([from('c-n2', { [NAME]: `${K}-b` })]);
  });
});

describe('routers with labels of their own', () => {
  const made = (connections: string) =>
    objects(`namespaces:
  - {cluster: cluster1, name: a, labels: {team: a}}
  - {cluster: cluster1, name: b, labels: {team: b}}
networks:
  - {cluster: cluster1, namespace: a, name: web1, labels: {vn: web1}, v4: {cidr: 10.1.0.0/24}}
  - {cluster: cluster1, namespace: a, name: web2, labels: {vn: web2}, v4: {cidr: 10.2.0.0/24}}
  - {cluster: cluster1, namespace: b, name: db, labels: {vn: db}, v4: {cidr: 10.3.0.0/24}}
connections:
${connections}`);
  const imported = (labels: Record<string, string>, namespaceLabels: Record<string, string>) => ({
    virtualNetworkRouterSelector: { matchLabels: labels },
    namespaceSelector: { matchLabels: namespaceLabels },
  });
  const keysOf = (all: Record<string, KubernetesObject>) =>
    Object.keys(all).filter((key) => key.startsWith('VirtualNetworkRouter'));

  test('carry them instead of the default one and are imported by them, those with the same ones by one entry', () => {
    const all = made(`  - name: c
    type: hub-spoke
    hubs: [cluster1/b/db]
    spokes: [cluster1/a/web1, cluster1/a/web2]
    routers:
      cluster1/b/db: {name: hub, labels: {role: hub, tier: two}}
      cluster1/a/web1: {name: one, labels: {role: spoke}}
      cluster1/a/web2: {name: two, labels: {role: spoke}}
`);
    expect(all['VirtualNetworkRouter b/hub']!.metadata.labels).toEqual({
      role: 'hub',
      tier: 'two',
      'app.kubernetes.io/managed-by': 'cn2-fleet',
      'cn2-fleet/fleet': 'guide',
    });
    expect(imports(all['VirtualNetworkRouter b/hub'])).toEqual([imported({ role: 'spoke' }, { team: 'a' })]);
    for (const name of ['one', 'two'])
      expect(imports(all[`VirtualNetworkRouter a/${name}`])).toEqual([imported({ role: 'hub', tier: 'two' }, { team: 'b' })]);
  });

  test('are one object of the connections that say the same of it, with the imports of each', () => {
    const all = made(`  - name: first
    type: hub-spoke
    hubs: [cluster1/b/db]
    spokes: [cluster1/a/web2]
    routers: {cluster1/b/db: {name: hub, labels: {vnr: hub}}}
  - name: second
    type: hub-spoke
    hubs: [cluster1/b/db]
    spokes: [cluster1/a/web1]
    routers: {cluster1/b/db: {name: hub, labels: {vnr: hub}}}
`);
    expect(keysOf(all)).toEqual([
      'VirtualNetworkRouter b/hub',
      'VirtualNetworkRouter a/first-web2',
      'VirtualNetworkRouter a/second-web1',
    ]);
    expect(imports(all['VirtualNetworkRouter b/hub'])).toEqual([
      from('first-web2', { team: 'a' }),
      from('second-web1', { team: 'a' }),
    ]);
    for (const spoke of ['first-web2', 'second-web1'])
      expect(imports(all[`VirtualNetworkRouter a/${spoke}`])).toEqual([from('hub', { team: 'b' })]);
  });

  test('a hub-spoke and a mesh over its hubs: the mesh is one router without imports, and without labels where none are wanted', () => {
    const all = made(`  - name: star
    type: hub-spoke
    hubs: [cluster1/a/web1, cluster1/a/web2]
    spokes: [cluster1/b/db]
    routers: {cluster1/a/web1: hub, cluster1/a/web2: hub}
  - name: ring
    type: mesh
    networks: [cluster1/a/web1, cluster1/a/web2]
    routers: {cluster1/a/web1: {name: ring, labels: {}}, cluster1/a/web2: {name: ring, labels: {}}}
`);
    expect(keysOf(all)).toEqual(['VirtualNetworkRouter a/hub', 'VirtualNetworkRouter b/star-db', 'VirtualNetworkRouter a/ring']);
    const ring = all['VirtualNetworkRouter a/ring']!;
    expect(Object.keys(ring.metadata.labels ?? {}).sort()).toEqual(['app.kubernetes.io/managed-by', 'cn2-fleet/fleet']);
    expect(ring['spec']).toEqual({
      type: 'mesh',
      virtualNetworkSelector: { matchExpressions: [{ key: 'cn2-fleet/network', operator: 'In', values: ['web1', 'web2'] }] },
    });
  });
});

describe('default networks of isolated namespaces', () => {
  const made = (networks: string, routers = '{}') =>
    objects(`namespaces:
  - {cluster: cluster1, name: a, isolated: true, labels: {team: a}}
  - {cluster: cluster2, name: a, isolated: true, labels: {team: a2}}
  - {cluster: cluster2, name: b, isolated: true, manage: false, labels: {team: b}}
networks:
  - {cluster: cluster1, namespace: a, name: n1, labels: {vn: n1}, v4: {cidr: 10.1.0.0/24}}
connections:
  - {name: c, type: mesh, networks: [${networks}], routers: ${routers}}
`);
  const selector = (router: KubernetesObject | undefined) =>
    (router!['spec'] as Record<string, unknown>)['virtualNetworkSelector'];
  const LABEL = 'core.juniper.net/virtualnetwork';

  test('are selected by the label that CN2 gives them, and nothing is made for them but routers', () => {
    const all = made('cluster1/a/n1, cluster2/a/default-podnetwork, cluster2/b/default-servicenetwork');
    const pods = all[`VirtualNetworkRouter ${K}-a/c-default-podnetwork`];
    const services = all[`VirtualNetworkRouter ${K}-b/c-default-servicenetwork`];
    expect(selector(pods)).toEqual({ matchLabels: { [LABEL]: 'default-podnetwork' } });
    expect(selector(services)).toEqual({ matchLabels: { [LABEL]: 'default-servicenetwork' } });
    expect(imports(pods)).toEqual([from('c-default-servicenetwork', { team: 'b' }), from('c-n1', { team: 'a' })]);
    expect(Object.keys(all).filter((key) => !key.startsWith('VirtualNetworkRouter'))).toEqual([
      'Subnet a/n1-v4',
      'VirtualNetwork a/n1',
    ]);
  });

  test('both by one router', () => {
    const all = made(
      'cluster2/a/default-servicenetwork, cluster2/a/default-podnetwork, cluster1/a/default-podnetwork',
      '{cluster2/a/default-podnetwork: both, cluster2/a/default-servicenetwork: both}',
    );
    expect(selector(all[`VirtualNetworkRouter ${K}-a/both`])).toEqual({
      matchExpressions: [{ key: LABEL, operator: 'In', values: ['default-podnetwork', 'default-servicenetwork'] }],
    });
    expect(imports(all[`VirtualNetworkRouter ${K}-a/both`])).toEqual([from('c-default-podnetwork', { team: 'a' })]);
  });
});
