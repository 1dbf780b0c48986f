import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { driftCommand } from '../../../src/commands/drift.ts';
import { validateCommand } from '../../../src/commands/validate.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { proposalTitle } from '../../../src/report/proposal-title.ts';
import { planText } from '../../../src/report/text/plan.ts';
import {
  arrive,
  central,
  contentsOf,
  DETACHED,
  detached,
  guideWorld,
  K,
  merged,
  messages,
  planOf,
  pod,
  portsOf,
  watched,
} from '../../support/detach-world.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { OPTIONS } from '../../support/ports.ts';
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

describe('a detach', () => {
  test('leaves the central cluster as it was before the cluster came, and takes what it brought in the one order', async () => {
    expect(central(world)).not.toEqual(before);
    const seen = watched(world);
    expect(await arrive(world, DETACHED)).toMatchObject({ code: 0 });
    expect(central(world)).toEqual(before);
    expect(seen).toEqual([
      'cluster1 VirtualNetworkRouter ns1 vnr1',
      `cluster1 VirtualNetworkRouter ${K}-ns1 vnr2`,
      `cluster1 VirtualNetwork ${K}-ns1 vn2`,
      `cluster1 Subnet ${K}-ns1 subnet2`,
      'cluster2 Namespace ns1',
      'cluster2 Vrouter contrail contrail-vrouter-masters',
      'cluster2 Vrouter contrail contrail-vrouter-nodes-1',
      'cluster2 Deployment contrail-deploy contrail-k8s-deployer',
      'cluster2 Secret contrail-deploy central-kubeconfig',
      'cluster2 Namespace contrail',
      'cluster2 Namespace contrail-deploy',
      'cluster1 Kubemanager contrail kubemanager-cluster2',
      'cluster1 Secret contrail workload-kubeconfig',
    ]);
    const left = contentsOf(world, 'cluster2').map((text) => JSON.parse(text) as { kind: string; called: string });
    expect(left.map(({ kind, called }) => `${kind} ${called}`)).toEqual([
      'Namespace default',
      'Namespace kube-system',
      'Node node1',
      'CustomResourceDefinition vrouters.dataplane.juniper.net',
    ]);
  });

  test('renders nothing for the cluster, and says first what goes with it', async () => {
    world.cn2.distributed.put(pod('default', 'web'));
    await merged(world, DETACHED);
    const { files } = world.hub.main;
    expect(Object.keys(files).filter((path) => path.startsWith('rendered/cluster2/'))).toEqual([]);
    const { plan, findings } = (await planOf(world)).planned;
    expect(plan.detaches).toEqual([
      {
        cluster: 'cluster2',
        unreachable: false,
        namespaces: ['ns1'],
        kept: [],
        networks: [`${K}-ns1/vn2`],
        pods: 1,
      },
    ]);
    expect(proposalTitle(plan)).toBe('Detach cluster2');
    expect(planText(plan, findings, PLAIN).split('\n').slice(0, 4)).toEqual([
      'Detach: cluster2 leaves the fleet: its vRouters, its deployer and its Kubemanager are deleted',
      '  - deleted with everything in them: namespace ns1',
      `  - deleted: network ${K}-ns1/vn2`,
      '  - 1 pod on cluster2 loses its network',
    ]);
    expect(planText(plan, findings, PLAIN)).toContain('  detach of cluster2, 50-vrouter\n');
    expect(planMarkdown(plan, findings)).toContain('**Detach:** `cluster2` leaves the fleet');
    const disrupts = plan.clusters.flatMap(({ changes }) => changes.flatMap((change) => change.disrupts ?? []));
    expect(disrupts).toEqual(
      expect.arrayContaining([
        { what: 'detach', where: 'cluster2' },
        { what: 'content', where: 'cluster2/ns1' },
        { what: 'unplugged', where: 'cluster2' },
      ]),
    );
  });

  test('that is refused by the policy is refused', async () => {
    const findings = await merged(world, `${DETACHED}policy: {disruptive: refuse}\n`);
    expect(findings.join()).toContain('policy.disruptive is refuse');
  });

  test('is done once: the plan is empty, drift is clean, and the entry may go with its index in retired', async () => {
    await arrive(world, DETACHED);
    const { document, conditions } = await planOf(world);
    expect(conditions).toEqual([]);
    expect(document.clusters.flatMap(({ changes }) => changes)).toEqual([]);
    expect(document.detaches).toBeUndefined();
    const note = document.findings.find(({ message }) => message.startsWith('cluster2 is detached: nothing'));
    expect(note).toMatchObject({ severity: 'info', file: 'clusters.yaml', line: 19 });
    expect(note?.remedy).toContain('write retired: [0]');
    expect(messages(document.findings, 'info')).toContain(
      "cluster2 keeps the definitions of CN2's kinds: vrouters.dataplane.juniper.net",
    );
    // Nobody connects to it for drift and live rules.
    const drift = (await driftCommand(portsOf(world, ['cluster2', 'KUBECONFIG_CLUSTER2']), OPTIONS)).result;
    expect(drift.conditions).toEqual([]);
    expect(drift.document.clusters.map(({ name }) => name)).toEqual(['cluster1']);
    const live = await validateCommand(portsOf(world, ['cluster2', 'KUBECONFIG_CLUSTER2']), { ...OPTIONS, live: true });
    expect(messages(live.document.findings, 'error')).toEqual([]);
    expect(live.conditions).toEqual([]);

    const gone = replaced(
      replaced(DETACHED, /^distributed:\n(?: .*\n)+/m, 'distributed: []\n'),
      /^ {2}- \{cluster: cluster2.*\n/gm,
      '',
    );
    world.hub.push('main', { 'clusters.yaml': gone }, 'the entry goes');
    const lost = (await planOf(world)).document.findings.find(({ rule }) => rule === 'removal');
    expect(lost).toMatchObject({
      severity: 'error',
      line: 16,
      message: 'cluster2 is no longer in the declaration, and its index 0 is not in retired',
    });
    expect(lost?.remedy).toContain('Write retired: [0]');
    expect(await arrive(world, `${gone}retired: [0]\n`)).toMatchObject({ code: 0 });
    expect(await world.changes()).toBe(0);
    expect(messages((await planOf(world)).document.findings, 'error')).toEqual([]);
  });
});

test('a cluster that is gone for good is left alone: the central side only, without its credentials', async () => {
  const gone = detached('{unreachable: true}');
  const files = ['cluster2', 'KUBECONFIG_CLUSTER2'];
  world.hub.push('main', { 'clusters.yaml': gone }, 'declare');
  const { document, conditions } = await planOf(world, files);
  expect(conditions).toEqual(['changes']);
  expect(document.clusters.map(({ name }) => name)).toEqual(['cluster1']);
  expect(document.detaches).toMatchObject([{ cluster: 'cluster2', unreachable: true, namespaces: [], pods: 0 }]);
  const there = contentsOf(world, 'cluster2');
  world.cn2.distributed.audit.length = 0;
  // Nothing that CN2 does on the other side comes from us.
  expect(await arrive(world, gone)).toMatchObject({ code: 0 });
  expect(world.cn2.distributed.audit).toEqual([]);
  expect(contentsOf(world, 'cluster2')).toEqual(there);
  const nodes = central(world).filter((text) => !text.includes('VirtualRouter"'));
  expect(nodes).toEqual(before);
  const after = await planOf(world, files);
  expect(after.conditions).toEqual([]);
  expect(messages(after.document.findings, 'warning')).toContain('CN2 has left behind on cluster1: VirtualRouter node1');
  expect(messages(after.document.findings, 'info')).toContain(
    'cluster2 is detached: nothing of this fleet is left for it on the central cluster',
  );
  expect((await driftCommand(portsOf(world, files), OPTIONS)).result.conditions).toEqual([]);
});

test('what is not of this fleet is not deleted: somebody else’s Kubemanager stops it', async () => {
  const kubemanager = world.cn2.central.peek('Kubemanager', 'contrail', 'kubemanager-cluster2')!;
  world.cn2.central.put({ ...kubemanager, metadata: { name: 'other', namespace: 'contrail' } }, 'somebody');
  await merged(world, DETACHED);
  const { document } = await planOf(world);
  expect(messages(document.findings, 'error')).toEqual([
    'Kubemanager contrail/other on cluster1 attaches cluster2, and has no record that cn2-fleet applied it',
  ]);
});

test('the file names what others would feel', async () => {
  world.hub.push(
    'main',
    { 'clusters.yaml': replaced(GUIDE, '    index: 0\n', '    index: 0\n    state: detached\n') },
    'declare',
  );
  const { document } = await planOf(world);
  expect(document.findings).toContainEqual(
    expect.objectContaining({
      rule: 'detach',
      severity: 'error',
      line: 35,
      message: 'connection app joins cluster2/ns1/vn2, and cluster2 is detached',
    }),
  );
});

test('where the cluster cannot be reached, what to do names the way for one that is gone for good', async () => {
  world.hub.push('main', { 'clusters.yaml': DETACHED }, 'declare');
  world.cn2.distributed.discover = async () => {
    throw new ClusterError('cluster2: connection refused', { cluster: 'cluster2', cause: 'unreachable', fieldConflicts: [] });
  };
  const { document, conditions } = await planOf(world);
  expect(conditions).toContain('unknown-cluster');
  const found = document.findings.find(({ rule }) => rule === 'cluster');
  expect(found?.remedy).toContain('say detach: {unreachable: true}');
});
