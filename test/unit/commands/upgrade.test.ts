import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Style } from '../../../src/model/style.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { driftMarkdown } from '../../../src/report/markdown/drift.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { proposalTitle } from '../../../src/report/proposal-title.ts';
import { driftText } from '../../../src/report/text/drift.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { dying, NEW, OLD, oldFleet, UpgradeWorld } from '../../support/upgrade-world.ts';

const same = (text: string) => text;
const PLAIN_STYLE: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

let attached: UpgradeWorld;
beforeAll(async () => {
  attached = await oldFleet();
});

/** Writes between two at which the process is killed; each of them with FUZZ_RUNS=10000. */
const STEP = Number(process.env['FUZZ_RUNS'] ?? 400) >= 10_000 ? 1 : 4;

const DISTRIBUTED = ['cluster2', 'cluster3', 'cluster4'];

/** The fleet with its declaration, and if not said otherwise its central cluster, on the newer release. */
function upgrading(more = '', central = NEW): UpgradeWorld {
  const world = new UpgradeWorld(attached);
  world.upgradeCentral(central);
  world.declare(NEW, more);
  return world;
}

/** The tags that a distributed cluster runs: of its deployer, its Vrouters and their pods, and its Kubemanager. */
function tagsOf(world: UpgradeWorld, cluster: string): string[] {
  const kubemanager = world.cn2.central.peek('Kubemanager', 'contrail', `kubemanager-${cluster}`);
  const tag = /contrail-k8s-kubemanager:([^"]+)"/.exec(JSON.stringify(kubemanager))?.[1] ?? '';
  return [...new Set(['Deployment', 'Vrouter', 'DaemonSet'].flatMap((kind) => world.tags(cluster, kind)).concat(tag))];
}

describe('the plan of an upgrade', () => {
  test('says it loudly, updates what moves to another API version, and deletes what is called otherwise', async () => {
    const world = upgrading();
    const { document } = await world.approve();
    expect(document.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['upgrade warning']);
    const cluster2 = document.clusters.find(({ name }) => name === 'cluster2')!;
    expect(cluster2.upgrade).toEqual({ from: OLD, to: NEW, nodes: 1 });
    const vrouters = cluster2.changes.filter(({ kind }) => kind === 'Vrouter');
    expect(vrouters.map(({ action, name }) => `${action} ${name}`)).toEqual([
      'update contrail-vrouter-masters',
      'create contrail-vrouter-nodes',
      'delete contrail-vrouter-nodes-1',
    ]);
    expect(vrouters[0]).toMatchObject({
      predicted: true,
      apiVersion: 'dataplane.juniper.net/v1',
      fields: expect.arrayContaining([
        { path: '/apiVersion', before: 'dataplane.juniper.net/v1alpha1', after: 'dataplane.juniper.net/v1' },
      ]),
      disrupts: [{ what: 'vrouter', where: 'cluster2' }],
    });
    const line = `upgrade of cluster2 from ${OLD} to ${NEW}: vRouters restart on 1 node`;
    expect(planText(document, document.findings, PLAIN_STYLE).startsWith(line)).toBe(true);
    expect(planMarkdown(document, document.findings)).toContain(
      `- ⬆️ **upgrade of \`cluster2\` from ${OLD} to ${NEW}: vRouters restart on 1 node`,
    );
    expect(proposalTitle(document)).toBe(`Upgrade to ${NEW} (cluster2, cluster3 and cluster4)`);
  });

  test('of a fleet that is on the declared release says nothing of it', async () => {
    const { document } = await new UpgradeWorld(attached).plan();
    expect(document.clusters.every(({ upgrade, changes }) => upgrade === undefined && changes.length === 0)).toBe(true);
    expect(document.findings).toEqual([]);
  });
});

describe('before an upgrade', () => {
  const refused = async (world: UpgradeWorld) => {
    const { document, conditions } = await world.approve();
    expect(conditions).toContain('rule-broken');
    const writes = [...world.cn2.clusters.values()].flatMap((cluster) => cluster.writes());
    expect(writes).toEqual([]);
    const [found] = document.findings.filter(({ severity }) => severity === 'error');
    expect(found).toMatchObject({ rule: 'upgrade', file: 'clusters.yaml', line: 6 });
    expect(found!.remedy).not.toBe('');
    return found!.message;
  };

  test('the central cluster has to be on the new release', async () => {
    expect(await refused(upgrading('', OLD))).toBe(
      `the central cluster cluster1 is not on the declared release yet: Deployment contrail-system/contrail-k8s-apiserver runs ${OLD}, release.version is ${NEW}`,
    );
  });

  test('a central cluster whose controllers are still rolling is waited for', async () => {
    const world = upgrading('', OLD);
    const old = world.cn2.central.peek('StatefulSet', 'contrail', 'contrail-control')!;
    world.upgradeCentral();
    world.cn2.central.put({ ...old, status: { observedGeneration: 9, readyReplicas: 1 } });
    expect(await refused(world)).toContain('cluster1 is between two releases: StatefulSet contrail/contrail-control runs 22.2');
  });

  test('an approved upgrade is not applied when the central cluster went back', async () => {
    const world = upgrading();
    await world.approve();
    world.upgradeCentral(OLD);
    const { document, conditions } = await world.apply();
    expect(conditions).toEqual(['rule-broken']);
    expect(document.reason).toContain('nothing was written: the central cluster cluster1 is not on the declared release yet');
    for (const name of DISTRIBUTED) expect(tagsOf(world, name)).toEqual([OLD]);
  });

  test('a central cluster that is ahead of the declaration is a warning, and stops nothing', async () => {
    const world = new UpgradeWorld(attached);
    world.upgradeCentral();
    const { document, conditions } = await world.plan();
    expect(conditions).toEqual([]);
    expect(document.findings.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      ['upgrade', 'warning', expect.stringContaining('the central cluster cluster1 is ahead of the declaration')],
    ]);
  });

  test('nothing is brought to an older release', async () => {
    const world = upgrading();
    await world.approve();
    await world.apply();
    for (const cluster of world.cn2.clusters.values()) cluster.audit.length = 0;
    world.declare(OLD);
    expect(await refused(world)).toContain('cluster2 would be brought to an older release: Deployment contrail-deploy');
  });

  test('a fleet between two releases does not begin with a third', async () => {
    const world = upgrading();
    const { distributed } = world.cn2;
    const deployer = distributed.peek('Deployment', 'contrail-deploy', 'contrail-k8s-deployer')!;
    distributed.put(JSON.parse(JSON.stringify(deployer).replaceAll(OLD, '22.4.0.284')) as typeof deployer);
    for (const cluster of world.cn2.clusters.values()) cluster.audit.length = 0;
    expect(await refused(world)).toContain(
      `an upgrade would skip one that is not finished: cluster2 runs 22.4.0.284, cluster3 runs ${OLD}`,
    );
  });
});

describe('an upgrade', () => {
  test('brings one cluster after another to the new release, and then there is nothing to do', async () => {
    const world = upgrading();
    await world.approve();
    const { document, conditions } = await world.apply();
    expect([document.reason, conditions]).toEqual([undefined, []]);
    const begun = document.steps.filter(({ object }) => object.startsWith('Deployment/')).map(({ cluster }) => cluster);
    expect(begun).toEqual(DISTRIBUTED);
    const own = document.steps.filter(({ cluster, object }) => cluster === 'cluster2' && object !== 'gate');
    expect(own.map(({ stage, object, result }) => `${stage} ${object.split('/').at(-1)} ${result}`)).toEqual([
      '20-deployer webhook-server-cert created',
      '20-deployer webhook-service created',
      '20-deployer contrail-k8s-deployer updated',
      '30-certificates contrailcertificatemanager created',
      '50-vrouter contrail-vrouter-nodes-1 deleted',
      '50-vrouter gate gone passed',
      '50-vrouter contrail-vrouter-nodes created',
      '50-vrouter contrail-vrouter-masters updated',
      'upgrade smoke test not-run',
    ]);
    const gates = document.steps.filter(({ object }) => object === 'gate').map(({ cluster, stage }) => `${cluster} ${stage}`);
    for (const name of DISTRIBUTED)
      expect(gates).toEqual(
        expect.arrayContaining(
          ['20-deployer', '30-certificates', '40-kubemanager', '50-vrouter'].map((gate) => `${name} ${gate}`),
        ),
      );
    for (const name of DISTRIBUTED) expect(tagsOf(world, name)).toEqual([NEW]);
    const { document: after } = await world.plan();
    expect(after.clusters.flatMap(({ changes }) => changes)).toEqual([]);
    expect(after.clusters.some(({ upgrade }) => upgrade !== undefined)).toBe(false);
  });

  test('goes in the declared order, as many at once as are said, and soaks in between', async () => {
    const world = upgrading('upgrade: {maxUnavailable: 2, soak: 10m, order: [cluster4]}\n');
    await world.approve();
    const began = world.clock.now();
    const { document } = await world.apply();
    expect(document.outcome).toBe('done');
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(600_000);
    const deployers = document.steps.filter(({ object }) => object.startsWith('Deployment/')).map(({ cluster }) => cluster);
    expect(deployers.slice(0, 2).sort()).toEqual(['cluster2', 'cluster4']);
    expect(deployers[2]).toBe('cluster3');
    const soak = document.steps.findIndex(({ object }) => object === 'soak');
    expect(document.steps[soak]).toMatchObject({ stage: 'upgrade', result: 'passed', seconds: 600 });
    // Both waves are looked at again after the wait, and only then the third cluster begins.
    expect(document.steps.slice(soak + 1, soak + 4).map(({ cluster, stage }) => `${cluster} ${stage}`)).toEqual([
      'cluster4 50-vrouter',
      'cluster2 50-vrouter',
      'cluster3 00-preflight',
    ]);
  });

  test('that is interrupted while it soaks goes on with the next run, which proves what was done first', async () => {
    const world = upgrading('upgrade: {soak: 10m}\n');
    await world.approve();
    const abort = new AbortController();
    void world.clock.sleep(300_000).then(() => abort.abort());
    const first = await world.apply(abort.signal);
    expect(first.conditions).toContain('interrupted');
    const done = DISTRIBUTED.filter((name) => tagsOf(world, name).join() === NEW);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(3);
    const { document } = await world.apply();
    expect(document.outcome).toBe('done');
    const order = document.steps.filter(({ stage, object }) => stage === 'upgrade' || object.startsWith('Deployment/'));
    expect(order.slice(0, 2).map(({ object }) => object)).toEqual(['smoke test', 'soak']);
    for (const name of DISTRIBUTED) expect(tagsOf(world, name)).toEqual([NEW]);
  });

  test('stops at a gate that fails: the other clusters stay as they are', async () => {
    const world = upgrading();
    await world.approve();
    world.before = ({ verb, name }) => {
      if (verb !== 'APPLY' || name !== 'kubemanager-cluster2') return;
      const shape = { cluster: 'cluster1', status: 422, cause: 'invalid' as const, fieldConflicts: [] };
      throw new ClusterError('cluster1: kubemanagers contrail/kubemanager-cluster2 is not accepted (422): no', shape);
    };
    const { document, conditions } = await world.apply();
    expect(conditions).toEqual(['failed']);
    expect(document.outcome).toBe('failed');
    expect(tagsOf(world, 'cluster3')).toEqual([OLD]);
    expect(tagsOf(world, 'cluster4')).toEqual([OLD]);
    // A fleet between two releases is a state like any other: it is planned and goes on.
    world.before = () => undefined;
    const { document: planned, conditions: planConditions } = await world.plan();
    expect(planConditions).toEqual(['changes']);
    expect(planned.clusters.flatMap(({ name, upgrade }) => (upgrade === undefined ? [] : [name]))).toEqual(DISTRIBUTED);
    expect((await world.apply()).document.outcome).toBe('done');
    for (const name of DISTRIBUTED) expect(tagsOf(world, name)).toEqual([NEW]);
  });

  test('that is killed at any write is finished by the next run', async () => {
    const whole = upgrading();
    await whole.approve();
    const count = { writes: 0 };
    whole.wrap = dying(Number.POSITIVE_INFINITY, count);
    await whole.apply();
    expect(count.writes).toBeGreaterThan(25);
    const wanted = contents(whole);
    for (let writes = 1; writes < count.writes; writes += STEP) {
      const world = upgrading();
      await world.approve();
      world.wrap = dying(writes);
      await expect(world.apply()).rejects.toThrow('killed');
      world.wrap = (cluster) => cluster;
      await world.clock.advance(61_000);
      const { document, conditions } = await world.apply();
      expect([writes, document.outcome, document.reason, conditions]).toEqual([writes, 'done', undefined, []]);
      expect(contents(world)).toEqual(wanted);
    }
  }, 300_000);
});

describe('drift while an upgrade is under way', () => {
  /** Stopped behind cluster2. */
  const halfWay = async () => {
    const world = upgrading('upgrade: {soak: 10m}\n');
    await world.approve();
    const abort = new AbortController();
    void world.clock.sleep(300_000).then(() => abort.abort());
    await world.apply(abort.signal);
    return world;
  };
  const byCluster = ({ clusters }: Awaited<ReturnType<UpgradeWorld['drift']>>['document']) =>
    Object.fromEntries(
      clusters.map(({ name, upgrade, changes }) => [
        name,
        [upgrade?.from, [...new Set(changes.map(({ awaitingApply }) => awaitingApply === true))].join()],
      ]),
    );

  test('says so, however long it takes, and calls nothing a change by hand', async () => {
    const world = await halfWay();
    await world.clock.advance(72 * 60 * 60 * 1000);
    const { document } = await world.drift();
    expect(byCluster(document)).toEqual({
      cluster1: [undefined, 'true'],
      cluster2: [undefined, ''],
      cluster3: [OLD, 'true'],
      cluster4: [OLD, 'true'],
    });
    const text = driftText(document, document.findings, PLAIN_STYLE);
    expect(text).toContain(`cluster3 (distributed) upgrade from ${OLD} to ${NEW} under way; `);
    expect(text).toContain('an upgrade is under way: cluster3 and cluster4 not yet in the new release');
    expect(driftMarkdown(document)).toContain(`⬆️ upgrade from ${OLD} to ${NEW} under way`);
  });

  test('tells what somebody has done beside it', async () => {
    const world = await halfWay();
    const { central } = world.cn2;
    const network = central.peek('VirtualNetwork', 'ns1', 'vn1')!;
    central.put(
      { ...network, metadata: { ...network.metadata, labels: { ...network.metadata.labels, vn: 'other' } } },
      'kubectl-edit',
    );
    const { document } = await world.drift();
    const onCentral = document.clusters[0]!.changes.map(({ kind, awaitingApply }) => [kind, awaitingApply === true]);
    expect(onCentral).toContainEqual(['VirtualNetwork', false]);
    expect(onCentral).toContainEqual(['Kubemanager', true]);
  });

  test('an older image in a fleet that is proven is a change by hand', async () => {
    const world = upgrading();
    await world.approve();
    await world.apply();
    const { distributed } = world.cn2;
    const vrouter = distributed.peek('Vrouter', 'contrail', 'contrail-vrouter-masters')!;
    distributed.put(JSON.parse(JSON.stringify(vrouter).replaceAll(NEW, OLD)) as typeof vrouter, 'kubectl-edit');
    const { document } = await world.drift();
    const cluster2 = document.clusters.find(({ name }) => name === 'cluster2')!;
    expect(cluster2.upgrade).toBeUndefined();
    expect(cluster2.changes.map(({ kind, kindOfDrift, manager }) => [kind, kindOfDrift, manager])).toEqual([
      ['Vrouter', 'conflict', 'kubectl-edit'],
    ]);
  });
});

/** What is on the clusters, without what differs from run to run. */
function contents({ cn2 }: UpgradeWorld): unknown {
  return [...cn2.clusters.values()].map((cluster) =>
    cluster
      .all()
      .filter(({ kind }) => kind !== 'Lease')
      .map(({ kind, apiVersion, spec, metadata: { namespace, name, labels } }) => ({
        kind,
        apiVersion,
        spec,
        namespace,
        name,
        labels,
      })),
  );
}
