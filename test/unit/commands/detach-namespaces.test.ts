import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { planCommand } from '../../../src/commands/plan.ts';
import {
  APART,
  arrive,
  calm,
  DETACHED,
  detached,
  guideWorld,
  merged,
  messages,
  planOf,
  pod,
  portsOf,
} from '../../support/detach-world.ts';
import { replaced } from '../../support/guide-fleet.ts';
import { OPTIONS } from '../../support/ports.ts';
import { applied } from '../../support/trust-cases.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let guide: TrustWorld;
let world: TrustWorld;

beforeAll(async () => {
  guide = (await guideWorld()).world;
});
beforeEach(() => {
  world = new TrustWorld(guide);
});

/** A declaration with one more namespace of the second cluster. */
const withNamespace = (text: string, entry: string) =>
  replaced(
    text,
    '  - {cluster: cluster2, name: ns1,',
    `  - {cluster: cluster2, name: ${entry}}\n  - {cluster: cluster2, name: ns1,`,
  );
const isThere = (name: string) => world.cn2.distributed.peek('Namespace', undefined, name) !== undefined;

describe('a declared namespace that is called like one of the vendor', () => {
  const OWN = 'contrail-apps';

  test('stays with its pods where it is kept', async () => {
    expect(await arrive(world, withNamespace(APART, OWN))).toMatchObject({ code: 0 });
    world.cn2.distributed.put(pod(OWN, 'db'));
    await merged(world, withNamespace(detached(`{keep: [${OWN}]}`), OWN));
    expect((await planOf(world)).planned.plan.detaches).toMatchObject([{ namespaces: ['ns1'], kept: [OWN] }]);
    expect(await applied(world)).toMatchObject({ code: 0 });
    await calm();
    expect(isThere(OWN)).toBe(true);
    expect(isThere('contrail')).toBe(false);
  });

  test.each([OWN, 'contrail-analytics'])('stays where it is only referred to: %s', async (name) => {
    const referred = `${name}, manage: false`;
    await arrive(world, withNamespace(APART, name));
    expect(await arrive(world, withNamespace(APART, referred))).toMatchObject({ code: 0 });
    expect(await arrive(world, withNamespace(DETACHED, referred))).toMatchObject({ code: 0 });
    expect(isThere(name)).toBe(true);
    expect(await world.changes()).toBe(0);
  });

  test('stays where it is declared no more, and is said', async () => {
    await arrive(world, withNamespace(APART, OWN));
    await arrive(world, withNamespace(APART, `${OWN}, manage: false`));
    await arrive(world, APART);
    expect(await arrive(world, DETACHED)).toMatchObject({ code: 0 });
    expect(isThere(OWN)).toBe(true);
    expect(messages((await planOf(world)).document.findings, 'warning')).toContain(
      `namespace ${OWN} of cluster2 was applied by this fleet and is not declared: it stays`,
    );
  });

  test('is one of the user’s: its pods and data stop the detach, and it goes with the namespaces', async () => {
    await arrive(world, withNamespace(APART, OWN));
    world.cn2.distributed.put(pod(OWN, 'db'));
    await merged(world, withNamespace(DETACHED, OWN));
    expect(messages((await planOf(world)).document.findings, 'error').join()).toContain(
      `Pod ${OWN}/db (its namespace is deleted)`,
    );
    world.cn2.distributed.remove('Pod', OWN, 'db');
    expect((await planOf(world)).planned.plan.detaches).toMatchObject([{ namespaces: [OWN, 'ns1'] }]);
    expect(await arrive(world, withNamespace(DETACHED, `${OWN}, labels: {}`))).toMatchObject({ code: 0 });
    expect(isThere(OWN)).toBe(false);
  });
});

test('the namespaces of Kubernetes itself stay, although they are declared', async () => {
  const declared = (text: string) => withNamespace(withNamespace(text, 'default'), 'kube-system');
  expect(await arrive(world, declared(APART))).toMatchObject({ code: 0 });
  world.hub.push('main', { 'clusters.yaml': declared(DETACHED) }, 'declare');
  const offline = await planCommand(portsOf(world), { ...OPTIONS, offline: true });
  const gone = offline.document.clusters.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'Namespace'));
  expect(gone.map(({ action, name }) => `${action} ${name}`).sort()).toEqual([
    'delete contrail',
    'delete contrail-deploy',
    'delete ns1',
  ]);
  expect(await arrive(world, declared(DETACHED))).toMatchObject({ code: 0 });
  expect([isThere('default'), isThere('kube-system'), isThere('ns1')]).toEqual([true, true, false]);
  expect(await world.changes()).toBe(0);
});

describe('in a namespace of the vendor', () => {
  const owned = (kind: string, name: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }],
  });

  test('what CN2 runs goes with it', async () => {
    world.cn2.distributed.put(pod('contrail', 'contrail-vrouter-masters-x', owned('DaemonSet', 'contrail-vrouter-masters')));
    world.cn2.distributed.put(
      pod('contrail-deploy', 'contrail-k8s-deployer-1-x', owned('ReplicaSet', 'contrail-k8s-deployer-1')),
    );
    world.cn2.distributed.put({
      ...pod('contrail-deploy', 'apply-1', owned('Job', 'apply')),
      spec: { containers: [{ name: 'c', image: 'hub.example.org/cn2/contrail-k8s-applier:22.2.0.93' }] },
    });
    expect(await arrive(world, DETACHED)).toMatchObject({ code: 0 });
    expect(isThere('contrail')).toBe(false);
  });

  test('pods and data of others stop the detach', async () => {
    world.cn2.distributed.put(pod('contrail', 'alone'));
    world.cn2.distributed.put(pod('contrail-deploy', 'web-1-x', owned('ReplicaSet', 'web-1')));
    world.cn2.distributed.put({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'contrail' },
      spec: {},
    });
    await merged(world, DETACHED);
    expect(messages((await planOf(world)).document.findings, 'error')).toEqual([
      [
        'cluster2 cannot be detached yet, what goes with it is in use: Pod contrail/alone (its namespace is deleted)',
        'Pod contrail-deploy/web-1-x (its namespace is deleted)',
        'PersistentVolumeClaim contrail/data (its data goes with its namespace)',
      ].join(', '),
    ]);
  });

  test('who came after the approval stops the apply before its first write', async () => {
    await merged(world, DETACHED);
    world.cn2.distributed.put(pod('contrail', 'late'));
    expect(await applied(world)).toMatchObject({ code: 3, writes: 0 });
    expect(isThere('contrail')).toBe(true);
  });
});
