import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiServer, startApiServer } from '../../lab/apiserver/apiserver.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { cn2Kinds, DEPLOYMENT, type Kind, NAMESPACE, NODE } from '../../lab/cn2/control/kinds.ts';
import { applyText, kindOf, objectsOf } from '../../lab/cn2/control/objects.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const RELEASE = join(import.meta.dirname, '../../examples/guide/cn2/22.2');
const release = (name: string) => readFileSync(join(RELEASE, name), 'utf8').replaceAll('<base64-encoded-credential>', 'e30=');
const HOME = 'contrail-k8s-kubemanager-cluster1-juniper-local-contrail';
const CORE = 'core.contrail.juniper.net/v1alpha1';
const DELETION_DELAY = 2500;
const kinds = cn2Kinds('v1alpha1', 'v1alpha1');

let server: ApiServer;
let central: KubeClient;
let emulator: Emulator;
const log: string[] = [];

beforeAll(async () => {
  server = await startApiServer({ name: 'cluster1', kubernetesClusterName: 'cluster1.juniper.local' });
  central = new KubeClient(connectionOf(server.kubeconfig));
  emulator = await startEmulator({
    central: { kubeconfig: server.kubeconfig },
    distributed: [],
    centralFile: release('central_cluster_deployer_example.yaml'),
    behaviour: { deletionDelay: DELETION_DELAY },
    log: (line) => log.push(line),
  });
  const text = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns1' } },
    { apiVersion: CORE, kind: 'Subnet', metadata: { namespace: 'ns1', name: 'vn1-v4' }, spec: { cidr: '172.16.10.0/24' } },
    {
      apiVersion: CORE,
      kind: 'VirtualNetwork',
      metadata: { namespace: 'ns1', name: 'vn1', labels: { customer: 'one' } },
      spec: { v4SubnetReference: { apiVersion: CORE, kind: 'Subnet', namespace: 'ns1', name: 'vn1-v4' } },
    },
    {
      apiVersion: CORE,
      kind: 'VirtualNetworkRouter',
      metadata: { namespace: 'ns1', name: 'vnr-1', labels: { vnr: 'one' } },
      spec: { type: 'mesh', virtualNetworkSelector: { matchLabels: { customer: 'one' } } },
    },
  ];
  await applyText(central, text.map((object) => JSON.stringify(object)).join('\n---\n'), 'cn2-fleet');
  await until(async () => Object.keys(routerTargets(await get(kinds.routingInstance, 'vn1'))).length === 1);
  for (const [kind, name] of [
    [kinds.subnet, 'vn1-v4'],
    [kinds.virtualNetwork, 'vn1'],
    [kinds.router, 'vnr-1'],
  ] as const)
    await until(async () => ((await get(kind, name))['status'] as { state?: string }).state === 'Success');
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
  await server?.stop();
});

describe('objects of the core are as published ones', () => {
  test('a network: finalizers, names and identities, label of its Subnet; nobody owns what the server puts in', async () => {
    const network = await get(kinds.virtualNetwork, 'vn1');
    const subnet = await get(kinds.subnet, 'vn1-v4');
    expect(network.metadata.finalizers).toEqual(
      ['virtual-network-id-deallocation', 'route-target', 'vn-routinginstance-delete'].map(
        (name) => `${name}.finalizers.core.juniper.net`,
      ),
    );
    expect(network['spec']).toEqual({
      fqName: ['default-domain', 'ns1', 'vn1'],
      virtualNetworkProperties: { forwardingMode: 'l2_l3', rpf: 'enable' },
      v4SubnetReference: {
        apiVersion: CORE,
        kind: 'Subnet',
        namespace: 'ns1',
        name: 'vn1-v4',
        uid: subnet.metadata.uid,
        fqName: ['default-domain', 'ns1', 'vn1-v4'],
      },
    });
    expect(Object.values(network.metadata.labels ?? {}).sort()).toEqual(['Subnet_ns1_vn1-v4', 'one']);
    expect(writers(network)).toEqual(['cn2-fleet Apply', 'manager Update', 'manager Update status']);
    const owned = JSON.stringify(network.metadata.managedFields);
    for (const field of ['f:fqName', 'f:uid', 'f:virtualNetworkProperties', 'back-reference']) expect(owned).not.toContain(field);
  });

  test('what somebody takes away of it comes back', async () => {
    await central.merge(kinds.virtualNetwork, 'ns1', 'vn1', { spec: { fqName: null, v4SubnetReference: { uid: null } } });
    await until(async () => {
      const spec = (await get(kinds.virtualNetwork, 'vn1'))['spec'] as { fqName?: string[]; v4SubnetReference: { uid?: string } };
      return spec.fqName !== undefined && spec.v4SubnetReference.uid !== undefined;
    });
  });

  test('a Subnet and a router are held too', async () => {
    const finalizers = async (kind: Kind, name: string) => (await get(kind, name)).metadata.finalizers;
    expect(await finalizers(kinds.subnet, 'vn1-v4')).toEqual(['subnet-pool.finalizers.core.juniper.net']);
    expect(await finalizers(kinds.router, 'vnr-1')).toEqual([
      'remove-vnr-rt-from-vn-ri.finalizers.core.juniper.net',
      'vnr-routinginstance-delete.finalizers.core.juniper.net',
    ]);
  });

  test('each has a routing instance with its target, and the one of the network carries that of its router', async () => {
    const own = await get(kinds.routingInstance, 'vn1');
    const routers = await get(kinds.routingInstance, 'vnr-1');
    expect(own['spec']).toMatchObject({
      fqName: ['default-domain', 'ns1', 'vn1', 'vn1'],
      parent: { kind: 'VirtualNetwork', name: 'vn1' },
    });
    expect(routers['spec']).toEqual({ fqName: ['default-domain', 'ns1', 'vnr-1'], parent: {} });
    expect(routerTargets(own)).toEqual({ 'ns1/vnr-1': { routeTargetReferences: [defaultTarget(routers)] } });
    const targets = [own, routers].map((instance) => defaultTarget(instance)['name'] as string);
    for (const name of targets)
      expect((await central.get(kinds.routeTarget, undefined, name))?.metadata.labels).toEqual({
        'core.juniper.net/systemrt': 'true',
      });
    expect(Object.values(own.metadata.labels ?? {})).toEqual(
      expect.arrayContaining(targets.map((name) => `RouteTarget_${name}`)),
    );
    expect(own.metadata.finalizers).toHaveLength(2);
  });

  test("the kubemanager's networks are its own, with the Subnets that it has seen", async () => {
    const network = (await central.get(kinds.virtualNetwork, HOME, 'default-podnetwork')) as KubernetesObject;
    expect(writers(network)).toEqual(['kubemanager Update', 'manager Update', 'manager Update status']);
  });

  test("the central cluster's own namespaces carry its name", async () => {
    await until(async () => {
      const { items } = await central.list(NAMESPACE);
      return items.every(({ metadata }) => metadata.labels?.['core.juniper.net/clusterName'] === HOME.replace(/-contrail$/, ''));
    });
  });

  test('a kubemanager has the built-in selector of external networks', async () => {
    const deployment = await central.get(DEPLOYMENT, 'contrail', 'contrail-k8s-kubemanager');
    expect(JSON.stringify(deployment?.['spec'])).toContain(
      String.raw`\"service.contrail.juniper.net/externalNetworkSelector\":\"default-external\"`,
    );
  });
});

describe('deletion', () => {
  test('a router goes when its target is out of the networks and the controller has had its time', async () => {
    const target = defaultTarget(await get(kinds.routingInstance, 'vnr-1'))['name'] as string;
    const asked = Date.now();
    await central.delete(kinds.router, 'ns1', 'vnr-1');
    expect((await get(kinds.router, 'vnr-1')).metadata.deletionTimestamp).toBeDefined();
    await until(async () => (await central.get(kinds.router, 'ns1', 'vnr-1')) === undefined);
    // deletionTimestamp has whole seconds.
    expect(Date.now() - asked).toBeGreaterThan(DELETION_DELAY - 1000);
    expect(routerTargets(await get(kinds.routingInstance, 'vn1'))).toEqual({});
    await until(async () => (await central.get(kinds.routeTarget, undefined, target)) === undefined);
    expect(await central.get(kinds.routingInstance, 'ns1', 'vnr-1')).toBeUndefined();
  });

  test('while there is no controller nothing goes; the finalizers say what is missing', async () => {
    await emulator.stop();
    await central.delete(kinds.virtualNetwork, 'ns1', 'vn1');
    await sleep(500);
    expect((await get(kinds.virtualNetwork, 'vn1')).metadata.finalizers).toHaveLength(3);
    emulator = await startEmulator({
      central: { kubeconfig: server.kubeconfig },
      distributed: [],
      log: (line) => log.push(line),
    });
    await until(async () => (await central.get(kinds.virtualNetwork, 'ns1', 'vn1')) === undefined);
    expect((await central.list(kinds.routingInstance, 'ns1')).items).toEqual([]);
  });

  test('a namespace goes with all that is in it', async () => {
    await central.delete(NAMESPACE, undefined, 'ns1');
    await until(async () => (await central.get(NAMESPACE, undefined, 'ns1')) === undefined);
  });
});

describe('who makes VirtualRouters', () => {
  const attach = async () => {
    await central.create(NODE, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'cp0', labels: { 'node-role.kubernetes.io/master': '' } },
    });
    for (const object of objectsOf(release('distributed_cluster_vrouter_example.yaml')))
      if (object.kind === 'Vrouter') await central.apply(kindOf(object), object, 'test');
  };

  test('the deployer, with the published labels and the clusterName of the Vrouter object, whatever that is', async () => {
    await attach();
    await until(async () => (await central.get(kinds.virtualRouter, undefined, 'cp0'))?.['status'] !== undefined);
    const router = (await central.get(kinds.virtualRouter, undefined, 'cp0')) as KubernetesObject;
    expect(router.metadata.labels).toEqual({
      'core.juniper.net/clusterName': 'distributed-cluster',
      'core.juniper.net/parent': '9b83eddfaaa5778ad6b99cb81c803529cf911d492b9e7ec6d63d029d',
      'core.juniper.net/virtualRouter': 'deployer-generated',
    });
    expect(router['spec']).toMatchObject({
      fqName: ['default-global-system-config', 'cp0'],
      parent: { kind: 'GlobalSystemConfig', name: 'default-global-system-config' },
    });
    expect(writers(router)).toEqual(['manager Update', 'manager Update status']);
  });

  test('it goes with the Vrouter objects, also where the deployer goes at the same time', async () => {
    for (const { metadata } of (await central.list(kinds.vrouter)).items)
      await central.delete(kinds.vrouter, metadata.namespace, metadata.name);
    await emulator.stop();
    expect(await central.get(kinds.virtualRouter, undefined, 'cp0')).toBeUndefined();
  });

  test('the other way: the kubemanager, and none where the clusterName is not its own', async () => {
    emulator = await startEmulator({
      central: { kubeconfig: server.kubeconfig },
      distributed: [],
      behaviour: { virtualRouters: 'kubemanager' },
      log: (line) => log.push(line),
    });
    await attach();
    await until(async () => log.some((line) => line.includes('drives cluster1-juniper-local')));
    await sleep(1000);
    expect((await central.list(kinds.virtualRouter)).items).toEqual([]);
    for (const { metadata } of (await central.list(kinds.vrouter)).items)
      await central.merge(kinds.vrouter, metadata.namespace, metadata.name, { spec: { clusterName: null } });
    await until(async () => (await central.get(kinds.virtualRouter, undefined, 'cp0')) !== undefined);
    const router = await central.get(kinds.virtualRouter, undefined, 'cp0');
    expect(router?.metadata.labels?.['core.juniper.net/clusterName']).toBe(HOME.replace(/-contrail$/, ''));
  });
});

async function get(kind: Kind, name: string): Promise<KubernetesObject> {
  const found = await central.get(kind, 'ns1', name);
  if (found === undefined) throw new Error(`${kind.kind} ns1/${name} is not there`);
  return found;
}

function defaultTarget(instance: KubernetesObject): Record<string, unknown> {
  return (
    (instance['status'] as { defaultRouteTargetReference?: Record<string, unknown> } | undefined)?.defaultRouteTargetReference ??
    {}
  );
}

function routerTargets(instance: KubernetesObject): object {
  const status = instance['status'] as { virtualNetworkRouterRouteTargetReferences?: object } | undefined;
  return status?.virtualNetworkRouterRouteTargetReferences ?? {};
}

/** `manager operation[ subresource]`, sorted. */
function writers({ metadata }: KubernetesObject): string[] {
  return (metadata.managedFields ?? [])
    .map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(' '))
    .sort();
}

async function until(condition: () => Promise<boolean>, seconds = 15): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s; the emulator said:\n${log.slice(-10).join('\n')}`);
    await sleep(30);
  }
}
