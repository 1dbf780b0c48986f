import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AdoptOptions, adoptCommand } from '../../../src/commands/adopt.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { credential } from '../../support/trust-fleet.ts';
import { attachedWorld, settle } from '../../support/trust-property.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let attached: TrustWorld;
beforeAll(async () => {
  attached = await attachedWorld();
});

const K = 'kubemanager-cluster2-cluster2';

/** The attached guide, after somebody has been at its clusters. */
function worldAfter(hands: (central: MemoryCluster, distributed: MemoryCluster) => void, from = attached) {
  const world = new TrustWorld(from);
  hands(world.cn2.central, world.cn2.distributed);
  const files = memoryFiles({ ...world.hub.main.files });
  const before = files.files['clusters.yaml']!;
  const ports = testPorts(files, {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => world.cn2.clusters.get(name) as MemoryCluster },
    clock: world.clock,
  });
  return { files, before, adopt: (more: Partial<AdoptOptions> = {}) => adoptCommand(ports, { ...OPTIONS, ...more }) };
}

/** An object changed by hand. */
function byHand(
  cluster: MemoryCluster,
  kind: string,
  namespace: string | undefined,
  name: string,
  change: (object: KubernetesObject) => void,
) {
  const object = structuredClone(cluster.peek(kind, namespace, name));
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  change(object);
  cluster.put(object, 'kubectl-edit');
}

/** Lines that two texts do not share. */
function changedLines(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

describe('drift --adopt', () => {
  test('without drift nothing is written', async () => {
    const { files, before, adopt } = worldAfter(() => {});
    const { document, conditions } = await adopt();
    expect(document.adoption).toEqual({ adopted: [], notAdopted: [], left: [], complete: true, files: [] });
    expect([conditions, files.changes, files.files['clusters.yaml']]).toEqual([[], 0, before]);
  });

  test('labels of a namespace and a network, beside the comments; what follows from them is left, and said', async () => {
    const { files, before, adopt } = worldAfter((central) => {
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) => Object.assign(metadata.labels!, { round: 'by-hand' }));
      byHand(central, 'Namespace', undefined, 'ns1', ({ metadata }) => Object.assign(metadata.labels!, { ns: 'other' }));
    });
    const { document, conditions } = await adopt();
    const { adopted, notAdopted, left, complete, files: written } = document.adoption;
    expect(adopted).toMatchObject([
      { cluster: 'cluster1', kind: 'Namespace', name: 'ns1', file: 'clusters.yaml', paths: ['/namespaces/0/labels/ns'] },
      { cluster: 'cluster1', kind: 'VirtualNetwork', name: 'vn1', paths: ['/networks/0/labels/round'] },
    ]);
    expect([notAdopted, complete, conditions, written.map(({ file }) => file)]).toEqual([
      [],
      true,
      ['changes'],
      ['clusters.yaml'],
    ]);
    expect(changedLines(before, files.files['clusters.yaml']!)).toEqual([
      '-  - {cluster: cluster1, name: ns1, isolated: true, labels: {ns: ns1}}',
      expect.stringMatching(/^- .*name: vn1, labels: \{vn: vn1, round: r1\}/),
      '+  - {cluster: cluster1, name: ns1, isolated: true, labels: {ns: other}}',
      expect.stringMatching(/^\+ .*name: vn1, labels: \{vn: vn1, round: by-hand\}/),
    ]);
    expect(left.map(({ name, fields }) => [name, fields])).toEqual([
      ['vnr1', ['/spec/virtualNetworkSelector/matchLabels/round']],
      ['vnr2', ['/spec/import/virtualNetworkRouters/0/namespaceSelector/matchLabels/ns']],
    ]);
  });

  test('a Vrouter becomes a patch, a Kubemanager its spec; the plan is empty then', async () => {
    const { files, before, adopt } = worldAfter((central, distributed) => {
      byHand(central, 'Kubemanager', 'contrail', 'kubemanager-cluster2', ({ spec }) =>
        Object.assign(spec as object, { enableNad: false }),
      );
      byHand(distributed, 'Vrouter', 'contrail', 'contrail-vrouter-masters', ({ spec }) =>
        Object.assign(spec as object, { clusterName: 'multi-cluster' }),
      );
    });
    const { document, conditions } = await adopt();
    expect(document.adoption).toMatchObject({ notAdopted: [], left: [], complete: true });
    expect(conditions).toEqual(['changes']);
    expect(changedLines(before, files.files['clusters.yaml']!)).toEqual([
      '-    kubemanager: kubemanager-cluster2',
      '+    # As it was found on the cluster. Removing this line asks for the change back to what the manifests say.',
      '+    kubemanager: {name: kubemanager-cluster2, spec: {enableNad: false}}',
      '+    patches:',
      '+      # As it was found on the cluster. Removing this line asks for the change back to what the manifests say.',
      '+      - kind: Vrouter',
      '+        name: contrail-vrouter-masters',
      '+        namespace: contrail',
      '+        merge: {spec: {clusterName: multi-cluster}}',
    ]);
    // Nobody edits the same twice.
    expect((await adopt()).document.adoption).toMatchObject({ notAdopted: [{ reason: expect.stringContaining('by now') }, {}] });
  });

  test('numbers for life, images, Secrets, marks and what follows from other entries are said, with what to do', async () => {
    const { files, adopt } = worldAfter((central, distributed) => {
      byHand(central, 'Kubemanager', 'contrail', 'kubemanager-cluster2', ({ spec }) =>
        Object.assign(spec as object, { listenerPort: 20000 }),
      );
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) =>
        Object.assign(metadata.labels!, { 'cn2-fleet/fleet': 'other' }),
      );
      byHand(central, 'VirtualNetworkRouter', 'ns1', 'vnr1', ({ spec }) => Object.assign(spec as object, { type: 'hub' }));
      byHand(distributed, 'Deployment', 'contrail-deploy', 'contrail-k8s-deployer', ({ spec }) => {
        const { containers } = (spec as { template: { spec: { containers: { image: string }[] } } }).template.spec;
        containers[0]!.image = 'elsewhere.example/deployer:1';
      });
      distributed.remove('Secret', 'contrail-deploy', 'registrypullsecret');
    });
    const { document } = await adopt();
    const { adopted, notAdopted, files: written } = document.adoption;
    expect([adopted, written, files.changes]).toEqual([[], [], 0]);
    expect(notAdopted.map(({ kind, field, reason }) => [kind, field, reason])).toEqual([
      ['Kubemanager', '/spec/listenerPort', 'is permanent, and never adopted'],
      ['VirtualNetwork', '/metadata/labels/cn2-fleet~1fleet', expect.stringContaining('mark')],
      ['VirtualNetworkRouter', '/spec/type', 'follows from other entries of the declaration'],
      ['Secret', undefined, 'a secret value is never adopted'],
      ['Deployment', expect.stringContaining('/image'), expect.stringContaining('never adopted')],
    ]);
    for (const { remedy } of notAdopted) expect(remedy).toMatch(/\.$/);
  });

  test('labels of a router are said at the connection', async () => {
    const { files, adopt } = worldAfter((central) => {
      byHand(central, 'VirtualNetworkRouter', `${K}-ns1`, 'vnr2', ({ metadata }) =>
        Object.assign(metadata.labels!, { vnr: 'spoke' }),
      );
    });
    const { document } = await adopt();
    expect(document.adoption.notAdopted).toEqual([]);
    expect(files.files['clusters.yaml']).toContain(
      '    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: {name: vnr2, labels: {vnr: spoke}}}',
    );
    expect(document.adoption.left.map(({ name, fields }) => [name, fields])).toEqual([
      ['vnr1', ['/spec/import/virtualNetworkRouters/0/virtualNetworkRouterSelector/matchLabels/vnr']],
    ]);
  });

  test('a connection goes with its routers, a network with its subnet, in this order', async () => {
    const { files, before, adopt } = worldAfter((central) => {
      for (const [namespace, number] of [
        ['ns1', 1],
        [`${K}-ns1`, 2],
      ] as const)
        central.remove('VirtualNetworkRouter', namespace, `vnr${number}`);
      central.remove('VirtualNetwork', 'ns1', 'vn1');
      central.remove('Subnet', 'ns1', 'subnet1');
    });
    const { document } = await adopt();
    expect(document.adoption).toMatchObject({ notAdopted: [], left: [], complete: true });
    expect(changedLines(before, files.files['clusters.yaml']!)).toEqual([
      expect.stringContaining('name: vn1'),
      '-connections:',
      '-  - name: app',
      '-    type: mesh',
      '-    networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]',
      '-    routers: {cluster1/ns1/vn1: vnr1, cluster2/ns1/vn2: vnr2}',
    ]);
  });

  test('what others refer to, and what a cluster needs, stays declared', async () => {
    const { files, adopt } = worldAfter((central, distributed) => {
      central.remove('VirtualNetwork', 'ns1', 'vn1');
      central.remove('Subnet', 'ns1', 'subnet1');
      central.remove('VirtualNetworkRouter', 'ns1', 'vnr1');
      distributed.remove('Vrouter', 'contrail', 'contrail-vrouter-masters');
    });
    const { document } = await adopt();
    expect(document.adoption.notAdopted.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['Subnet', 'is gone, and is referred to by connection app'],
      ['VirtualNetwork', 'is gone, and is referred to by connection app'],
      ['VirtualNetworkRouter', 'is gone, and without it its connection would connect nothing'],
      ['Vrouter', expect.stringContaining('is gone, and a cluster or namespace needs it')],
    ]);
    expect(files.changes).toBe(0);
  });

  test('what would break a rule is not edited, all else is', async () => {
    const { files, adopt } = worldAfter((central) => {
      byHand(central, 'Subnet', 'ns1', 'subnet1', ({ spec }) =>
        Object.assign(spec as object, { cidr: '20.0.0.0/24', defaultGateway: '20.0.0.1' }),
      );
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) => Object.assign(metadata.labels!, { round: 'by-hand' }));
    });
    const { document } = await adopt();
    expect(document.adoption.adopted.map(({ kind }) => kind)).toEqual(['VirtualNetwork']);
    expect(document.adoption.notAdopted).toMatchObject([
      { kind: 'Subnet', reason: expect.stringMatching(/^to adopt it would break rule E\d+: /) },
    ]);
    expect(files.files['clusters.yaml']).toContain('round: by-hand');
    expect(files.files['clusters.yaml']).toContain('cidr: 10.0.0.0/24');
  });

  test('a declaration that has moved on is not taken back', async () => {
    const { files, adopt } = worldAfter((central) => {
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) => Object.assign(metadata.labels!, { round: 'by-hand' }));
      byHand(central, 'VirtualNetwork', `${K}-ns1`, 'vn2', ({ metadata }) => Object.assign(metadata.labels!, { vn: 'by-hand' }));
    });
    files.files['clusters.yaml'] = files.files['clusters.yaml']!.replace('round: r1', 'round: r9');
    const { document } = await adopt();
    expect(document.proposalPending).toBe(true);
    expect(document.adoption.adopted.map(({ name }) => name)).toEqual(['vn2']);
    expect(document.adoption.notAdopted).toMatchObject([
      { name: 'vn1', reason: expect.stringContaining('something else of it by now') },
    ]);
    expect(files.files['clusters.yaml']).toContain('round: r9');
  });

  test('only the clusters that are asked for; with keepFiles nothing is written', async () => {
    const { files, before, adopt } = worldAfter((central, distributed) => {
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) => Object.assign(metadata.labels!, { round: 'by-hand' }));
      byHand(distributed, 'Vrouter', 'contrail', 'contrail-vrouter-masters', ({ spec }) =>
        Object.assign(spec as object, { clusterName: 'multi-cluster' }),
      );
    });
    const { document, texts } = await adopt({ clusters: ['cluster2'], keepFiles: true });
    expect(document.adoption.adopted.map(({ kind }) => kind)).toEqual(['Vrouter']);
    expect(texts['clusters.yaml']).toContain('clusterName: multi-cluster');
    expect([files.changes, files.files['clusters.yaml']]).toEqual([0, before]);
  });

  test('a declaration with errors is nothing to adopt into', async () => {
    const { files, adopt } = worldAfter((central) => {
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata }) => Object.assign(metadata.labels!, { round: 'by-hand' }));
    });
    files.files['clusters.yaml'] += 'nonsense: 1\n';
    await expect(adopt()).rejects.toThrow('clusters.yaml has errors: what drifted can only be adopted into');
    expect(files.changes).toBe(0);
  });

  test('keys of networks, isolation and ranges; fields without a key go to spec; patches that are there are added to', async () => {
    const more = new TrustWorld(attached);
    const first = more.hub.main.files['clusters.yaml']!;
    const declared = first
      .replace(
        'labels: {vn: vn2}, v4: {',
        'labels: {vn: vn2}, rpf: enable, spec: {description: as declared}, v4: {dns: [20.0.0.5], ',
      )
      .replace(
        '    kubeconfig: {env: KUBECONFIG_CLUSTER2}',
        '    patches: # ours\n      - {kind: Vrouter, name: contrail-vrouter-masters, namespace: contrail, merge: {spec: {clusterName: cluster2}}}\n    kubeconfig: {env: KUBECONFIG_CLUSTER2}',
      );
    more.hub.push('main', { ...more.hub.main.files, 'clusters.yaml': declared }, 'more');
    await settle(more);
    const { files, before, adopt } = worldAfter((central, distributed) => {
      byHand(central, 'VirtualNetwork', `${K}-ns1`, 'vn2', ({ spec }) =>
        Object.assign(spec as object, { virtualNetworkProperties: { rpf: 'disable' }, description: 'by hand' }),
      );
      byHand(central, 'Subnet', `${K}-ns1`, 'subnet2', ({ spec }) =>
        Object.assign(spec as object, { dnsNameservers: ['20.0.0.9'] }),
      );
      byHand(central, 'Namespace', undefined, 'ns1', ({ metadata }) => {
        delete metadata.labels!['core.juniper.net/isolated-namespace'];
      });
      byHand(distributed, 'Vrouter', 'contrail', 'contrail-vrouter-masters', ({ spec }) =>
        Object.assign(spec as object, { clusterName: 'multi-cluster' }),
      );
    }, more);
    const { document } = await adopt();
    expect(document.adoption.notAdopted).toEqual([]);
    expect(document.adoption.left).toEqual([]);
    expect(changedLines(before, files.files['clusters.yaml']!)).toEqual([
      expect.stringContaining('merge: {spec: {clusterName: cluster2}}'),
      expect.stringContaining('name: ns1, isolated: true'),
      expect.stringContaining('rpf: enable'),
      expect.stringContaining('merge: {spec: {clusterName: multi-cluster}}'),
      expect.stringContaining('name: ns1, isolated: false'),
      expect.stringContaining('As it was found on the cluster'),
      expect.stringMatching(/rpf: disable, spec: \{description: by hand\}, v4: \{dns: \[20\.0\.0\.9\], /),
    ]);
  });

  test('an object of the user is changed in its own file, with its comments', async () => {
    const more = new TrustWorld(attached);
    const own =
      '# mine\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, namespace: ns1}\ndata:\n  a: "1" # one\n  b: |\n    x\n    y\n';
    const text = `${more.hub.main.files['clusters.yaml']}extra: [{cluster: cluster1, path: own.yaml}]\n`;
    more.hub.push('main', { ...more.hub.main.files, 'own.yaml': own, 'clusters.yaml': text }, 'own');
    await settle(more);
    const { files, before, adopt } = worldAfter((central) => {
      byHand(central, 'ConfigMap', 'ns1', 'own', ({ data }) => Object.assign(data as object, { a: '2', b: 'x\nz\n' }));
    }, more);
    const { document } = await adopt();
    expect(document.adoption).toMatchObject({ adopted: [{ kind: 'ConfigMap', file: 'own.yaml' }], notAdopted: [], left: [] });
    expect(files.files['own.yaml']).toBe(own.replace('"1"', '"2"').replace('    y', '    z'));
    expect(files.files['clusters.yaml']).toBe(before);
  });

  test.each([
    [
      'two clusters',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, namespace: ns1}\ndata: {a: "1"}\n',
      ', {cluster: cluster2, path: own.yaml}',
      'other clusters get too',
    ],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: own, namespace: ns1}, data: {a: "1"}}\n',
      '',
      'is a list of objects',
    ],
  ])('an object in a file of %s is refused with the reason', async (_what, own, second, reason) => {
    const more = new TrustWorld(attached);
    const text = `${more.hub.main.files['clusters.yaml']}extra: [{cluster: cluster1, path: own.yaml}${second}]\n`;
    more.hub.push('main', { ...more.hub.main.files, 'own.yaml': own, 'clusters.yaml': text }, 'own');
    await settle(more);
    const { files, adopt } = worldAfter((central) => {
      byHand(central, 'ConfigMap', 'ns1', 'own', ({ data }) => Object.assign(data as object, { a: '2' }));
    }, more);
    const { document } = await adopt();
    expect(document.adoption).toMatchObject({ adopted: [], notAdopted: [{ reason: expect.stringContaining(reason) }] });
    expect(files.files['own.yaml']).toBe(own);
  });

  type Container = { [field: string]: unknown };
  const deployer = (edit: (containers: Container[]) => void) =>
    worldAfter((_central, distributed) =>
      byHand(distributed, 'Deployment', 'contrail-deploy', 'contrail-k8s-deployer', (object) =>
        edit((object['spec'] as { template: { spec: { containers: Container[] } } }).template.spec.containers),
      ),
    );

  test('arguments of a container become a patch without its image', async () => {
    const { adopt, files } = deployer(([first]) => Object.assign(first!, { args: ['-x'], image: 'elsewhere.example.org/x:1' }));
    const { document } = await adopt();
    expect(document.adoption.notAdopted).toMatchObject([{ field: expect.stringMatching(/image$/) }]);
    expect(files.files['clusters.yaml']).toContain('containers: [{name: contrail-k8s-deployer, args: ["-x"]}]');
  });

  test.each([
    [
      'one more',
      (list: Container[]) => list.push({ name: 'side', image: 'elsewhere.example.org/x:1', args: ['-v'] }),
      'name=side]',
      'a container is never adopted',
    ],
    ['none', (list: Container[]) => list.splice(0), 'name=contrail-k8s-deployer]', 'which containers there are'],
    [
      'a password in one',
      ([first]: Container[]) => Object.assign(first!, { env: [{ name: 'DB_PASSWORD', value: 'x' }] }),
      'name=DB_PASSWORD]',
      'a secret in clear',
    ],
  ])('containers, %s: all of it is refused with the reason', async (_what, edit, field, reason) => {
    const { adopt, files, before } = deployer(edit);
    const { document } = await adopt();
    expect(document.adoption.notAdopted).toMatchObject([
      { field: expect.stringMatching(`${field.replace(']', '\\]')}$`), reason: expect.stringContaining(reason) },
    ]);
    expect(files.files['clusters.yaml']).toBe(before);
  });
});
