import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeClient } from '../../lab/cn2/control/client.ts';
import { cn2Kinds, DEPLOYMENT, type Kind, NAMESPACE } from '../../lab/cn2/control/kinds.ts';
import { applyText } from '../../lab/cn2/control/objects.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { type CentralAlone, startCentralAlone, writers } from '../support/central-alone.ts';

const HOME = 'contrail-k8s-kubemanager-cluster1-juniper-local-contrail';
const CORE = 'core.contrail.juniper.net/v1alpha1';
const DELETION_DELAY = 2500;
const kinds = cn2Kinds('v1alpha1', 'v1alpha1');

let world: CentralAlone;
let central: KubeClient;
const until = (condition: () => Promise<boolean>) => world.until(condition);

beforeAll(async () => {
  world = await startCentralAlone({ deletionDelay: DELETION_DELAY });
  central = world.client;
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
  await world?.[Symbol.asyncDispose]();
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
    await world.stop();
    await central.delete(kinds.virtualNetwork, 'ns1', 'vn1');
    await sleep(500);
    expect((await get(kinds.virtualNetwork, 'vn1')).metadata.finalizers).toHaveLength(3);
    await world.start();
    await until(async () => (await central.get(kinds.virtualNetwork, 'ns1', 'vn1')) === undefined);
    expect((await central.list(kinds.routingInstance, 'ns1')).items).toEqual([]);
  });

  test('a namespace goes with all that is in it', async () => {
    await central.delete(NAMESPACE, undefined, 'ns1');
    await until(async () => (await central.get(NAMESPACE, undefined, 'ns1')) === undefined);
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
