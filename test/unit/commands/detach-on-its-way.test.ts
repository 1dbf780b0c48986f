import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyCommand } from '../../../src/commands/apply.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { applyMarkdown } from '../../../src/report/markdown/apply.ts';
import { applyText } from '../../../src/report/text/apply.ts';
import {
  APART,
  calm,
  central,
  contentsOf,
  DETACHED,
  guideWorld,
  K,
  merged,
  messages,
  planOf,
  pod,
  portsOf,
  watched,
} from '../../support/detach-world.ts';
import { OPTIONS } from '../../support/ports.ts';
import { applied } from '../../support/trust-cases.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let guide: TrustWorld;
let before: string[];
let world: TrustWorld;

beforeAll(async () => {
  const made = await guideWorld();
  guide = made.world;
  before = made.before;
});
beforeEach(() => {
  world = new TrustWorld(guide);
  for (const cluster of world.cn2.clusters.values()) cluster.audit.length = 0;
});

describe('a detach on its way', () => {
  test('that is killed at any write goes on to the same end', async () => {
    await merged(world, DETACHED);
    const start = new TrustWorld(world);
    expect(await applied(start)).toMatchObject({ code: 0 });
    await calm();
    const wanted = [central(start), contentsOf(start, 'cluster2')];
    let killed = 0;
    for (let writes = 1; writes < 24; writes += 1) {
      const half = new TrustWorld(world);
      const ending = await half.apply({ sha: half.hub.main.sha, job: true, killedAfter: writes });
      if ('error' in ending) killed += 1;
      await half.clock.advance(120_000);
      await calm();
      expect(await applied(half)).toMatchObject({ code: 0 });
      await calm();
      expect([central(half), contentsOf(half, 'cluster2')]).toEqual(wanted);
      expect(await half.changes()).toBe(0);
    }
    expect(killed).toBeGreaterThan(12);
  }, 60_000);

  test('waits for what a finalizer holds, and so does the run after one that was killed meanwhile', async () => {
    const { central: cluster1 } = world.cn2;
    const network = cluster1.peek('VirtualNetwork', `${K}-ns1`, 'vn2')!;
    const finalizers = ['virtual-network-id-deallocation.finalizers.core.juniper.net'];
    cluster1.put({ ...network, metadata: { ...network.metadata, finalizers } });
    await merged(world, DETACHED);
    for (const round of ['first', 'second']) {
      const stuck = await world.apply({ sha: world.hub.main.sha, job: true });
      if ('error' in stuck) throw stuck.error;
      expect([round, stuck.result.conditions]).toEqual([round, ['failed']]);
      expect(stuck.result.document.reason).toContain(`VirtualNetwork ${K}-ns1/vn2 still exists (finalizers: ${finalizers[0]})`);
      expect(cluster1.peek('Kubemanager', 'contrail', 'kubemanager-cluster2')).toBeDefined();
      expect(world.cn2.distributed.peek('Namespace', undefined, 'ns1')).toBeDefined();
    }
    cluster1.finalize('VirtualNetwork', `${K}-ns1`, 'vn2');
    expect(await applied(world)).toMatchObject({ code: 0 });
    await calm();
    expect(central(world)).toEqual(before);
  });

  test('takes the objects of your own first, and waits for the pods that they made', async () => {
    const own = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: ns1}\nspec: {replicas: 1}\n';
    const extra = 'extra: [{cluster: cluster2, path: own.yaml}]\n';
    await merged(world, `${APART}${extra}`, { 'own.yaml': own });
    expect(await applied(world)).toMatchObject({ code: 0 });
    const { distributed } = world.cn2;
    const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc12', uid: 'r', controller: true };
    distributed.put(pod('ns1', 'web-abc12-x', { ownerReferences: [controller], finalizers: ['test/held'] }));
    expect((await merged(world, `${DETACHED}${extra}`)).join()).not.toContain('in use');
    const seen = watched(world);
    const stuck = await applied(world);
    expect(stuck).toMatchObject({ code: 7 });
    expect(stuck.text).toContain('Pod ns1/web-abc12-x (its namespace is deleted)');
    expect(seen).toEqual(['cluster2 Deployment ns1 web']);
    distributed.remove('Pod', 'ns1', 'web-abc12-x');
    expect(await applied(world)).toMatchObject({ code: 0 });
    await calm();
    expect(central(world)).toEqual(before);
    expect(await world.changes()).toBe(0);
  });

  test('says what CN2 leaves behind, and comes to its end', async () => {
    const { central: cluster1 } = world.cn2;
    const remove = cluster1.remove.bind(cluster1);
    cluster1.remove = (kind, namespace, name) => {
      if (kind !== 'Namespace' || !name.startsWith(K)) remove(kind, namespace, name);
    };
    await merged(world, DETACHED);
    const ending = await world.apply({ sha: world.hub.main.sha, job: true });
    if ('error' in ending) throw ending.error;
    expect(ending.result.conditions).toEqual([]);
    expect(ending.result.document.steps).toContainEqual(
      expect.objectContaining({
        object: 'gate namespaces gone',
        result: 'left behind',
        reason: expect.stringContaining(`Namespace ${K}-`),
      }),
    );
    expect(applyText(ending.result.document, PLAIN)).toMatch(/^left behind cluster2 40-kubemanager: .*Namespace /m);
    expect(applyMarkdown(ending.result.document)).toContain('- ⚠️ `cluster2`: left behind by CN2, ');
    await calm();
    const { document, conditions } = await planOf(world);
    expect(conditions).toEqual([]);
    expect(messages(document.findings, 'warning')).toContain(`CN2 has left behind on cluster1: Namespace ${K}-ns1`);
  });

  test('deletes secrets that the plan was not allowed to read', async () => {
    world.hub.push('main', { 'clusters.yaml': DETACHED }, 'declare');
    const gets = [...world.cn2.clusters.values()].map((cluster) => {
      const get = cluster.get.bind(cluster);
      cluster.get = async (target) => {
        if (target.resource.kind !== 'Secret') return get(target);
        throw new ClusterError(`${cluster.name}: secrets is forbidden`, {
          cluster: cluster.name,
          cause: 'forbidden',
          fieldConflicts: [],
        });
      };
      return () => {
        cluster.get = get;
      };
    });
    const { number } = await world.propose();
    for (const restore of gets) restore();
    expect(world.hub.mergePull(number ?? 0, 'merge')).toBeTruthy();
    const plan = JSON.parse(world.hub.main.files['rendered/plan.json']!) as { clusters: { notCompared?: object[] }[] };
    expect(plan.clusters.map(({ notCompared }) => notCompared)).toEqual([
      [{ namespace: 'contrail', name: 'workload-kubeconfig' }],
      [{ namespace: 'contrail-deploy', name: 'central-kubeconfig' }],
    ]);
    const { document, conditions } = await applyCommand(portsOf(world), {
      ...OPTIONS,
      plan: 'rendered/plan.json',
      lockTtl: 60,
      lockTimeout: 90,
      gateTimeout: 900,
    });
    expect([document.reason, conditions]).toEqual([undefined, []]);
    expect(world.cn2.central.peek('Secret', 'contrail', 'workload-kubeconfig')).toBeUndefined();
  });
});
