import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { CONFIG_MAP, cn2Kinds, DAEMON_SET, DEPLOYMENT, NAMESPACE, NODE, POD, SECRET } from '../../lab/cn2/control/kinds.ts';
import { applyText, kindOf, objectsOf } from '../../lab/cn2/control/objects.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import type { DataplaneState } from '../../lab/cn2/dataplane/state.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { takeApiServer } from '../support/api-servers.ts';

const RELEASE = join(import.meta.dirname, '../../examples/guide/cn2/22.2');
const OBSERVED = join(import.meta.dirname, '../../../shared/cn2/observed');
const whereObserved = existsSync(OBSERVED) ? test : test.skip;
const SERVERS = { central: 'https://172.27.115.180:6443', distributed: 'https://172.27.115.183:6443' };
const K = 'kubemanager-cluster2-cluster2';
const kinds = cn2Kinds('v1alpha1', 'v1alpha1');
const release = (name: string) => readFileSync(join(RELEASE, name), 'utf8').replaceAll('<base64-encoded-credential>', 'e30=');

let servers: [ApiServer, ApiServer];
let central: KubeClient;
let distributed: KubeClient;
let emulator: Emulator;
const log: string[] = [];

beforeAll(async () => {
  servers = await Promise.all([
    takeApiServer({
      name: 'cluster1',
      kubernetesClusterName: 'cluster1.juniper.local',
      podSubnets: ['10.233.128.0/17', 'fd85:ee78:d8a6:8607::1:0/112'],
      serviceSubnets: ['10.233.0.0/17', 'fd85:ee78:d8a6:8607::1000/116'],
    }),
    takeApiServer({
      name: 'cluster2',
      podSubnets: ['10.234.128.0/17', 'fd85:ee78:d8a6:8607::3:0/112'],
      serviceSubnets: ['10.234.0.0/17', 'fd85:ee78:d8a6:8607::2:1000/116'],
    }),
  ]);
  central = new KubeClient(connectionOf(servers[0].kubeconfig));
  distributed = new KubeClient(connectionOf(servers[1].kubeconfig));
  emulator = await startEmulator({
    central: { kubeconfig: servers[0].kubeconfig, servedAs: SERVERS.central },
    distributed: [{ kubeconfig: servers[1].kubeconfig, servedAs: SERVERS.distributed }],
    centralFile: release('central_cluster_deployer_example.yaml'),
    log: (line) => log.push(line),
  });
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

describe('attach, step by step as the guide does it', () => {
  test('the deployer of the distributed cluster waits for the central kubeconfig', async () => {
    await applyText(distributed, release('distributed_cluster_deployer_example.yaml'), 'test');
    await until(async () => readyReplicas(await distributed.get(DEPLOYMENT, 'contrail-deploy', 'contrail-k8s-deployer')) === 0);
    expect(await isServed(distributed, 'dataplane.juniper.net')).toBe(false);
    await secret(distributed, 'contrail-deploy', 'central-kubeconfig', handedOver(servers[0], SERVERS.central));
    await until(async () => readyReplicas(await distributed.get(DEPLOYMENT, 'contrail-deploy', 'contrail-k8s-deployer')) === 1);
    expect(await isServed(distributed, 'dataplane.juniper.net')).toBe(true);
  });

  test('a distributed cluster serves no core kinds', async () => {
    expect(await isServed(distributed, 'core.contrail.juniper.net')).toBe(false);
    expect(await isServed(central, 'core.contrail.juniper.net')).toBe(true);
  });

  test('a kubemanager without its secret, or with one that leads nowhere, stays unavailable and makes no namespace', async () => {
    await central.apply(kinds.kubemanager, kubemanager(), 'test');
    await until(async () => (await central.get(DEPLOYMENT, 'contrail', 'kubemanager-cluster2')) !== undefined);
    await secret(central, 'contrail', 'workload-kubeconfig', handedOver(servers[1], 'https://127.0.0.1:9'));
    await until(async () => log.some((line) => line.includes('ECONNREFUSED')));
    expect(readyReplicas(await central.get(DEPLOYMENT, 'contrail', 'kubemanager-cluster2'))).toBe(0);
    expect(await central.get(NAMESPACE, undefined, `${K}-contrail`)).toBeUndefined();
  });

  test('with its secret it becomes available and mirrors the namespaces', async () => {
    await secret(central, 'contrail', 'workload-kubeconfig', handedOver(servers[1], SERVERS.distributed));
    await until(async () => readyReplicas(await central.get(DEPLOYMENT, 'contrail', 'kubemanager-cluster2')) === 1);
    await until(async () => (await central.get(NAMESPACE, undefined, `${K}-default`)) !== undefined);
    const home = await central.get(NAMESPACE, undefined, `${K}-contrail`);
    expect(home?.metadata.labels?.['core.juniper.net/clusterName']).toBe(K);
  });

  test('a second kubemanager on the same listener port never becomes available', async () => {
    const object = kubemanager();
    const twin = { ...object, metadata: { ...object.metadata, name: 'twin' } };
    await central.apply(kinds.kubemanager, twin, 'test');
    await until(async () => readyReplicas(await central.get(DEPLOYMENT, 'contrail', 'twin')) === 0);
    await sleep(700);
    expect(readyReplicas(await central.get(DEPLOYMENT, 'contrail', 'twin'))).toBe(0);
    expect(await central.get(NAMESPACE, undefined, 'twin-cluster2-contrail')).toBeUndefined();
    await central.delete(kinds.kubemanager, 'contrail', 'twin');
    await until(async () => (await central.get(DEPLOYMENT, 'contrail', 'twin')) === undefined);
  });

  test('a Vrouter becomes a DaemonSet; its clusterName, here the placeholder, shows on the VirtualRouters', async () => {
    await distributed.create(NODE, node('k8s-cp0', { 'node-role.kubernetes.io/master': '' }));
    await distributed.create(NODE, node('k8s-worker0', {}));
    await applyText(distributed, release('distributed_cluster_vrouter_example.yaml'), 'test');
    await until(async () => desired(await distributed.get(DAEMON_SET, 'contrail', 'contrail-vrouter-masters')) === 1);
    await until(async () => desired(await distributed.get(DAEMON_SET, 'contrail', 'contrail-vrouter-nodes-1')) === 1);
    await until(async () => desired(await distributed.get(DAEMON_SET, 'contrail', 'contrail-vrouter-nodes-2')) === 0);
    await until(async () => (await central.list(kinds.virtualRouter)).items.filter(isSuccess).length === 2);
    expect(await clusterNames()).toEqual(['k8s-cp0 distributed-cluster', 'k8s-worker0 distributed-cluster']);
  });

  test('with the right clusterName they carry it', async () => {
    for (const object of objectsOf(release('distributed_cluster_vrouter_example.yaml'))) {
      const spec = { ...(object.spec as object), clusterName: 'cluster2' };
      await distributed.apply(kindOf(object), { ...object, spec }, 'test');
    }
    await until(async () => (await clusterNames()).join(' ') === 'k8s-cp0 cluster2 k8s-worker0 cluster2');
  });

  test('an isolated namespace gets its default networks on both sides', async () => {
    const labels = { 'core.juniper.net/isolated-namespace': 'true' };
    await distributed.create(NAMESPACE, namespace('ns1', { ...labels, ns: 'cluster2-ns1' }));
    await central.create(NAMESPACE, namespace('ns1', { ...labels, ns: 'ns1' }));
    await until(async () => (await central.list(kinds.virtualNetwork, `${K}-ns1`)).items.filter(isSuccess).length === 2);
    await until(async () => (await central.list(kinds.virtualNetwork, 'ns1')).items.filter(isSuccess).length === 2);
    const mirrored = await central.get(NAMESPACE, undefined, `${K}-ns1`);
    expect(mirrored?.metadata.labels).toEqual({
      ...labels,
      ns: 'cluster2-ns1',
      'core.juniper.net/clusterName': K,
      'kubernetes.io/metadata.name': `${K}-ns1`,
    });
    expect((await central.list(kinds.subnet, 'ns1')).items).toEqual([]);
  });

  whereObserved('namespaces, networks and subnets are those that the guide shows', async () => {
    const names = async (client: KubeClient) =>
      (await client.list(NAMESPACE)).items
        .filter(({ status }) => (status as { phase: string }).phase === 'Active')
        .map(({ metadata }) => metadata.name);
    // The guide took this output before it made ns1 on the central cluster.
    expect((await names(central)).filter((name) => name !== 'ns1')).toEqual(observedNames('central_get_ns.txt'));
    expect(await names(distributed)).toEqual(observedNames('distributed_get_ns.txt'));
    const networks = (await central.list(kinds.virtualNetwork)).items.map(
      ({ metadata, status }) =>
        `${metadata.namespace} ${metadata.name} ${(status as { ipFamilies: string }).ipFamilies} ${(status as { state: string }).state}`,
    );
    expect(networks.sort()).toEqual(observedNetworks());
    const subnets = (await central.list(kinds.subnet)).items.map(
      ({ metadata, spec, status }) =>
        `${metadata.namespace} ${metadata.name} ${(spec as { cidr: string }).cidr} ${(status as { state: string }).state}`,
    );
    expect(subnets.sort()).toEqual(
      rows('central_get_subnet_A.txt')
        .map(([ns, name, cidr, , state]) => `${ns} ${name} ${cidr} ${state}`)
        .sort(),
    );
  });
});

describe('networks of tenants', () => {
  test('a network whose subnet is wrong or missing says so', async () => {
    await applyText(central, GUIDE_NETWORKS, 'test');
    await applyText(
      central,
      `apiVersion: core.contrail.juniper.net/v1alpha1\nkind: Subnet\nmetadata: {namespace: ns1, name: bad}\nspec: {cidr: 10.9.0.1/24}\n`,
      'test',
    );
    await until(async () => observation(await central.get(kinds.subnet, 'ns1', 'bad')).includes('host bits'));
    const lost = network('ns1', 'lost', 'nowhere');
    await central.apply(kinds.virtualNetwork, lost, 'test');
    await until(
      async () => observation(await central.get(kinds.virtualNetwork, 'ns1', 'lost')) === 'Subnet ns1/nowhere not found',
    );
    await until(async () => isSuccess(await central.get(kinds.virtualNetwork, 'ns1', 'vn1')));
    await central.delete(kinds.virtualNetwork, 'ns1', 'lost');
    await central.delete(kinds.subnet, 'ns1', 'bad');
  });

  test('a pod gets an address in its network, keeps it, and frees it when it goes', async () => {
    await distributed.create(POD, pod('ns1', 'a', `${K}-ns1/vn2`));
    await until(async () => interfaces(await distributed.get(POD, 'ns1', 'a')).length === 1);
    expect(interfaces(await distributed.get(POD, 'ns1', 'a'))).toEqual([
      {
        network: `${K}-ns1/vn2`,
        interface: 'eth1',
        addresses: ['20.0.0.2/24'],
        gateways: ['20.0.0.1'],
        mac: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
      },
    ]);
    await distributed.create(POD, pod('ns1', 'b', `${K}-ns1/vn2`));
    await until(async () => interfaces(await distributed.get(POD, 'ns1', 'b')).length === 1);
    expect(interfaces(await distributed.get(POD, 'ns1', 'b'))[0]?.addresses).toEqual(['20.0.0.3/24']);
    await distributed.delete(POD, 'ns1', 'a', 0);
    await until(async () => (await central.list(kinds.instanceIp)).items.length === 1);
    await distributed.create(POD, pod('ns1', 'c', `${K}-ns1/vn2`));
    await until(async () => interfaces(await distributed.get(POD, 'ns1', 'c')).length === 1);
    expect(interfaces(await distributed.get(POD, 'ns1', 'c'))[0]?.addresses).toEqual(['20.0.0.2/24']);
  });

  test('both clusters are told which networks may talk, and told at once when a router goes', async () => {
    const allowed = async (client: KubeClient) => (await dataplane(client)).allowed.filter(([from, to]) => from !== to).sort();
    const both = [
      ['10.0.0.0/24', '20.0.0.0/24'],
      ['20.0.0.0/24', '10.0.0.0/24'],
    ];
    await until(async () => (await allowed(distributed)).length === 2);
    expect(await allowed(distributed)).toEqual(both);
    expect(await allowed(central)).toEqual(both);
    const state = await dataplane(central);
    expect(state.peers.map(({ cluster, node: name, addresses, podCIDRs }) => [cluster, name, addresses, podCIDRs])).toEqual([
      ['cluster2', 'k8s-cp0', ['192.0.2.1'], ['10.234.128.0/24']],
      ['cluster2', 'k8s-worker0', ['192.0.2.1'], ['10.234.128.0/24']],
    ]);
    expect(state.hosts.map(({ address, cluster }) => [address, cluster])).toEqual([
      ['20.0.0.2', 'cluster2'],
      ['20.0.0.3', 'cluster2'],
    ]);
    expect(state.isolation).toEqual({ isolatedNamespaces: ['ns1'], snatNamespaces: ['default'] });

    const before = Date.now();
    await central.merge(kinds.router, 'ns1', 'vnr1', { spec: { import: null } });
    await until(async () => (await allowed(distributed)).length === 0);
    expect(Date.now() - before).toBeLessThan(3000);
  });

  test('removing a Kubemanager removes its Deployment and leaves the mirrored namespaces', async () => {
    await central.delete(kinds.kubemanager, 'contrail', 'kubemanager-cluster2');
    await until(async () => (await central.get(DEPLOYMENT, 'contrail', 'kubemanager-cluster2')) === undefined);
    expect(await central.get(NAMESPACE, undefined, `${K}-ns1`)).toBeDefined();
  });
});

const GUIDE_NETWORKS = [
  subnet('ns1', 'subnet1', '10.0.0.0/24', '10.0.0.1'),
  network('ns1', 'vn1', 'subnet1', { vn: 'vn1' }),
  subnet(`${K}-ns1`, 'subnet2', '20.0.0.0/24', '20.0.0.1'),
  network(`${K}-ns1`, 'vn2', 'subnet2', { vn: 'vn2' }),
  router('ns1', 'vnr1', 'vn1', 'vnr2', 'cluster2-ns1'),
  router(`${K}-ns1`, 'vnr2', 'vn2', 'vnr1', 'ns1'),
]
  .map((object) => JSON.stringify(object))
  .join('\n---\n');

function subnet(ns: string, name: string, cidr: string, defaultGateway: string): KubernetesObject {
  return {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'Subnet',
    metadata: { namespace: ns, name },
    spec: { cidr, defaultGateway },
  };
}

function network(ns: string, name: string, subnetName: string, labels: Record<string, string> = {}): KubernetesObject {
  const v4SubnetReference = { apiVersion: 'core.contrail.juniper.net/v1alpha1', kind: 'Subnet', namespace: ns, name: subnetName };
  return {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'VirtualNetwork',
    metadata: { namespace: ns, name, labels },
    spec: { v4SubnetReference },
  };
}

function router(ns: string, name: string, vn: string, imported: string, importedNs: string): KubernetesObject {
  return {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'VirtualNetworkRouter',
    metadata: { namespace: ns, name, labels: { vnr: name } },
    spec: {
      type: 'mesh',
      virtualNetworkSelector: { matchLabels: { vn } },
      import: {
        virtualNetworkRouters: [
          {
            virtualNetworkRouterSelector: { matchLabels: { vnr: imported } },
            namespaceSelector: { matchLabels: { ns: importedNs } },
          },
        ],
      },
    },
  };
}

function kubemanager(): KubernetesObject {
  return {
    apiVersion: 'configplane.juniper.net/v1alpha1',
    kind: 'Kubemanager',
    metadata: { namespace: 'contrail', name: 'kubemanager-cluster2' },
    spec: {
      common: { containers: [{ name: 'contrail-k8s-kubemanager', image: 'lab.local/cn2/contrail-k8s-kubemanager:22.2.0.93' }] },
      podV4Subnet: '10.234.128.0/17',
      serviceV4Subnet: '10.234.0.0/17',
      podV6Subnet: 'fd85:ee78:d8a6:8607::3:0000/112',
      serviceV6Subnet: 'fd85:ee78:d8a6:8607::2:1000/116',
      clusterName: 'cluster2',
      kubeconfigSecretName: 'workload-kubeconfig',
      enableNad: true,
      listenerPort: 19446,
      constantRouteTargetNumber: 7699,
    },
  };
}

function node(name: string, labels: Record<string, string>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { podCIDR: '10.234.128.0/24', podCIDRs: ['10.234.128.0/24'] },
    status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
  };
}

function namespace(name: string, labels: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function pod(ns: string, name: string, networks: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: ns, name, annotations: { 'k8s.v1.cni.cncf.io/networks': networks } },
    spec: { containers: [{ name: 'main', image: 'example.org/any:1' }] },
  };
}

function handedOver(server: ApiServer, address: string): string {
  return server.kubeconfig.replace(server.url, address);
}

async function secret(client: KubeClient, ns: string, name: string, kubeconfig: string): Promise<void> {
  const data = { kubeconfig: Buffer.from(kubeconfig).toString('base64') };
  await client.apply(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ns, name }, data }, 'test');
}

/** Polls until it is true; a condition that never comes fails the test with the emulator's last lines. */
async function until(condition: () => Promise<boolean>, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s; the emulator said:\n${log.slice(-10).join('\n')}`);
    await sleep(30);
  }
}

/** `node clusterName` of every VirtualRouter. */
async function clusterNames(): Promise<string[]> {
  const { items } = await central.list(kinds.virtualRouter);
  return items.map(({ metadata }) => `${metadata.name} ${metadata.labels?.['core.juniper.net/clusterName']}`);
}

async function isServed(client: KubeClient, group: string): Promise<boolean> {
  const groups = (await client.json('GET', '/apis')) as { groups: { name: string }[] };
  return groups.groups.some(({ name }) => name === group);
}

function readyReplicas(deployment: KubernetesObject | undefined): number | undefined {
  const status = deployment?.status as { observedGeneration?: number; readyReplicas?: number } | undefined;
  return status?.observedGeneration === undefined ? undefined : (status.readyReplicas ?? 0);
}

function desired(daemonSet: KubernetesObject | undefined): number | undefined {
  const status = daemonSet?.status as { observedGeneration?: number; desiredNumberScheduled?: number } | undefined;
  return status?.observedGeneration === undefined ? undefined : status.desiredNumberScheduled;
}

function isSuccess(object: KubernetesObject | undefined): boolean {
  return (object?.status as { state?: string } | undefined)?.state === 'Success';
}

function observation(object: KubernetesObject | undefined): string {
  return (object?.status as { observation?: string } | undefined)?.observation ?? '';
}

function interfaces(object: KubernetesObject | undefined): { addresses: string[] }[] {
  return JSON.parse(object?.metadata.annotations?.['emulated.cn2/interfaces'] ?? '[]') as { addresses: string[] }[];
}

async function dataplane(client: KubeClient): Promise<DataplaneState> {
  const found = await client.get(CONFIG_MAP, 'contrail', 'emulated-dataplane');
  const data = found?.data as Record<string, string> | undefined;
  return JSON.parse(data?.['state.json'] ?? '') as DataplaneState;
}

function rows(file: string): string[][] {
  return readFileSync(join(OBSERVED, file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

function observedNames(file: string): string[] {
  return rows(file).map(([name = '']) => name);
}

/** NAMESPACE NAME VNI [FAMILIES] STATE AGE: two networks have no family. */
function observedNetworks(): string[] {
  return rows('central_get_vn_A.txt')
    .map(([ns, name, , ...rest]) => (rest[0] === 'Success' ? `${ns} ${name}  Success` : `${ns} ${name} ${rest[0]} ${rest[1]}`))
    .sort();
}
