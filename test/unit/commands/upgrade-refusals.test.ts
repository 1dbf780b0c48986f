import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messages } from '../../support/detach-world.ts';
import { NEW, OLD, oldFleet, UpgradeWorld } from '../../support/upgrade-world.ts';

let attached: UpgradeWorld;
let world: UpgradeWorld;

beforeAll(async () => {
  attached = await oldFleet();
});
beforeEach(() => {
  world = new UpgradeWorld(attached);
});

const KINDS = {
  deployer: ['cluster2', 'Deployment', 'contrail-deploy', 'contrail-k8s-deployer'],
  vrouter: ['cluster2', 'Vrouter', 'contrail', 'contrail-vrouter-masters'],
  kubemanager: ['cluster1', 'Kubemanager', 'contrail', 'kubemanager-cluster2'],
} as const;

/** Somebody gives the images of one part of cluster2 another tag. */
function tagged(part: keyof typeof KINDS, tag: string, from = OLD): void {
  const [name, kind, namespace, object] = KINDS[part];
  const cluster = world.cn2.clusters.get(name)!;
  const live = cluster.peek(kind, namespace, object)!;
  cluster.put(JSON.parse(JSON.stringify(live).replaceAll(`:${from}"`, `:${tag}"`)) as typeof live);
}

/** What stops the plan of a declared version. */
async function refused(version: string): Promise<string[]> {
  world.declare(version);
  const { document } = await world.approve();
  return messages(
    document.findings.filter(({ rule }) => rule === 'upgrade'),
    'error',
  );
}

describe('an older release', () => {
  test.each([
    ['vrouter', 'Vrouter contrail/contrail-vrouter-masters'],
    ['kubemanager', 'Kubemanager contrail/kubemanager-cluster2'],
  ] as const)('is refused for a %s of a newer one, whatever the deployer is', async (part, of) => {
    world.upgradeCentral();
    tagged(part, NEW);
    world.cn2.distributed.remove('Deployment', 'contrail-deploy', 'contrail-k8s-deployer');
    expect(await refused(OLD)).toEqual([
      `cluster2 would be brought to an older release: ${of} runs ${NEW}, release.version is ${OLD}`,
    ]);
    const { conditions } = await world.apply();
    expect(conditions).not.toEqual([]);
    expect(world.cn2.distributed.peek('Deployment', 'contrail-deploy', 'contrail-k8s-deployer')).toBeUndefined();
  });

  test('is refused for a cluster that an upgrade has left halfway', async () => {
    world.upgradeCentral();
    tagged('deployer', NEW);
    expect((await refused(OLD)).join()).toContain('cluster2 would be brought to an older release: Deployment contrail-deploy');
  });

  test('is none where a hotfix within the release is taken back', async () => {
    tagged('kubemanager', '22.2.0.100');
    tagged('vrouter', '22.2.0.100');
    expect(await refused(OLD)).toEqual([]);
  });
});

test.each([
  ['deployer', 'Deployment contrail-deploy/contrail-k8s-deployer runs contrail-k8s-deployer'],
  ['vrouter', 'Vrouter contrail/contrail-vrouter-masters runs contrail-'],
  ['kubemanager', 'Kubemanager contrail/kubemanager-cluster2 runs contrail-k8s-kubemanager'],
] as const)('a tag of a %s that tells no release is a doubt', async (part, runs) => {
  tagged(part, 'latest');
  const [found, ...more] = await refused(OLD);
  expect(more).toEqual([]);
  expect(found).toContain(`whether cluster2 would be brought to an older release is not known: ${runs}`);
  expect(found).toMatch(/ with tag latest, which is none of CN2$/);
});

test('a cluster whose own parts are of two older releases has an upgrade that was not finished', async () => {
  world.upgradeCentral();
  tagged('deployer', '22.4.0.284');
  // Of the others nothing is there yet.
  for (const name of ['cluster3', 'cluster4']) {
    const cluster = world.cn2.clusters.get(name)!;
    const parts = cluster.all().filter(({ kind }) => kind === 'Deployment' || kind === 'Vrouter');
    for (const { kind, metadata } of parts) cluster.remove(kind, metadata.namespace, metadata.name);
    world.cn2.central.remove('Kubemanager', 'contrail', `kubemanager-${name}`);
  }
  const vrouter = 'Vrouter contrail/contrail-vrouter-masters runs';
  expect(await refused(NEW)).toEqual([
    `an upgrade would skip one that is not finished: on cluster2 Deployment contrail-deploy/contrail-k8s-deployer runs 22.4.0.284, ${vrouter} ${OLD}, release.version is ${NEW}`,
  ]);
});
