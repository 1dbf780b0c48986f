import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeClient } from '../../lab/cn2/control/client.ts';
import { cn2Kinds, NODE } from '../../lab/cn2/control/kinds.ts';
import { kindOf, objectsOf } from '../../lab/cn2/control/objects.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { type CentralAlone, releaseFile, startCentralAlone, writers } from '../support/central-alone.ts';

const kinds = cn2Kinds('v1alpha1', 'v1alpha1');

let world: CentralAlone;
let central: KubeClient;
const until = (condition: () => Promise<boolean>) => world.until(condition);

beforeAll(async () => {
  world = await startCentralAlone();
  central = world.client;
}, 120_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

describe('who makes VirtualRouters', () => {
  const attach = async () => {
    await central.create(NODE, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'cp0', labels: { 'node-role.kubernetes.io/master': '' } },
    });
    for (const object of objectsOf(releaseFile('distributed_cluster_vrouter_example.yaml')))
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
    await world.stop();
    expect(await central.get(kinds.virtualRouter, undefined, 'cp0')).toBeUndefined();
  });

  test('the other way: the kubemanager, and none where the clusterName is not its own', async () => {
    await world.start({ virtualRouters: 'kubemanager' });
    await attach();
    await until(async () => world.log.some((line) => line.includes('drives cluster1-juniper-local')));
    await sleep(1000);
    expect((await central.list(kinds.virtualRouter)).items).toEqual([]);
    for (const { metadata } of (await central.list(kinds.vrouter)).items)
      await central.merge(kinds.vrouter, metadata.namespace, metadata.name, { spec: { clusterName: null } });
    await until(async () => (await central.get(kinds.virtualRouter, undefined, 'cp0')) !== undefined);
    const router = await central.get(kinds.virtualRouter, undefined, 'cp0');
    expect(router?.metadata.labels?.['core.juniper.net/clusterName']).toBe('contrail-k8s-kubemanager-cluster1-juniper-local');
  });
});
