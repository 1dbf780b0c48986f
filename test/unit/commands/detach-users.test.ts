import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ClusterError } from '../../../src/ports/cluster.ts';
import {
  APART,
  arrive,
  calm,
  central,
  DETACHED,
  detached,
  guideWorld,
  K,
  merged,
  messages,
  planOf,
  pod,
} from '../../support/detach-world.ts';
import { replaced } from '../../support/guide-fleet.ts';
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

describe('what is still in use is named and stops it', () => {
  const nad = {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: 'net9', namespace: 'default', annotations: { 'juniper.net/networks': '{}' } },
    spec: {},
  };
  const NAD = {
    group: 'k8s.cni.cncf.io',
    version: 'v1',
    kind: 'NetworkAttachmentDefinition',
    plural: 'network-attachment-definitions',
    namespaced: true,
  };
  const networks = 'k8s.v1.cni.cncf.io/networks';

  test('pods in namespaces that go, pods that name a network, definitions and claims', async () => {
    const { distributed, central: cluster1 } = world.cn2;
    distributed.serve(NAD);
    distributed.put(nad);
    distributed.put(pod('ns1', 'web'));
    distributed.put({ ...pod('ns1', 'done'), status: { phase: 'Succeeded' } });
    distributed.put(pod('ns1', 'probe', { labels: { 'cn2-fleet/smoke': 'run' } }));
    distributed.put(pod('default', 'second', { annotations: { [networks]: `${K}-ns1/vn2` } }));
    distributed.put(pod('default', 'own', { annotations: { 'net.juniper.contrail.podnetwork': 'ns1/vn2' } }));
    distributed.put(pod('default', 'plain'));
    distributed.put(pod('default', 'other', { annotations: { [networks]: 'macvlan' } }));
    distributed.put({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'ns1' }, spec: {} });
    cluster1.put(pod('ns1', 'far', { annotations: { [networks]: `[{"namespace": "${K}-ns1", "name": "vn2"}]` } }));
    await merged(world, DETACHED);
    const { document, conditions } = await planOf(world);
    expect(conditions).toContain('rule-broken');
    const found = document.findings.find(({ message }) => message.includes('cannot be detached yet'));
    expect(found).toMatchObject({ rule: 'detach', severity: 'error', file: 'clusters.yaml', line: 19 });
    expect(found?.message).toBe(
      [
        `cluster2 cannot be detached yet, what goes with it is in use: Pod ns1/far on cluster1 (uses network ${K}-ns1/vn2)`,
        'Pod ns1/web (its namespace is deleted)',
        `Pod default/second (uses network ${K}-ns1/vn2)`,
        `Pod default/own (uses network ${K}-ns1/vn2)`,
        'NetworkAttachmentDefinition default/net9 (makes a network of CN2)',
        'PersistentVolumeClaim ns1/data (its data goes with its namespace)',
      ].join(', '),
    );
    expect(found?.remedy).toContain('detach: {keep: [<namespace>]}');
  });

  test('who came after the approval stops the apply before its first write', async () => {
    await merged(world, DETACHED);
    world.cn2.distributed.put(pod('ns1', 'late'));
    const end = await applied(world);
    expect(end).toMatchObject({ code: 3, writes: 0 });
    expect(end.text).toContain('Pod ns1/late (its namespace is deleted)');
    world.cn2.distributed.remove('Pod', 'ns1', 'late');
    expect(await applied(world)).toMatchObject({ code: 0 });
  });

  test('a namespace that is kept stays with its pods', async () => {
    world.cn2.distributed.put(pod('ns1', 'web'));
    expect(await merged(world, detached('{keep: [ns1]}'))).toEqual(
      expect.not.arrayContaining([expect.stringContaining('in use')]),
    );
    expect((await planOf(world)).planned.plan.detaches).toMatchObject([{ namespaces: [], kept: ['ns1'], pods: 1 }]);
    expect(await applied(world)).toMatchObject({ code: 0 });
    await calm();
    expect(world.cn2.distributed.peek('Pod', 'ns1', 'web')).toBeDefined();
    expect(central(world)).toEqual(before);
    expect(await world.changes()).toBe(0);
  });

  test('a kept namespace does not keep a network that a pod in it names', async () => {
    world.cn2.distributed.put(pod('ns1', 'web', { annotations: { [networks]: `${K}-ns1/vn2` } }));
    await merged(world, detached('{keep: [ns1]}'));
    expect((await planOf(world)).document.findings.map(({ message }) => message).join()).toContain('Pod ns1/web (uses network');
  });

  test.each([
    ['a name alone', { [networks]: 'vn2' }, `uses network ${K}-ns1/vn2`],
    ['a name alone in a list', { [networks]: '[{"name": "vn2"}]' }, `uses network ${K}-ns1/vn2`],
    ['a pod network alone', { 'net.juniper.contrail.podnetwork': ' vn2' }, `uses network ${K}-ns1/vn2`],
    ['a list that is broken', { [networks]: '[{"name": "vn2"},]' }, 'which networks it names cannot be read'],
  ])('of a network in a kept namespace: %s', async (_, annotations, why) => {
    world.cn2.distributed.put(pod('ns1', 'web', { annotations }));
    await merged(world, detached('{keep: [ns1]}'));
    expect((await planOf(world)).document.findings.map(({ message }) => message).join()).toContain(`Pod ns1/web (${why})`);
  });

  test('where nobody may look for definitions, nobody knows', async () => {
    const { distributed } = world.cn2;
    distributed.serve(NAD);
    const list = distributed.list.bind(distributed);
    distributed.list = async (resource, ...rest) => {
      if (resource.kind !== NAD.kind) return list(resource, ...rest);
      throw new ClusterError('cluster2: definitions are forbidden', {
        cluster: 'cluster2',
        cause: 'forbidden',
        fieldConflicts: [],
      });
    };
    await merged(world, DETACHED);
    const { document, conditions } = await planOf(world);
    expect(conditions).toContain('unknown-cluster');
    expect(messages(document.findings, 'error')).toContain(
      'whether a NetworkAttachmentDefinition needs what goes with cluster2 is not known: cluster2: definitions are forbidden',
    );
  });
});

describe('a namespace that was applied once', () => {
  const left = (text: string) =>
    replaced(text, '{cluster: cluster2, name: ns1,', '{cluster: cluster2, name: ns1, manage: false,');

  test('and is only referred to stays', async () => {
    expect(await arrive(world, left(APART))).toMatchObject({ code: 0 });
    expect(await arrive(world, left(DETACHED))).toMatchObject({ code: 0 });
    expect(world.cn2.distributed.peek('Namespace', undefined, 'ns1')).toBeDefined();
    expect(await world.changes()).toBe(0);
  });

  test('and is declared no more stays, and is said', async () => {
    const without = (text: string) => text.replace(/^ {2}- \{cluster: cluster2.*\n/gm, '');
    expect(await arrive(world, left(APART))).toMatchObject({ code: 0 });
    expect(await arrive(world, without(APART))).toMatchObject({ code: 0 });
    const end = await arrive(world, without(DETACHED));
    expect(end).toMatchObject({ code: 0 });
    expect(world.cn2.distributed.peek('Namespace', undefined, 'ns1')).toBeDefined();
    expect(messages((await planOf(world)).document.findings, 'warning')).toContain(
      'namespace ns1 of cluster2 was applied by this fleet and is not declared: it stays',
    );
  });

  test('and goes from the file in the change that detaches its cluster is asked for', async () => {
    world.hub.push('main', { 'clusters.yaml': DETACHED.replace(/^ {2}- \{cluster: cluster2.*\n/gm, '') }, 'declare');
    const lost = (await planOf(world)).document.findings.find(({ rule }) => rule === 'removal');
    expect(lost?.message).toContain('namespace ns1 of cluster2 is no longer in the declaration');
    expect(lost?.remedy).toContain('the detach of cluster2 deletes it, unless detach.keep names it');
  });
});
