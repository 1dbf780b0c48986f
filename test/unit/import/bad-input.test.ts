import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { GUIDE, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { type Imported, type ImportWorld, imported, importWorld } from '../../support/import-world.ts';
import type { MemoryCluster, SeenRequest } from '../../support/memory-cluster.ts';
import { smallRelease } from '../../support/small-release.ts';

/** Nothing was written; what was found, and how it ends. */
function refused({ document, files, writes, conditions }: Imported): unknown[] {
  expect([document.written, Object.keys(files).filter((path) => !path.startsWith('cn2/')), writes]).toEqual([[], [], []]);
  expect(document.findings.every(({ remedy }) => remedy !== '')).toBe(true);
  return [conditions, document.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)];
}

/** The guide, with requests that a hook refuses. */
async function limited(
  refuse: (request: SeenRequest) => boolean,
  cause: ClusterError['cause'] = 'forbidden',
): Promise<ImportWorld> {
  let isOn = false;
  const before = (request: SeenRequest) => {
    if (isOn && refuse(request))
      throw new ClusterError(`${request.cluster}: ${cause}`, { cluster: request.cluster, cause, fieldConflicts: [] });
  };
  const world = await importWorld(GUIDE, { before: { hooks: { before } } });
  isOn = true;
  return world;
}

function cluster(world: ImportWorld, name: string): MemoryCluster {
  return world.cn2.clusters.get(name)!;
}

const central = { name: 'cluster1', kubeconfig: { env: 'KUBECONFIG_CLUSTER1' } };
const second = { name: 'cluster2', kubeconfig: { env: 'KUBECONFIG_CLUSTER2' } };

describe('what is no fleet, or cannot be read, writes nothing', () => {
  test('two clusters that are one', async () => {
    const world = await importWorld(GUIDE);
    world.cn2.clusters.set('cluster2', cluster(world, 'cluster1'));
    expect(refused(await imported(world))).toEqual([
      ['usage'],
      ['cluster2: is the same cluster as cluster1 (same uid of kube-system)'],
    ]);
  });

  test('a central cluster that runs no CN2, and one without its own Kubemanager', async () => {
    const world = await importWorld(GUIDE);
    const swapped = { central: { ...second }, distributed: [central] };
    expect(refused(await imported(world, swapped))).toEqual([
      ['usage'],
      ['cluster2 does not run the controllers of CN2: it does not serve core.contrail.juniper.net'],
    ]);
    cluster(world, 'cluster1').remove('Kubemanager', 'contrail', 'contrail-k8s-kubemanager');
    expect(refused(await imported(world))).toEqual([
      ['usage'],
      ['cluster1 has no Kubemanager contrail-k8s-kubemanager, through which CN2 drives the central cluster itself'],
    ]);
  });

  test('a cluster that the central one does not drive', async () => {
    const world = await importWorld(THREE_CLUSTERS);
    world.cn2.clusters.set('other', cluster(world, 'cluster3'));
    expect(refused(await imported(world, { distributed: [{ ...second, name: 'other' }] }))).toEqual([
      ['usage'],
      ['cluster1 has no Kubemanager with clusterName other'],
    ]);
  });

  test('a cluster that was not named is left out, and said', async () => {
    const world = await importWorld(THREE_CLUSTERS);
    const { document, files } = await imported(world, { distributed: [second] });
    expect(document.findings).toMatchObject([
      { severity: 'warning', remedy: expect.stringContaining('--distributed cluster3=<ref>') as unknown },
    ]);
    expect(files['clusters.yaml']).toContain('# Not in here: kubemanager-cluster3-cluster3,');
    expect(files['clusters.yaml']).not.toMatch(/^ {2}- name: cluster3/m);
    expect(document.remaining).toEqual([]);
  });

  test('all rights that are missing, at once', async () => {
    const kinds = ['Kubemanager', 'VirtualNetwork', 'Deployment'];
    const world = await limited(
      ({ verb, kind = '', cluster: at }) => verb === 'LIST' && at === 'cluster1' && kinds.includes(kind),
    );
    expect(refused(await imported(world))).toEqual([
      ['unknown-cluster'],
      [
        'cluster1: the identity of the kubeconfig may not list deployments.apps, kubemanagers.configplane.juniper.net, virtualnetworks.core.contrail.juniper.net',
      ],
    ]);
  });

  test('Secrets that may not be read leave the addresses to be checked', async () => {
    const world = await limited(({ verb, kind }) => verb === 'GET' && kind === 'Secret');
    const { document, files } = await imported(world);
    expect([document.remaining, document.written]).toEqual([[], ['clusters.yaml']]);
    expect(files['clusters.yaml']).toContain(
      '# Check it: as your kubeconfig has it: the kubeconfig inside Secret contrail/workload-kubeconfig of',
    );
    expect(files['clusters.yaml']).toContain('handover: {env: CLUSTER2_FOR_CENTRAL}');
  });

  test('an address of this host is no address for others', async () => {
    const world = await limited(({ verb, kind }) => verb === 'GET' && kind === 'Secret');
    const local =
      '{"apiVersion": "v1", "kind": "Config", "current-context": "a", "clusters": [{"name": "a", "cluster": {"server": "https://127.0.0.1:6443"}}], "users": [{"name": "a", "user": {"token": "t"}}], "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}]}';
    const { document, files } = await imported(world, { given: { KUBECONFIG_CLUSTER2: local } });
    expect(files['clusters.yaml']).toContain('    server: CHANGE-ME\n');
    expect(document.next[0]).toBe('Replace every CHANGE-ME in clusters.yaml.');
    expect(document.findings.map(({ message }) => message)).toContainEqual(expect.stringContaining('CHANGE-ME'));
  });

  test('a cluster that cannot be reached', async () => {
    const world = await limited(({ cluster: at }) => at === 'cluster2', 'unreachable');
    expect(refused(await imported(world))).toEqual([['unknown-cluster'], ['cluster2: unreachable']]);
  });

  test('a credential that is missing', async () => {
    const world = await importWorld(GUIDE);
    world.cn2.clusters.delete('cluster2');
    expect(refused(await imported(world))).toEqual([['unknown-cluster'], ['cluster2: there is no such cluster']]);
  });

  test('clusters of two releases', async () => {
    const older = (object: KubernetesObject) =>
      object.kind === 'Vrouter' && object.metadata.name === 'contrail-vrouter-nodes-1'
        ? (JSON.parse(JSON.stringify(object).replaceAll('22.2.0.93', '22.2.0.100')) as KubernetesObject)
        : object;
    const world = await importWorld(GUIDE, { edit: older });
    expect(refused(await imported(world))).toEqual([
      ['usage'],
      [
        'image contrail-vrouter-agent runs with 2 tags: 22.2.0.93 in Vrouter contrail/contrail-vrouter-masters on cluster2, 22.2.0.100 in Vrouter contrail/contrail-vrouter-nodes-1 on cluster2',
      ],
    ]);
  });

  test('a folder of another release', async () => {
    const world = await importWorld(GUIDE);
    const [conditions, messages] = refused(
      await imported(world, { files: smallRelease('22.4.0.284', 'cn2/22.4'), manifests: ['cn2/22.4'] }),
    ) as [string[], string[]];
    expect(conditions).toEqual(['usage']);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages[0]).toContain('22.4.0.284');
  });

  test('a folder that is not there', async () => {
    const world = await importWorld(GUIDE);
    const [, messages] = refused(await imported(world, { manifests: ['nothing'] })) as [string[], string[]];
    expect(messages).toEqual(['folder nothing holds no manifests']);
  });

  test('a file that is there, and a folder of extra that is in use', async () => {
    const world = await importWorld(GUIDE);
    await expect(imported(world, { files: { 'clusters.yaml': 'mine' } })).rejects.toThrow(
      new UserError('clusters.yaml exists already: import overwrites nothing', ''),
    );
    const config: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'contrail', name: 'contrail-network-config' },
      data: { networkConfig: 'a: 1\nb: 2\n' },
    };
    cluster(world, 'cluster2').put(config, 'kubectl');
    await expect(imported(world, { files: { 'extra/cluster2/mine.yaml': 'x: 1' } })).rejects.toThrow(
      'extra/cluster2 holds files already',
    );
    const { files, document } = await imported(world);
    expect(files['extra/cluster2/configmap.contrail.contrail-network-config.yaml']).toContain(
      'networkConfig: |\n    a: 1\n    b: 2\n',
    );
    expect(document.remaining).toEqual([]);
  });
});

describe('what was not given', () => {
  test('without manifests it says which ones to get, and plans nothing but what needs none', async () => {
    const world = await importWorld(GUIDE);
    const { document, files } = await imported(world, { manifests: [] });
    expect(document.manifests).toBeUndefined();
    expect(files['clusters.yaml']).toContain(
      "  # Put Juniper's multi-cluster manifests of 22.2 (images 22.2.0.93) there, as downloaded;",
    );
    expect(files['clusters.yaml']).toContain('kubemanagerNodeSelector: {node-role.kubernetes.io/master: ""}');
    expect(document.next[0]).toContain('import again with --manifests');
    expect(document.remaining).toEqual([]);
  });

  test('a mirror is named without manifests, too', async () => {
    const mirror = GUIDE.replace('  pullSecret', '  registry: mirror.example.org/cn2\n  pullSecret');
    const { files } = await imported(await importWorld(mirror), { manifests: [] });
    expect(files['clusters.yaml']).toContain('  registry: mirror.example.org/cn2\n');
  });

  test('the name of a fleet that manages them already', async () => {
    const { name: _, ...world } = { ...(await importWorld(GUIDE)), name: '' };
    const kubemanager = world.cn2.central.peek('Kubemanager', 'contrail', 'kubemanager-cluster2')!;
    world.cn2.central.put({ ...kubemanager, metadata: { ...kubemanager.metadata, labels: { 'cn2-fleet/fleet': 'known' } } });
    const fleet = { ...world.fleet, metadata: { name: undefined as never } };
    expect((await imported({ ...world, fleet })).files['clusters.yaml']).toContain('  name: known #');
  });
});
