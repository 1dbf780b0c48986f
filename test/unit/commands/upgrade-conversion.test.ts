import { beforeAll, describe, expect, test } from '@jest/globals';
import { ClusterError } from '../../../src/ports/cluster.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import { NEW, oldFleet, UpgradeWorld } from '../../support/upgrade-world.ts';

let attached: UpgradeWorld;
beforeAll(async () => {
  attached = await oldFleet();
});

/** A fleet in an upgrade whose new deployer on cluster2 does not serve the conversion of Vrouters for so many seconds. */
async function converting(): Promise<{ world: UpgradeWorld; webhook: { down: boolean; seen: SeenRequest[] } }> {
  const world = new UpgradeWorld(attached);
  world.upgradeCentral();
  world.declare(NEW);
  await world.approve();
  const webhook = { down: false, seen: [] as SeenRequest[] };
  world.before = (request) => {
    const { cluster, verb, kind, name } = request;
    if (cluster !== 'cluster2') return;
    if (verb === 'APPLY' && kind === 'Deployment' && name === 'contrail-k8s-deployer') webhook.down = true;
    if (kind !== 'Vrouter' || !webhook.down) return;
    webhook.seen.push(request);
    const message =
      'cluster2: vrouters.dataplane.juniper.net cannot be read (500): conversion webhook for dataplane.juniper.net/v1alpha1, Kind=Vrouter failed: Post "https://webhook-service.contrail-deploy.svc:443/convert?timeout=30s": connection refused';
    throw new ClusterError(message, { cluster, status: 500, cause: 'error', fieldConflicts: [] });
  };
  return { world, webhook };
}

describe('while the conversion webhook of a new deployer does not answer', () => {
  test('the run waits for it, and nothing but the trial asks for what is converted', async () => {
    const { world, webhook } = await converting();
    void world.clock.sleep(120_000).then(() => {
      webhook.down = false;
    });
    const { document } = await world.apply();
    expect([document.outcome, document.reason]).toEqual(['done', undefined]);
    expect(webhook.seen.length).toBeGreaterThan(0);
    expect([...new Set(webhook.seen.map(({ verb }) => verb))]).toEqual(['CREATE-DRYRUN']);
    const gate = document.steps.find(
      ({ cluster, stage, object }) => cluster === 'cluster2' && stage === '20-deployer' && object === 'gate',
    );
    expect(gate!.seconds).toBeGreaterThan(100);
  });

  test('a webhook that never answers ends the run at its gate, with the words of the API server', async () => {
    const { world } = await converting();
    const { document, conditions } = await world.apply();
    expect(conditions).toEqual(['failed']);
    expect(document.reason).toContain(
      'gate 20-deployer of cluster2: a trial Vrouter in dataplane.juniper.net/v1alpha1 is refused',
    );
    expect(world.tags('cluster2', 'Vrouter')).toEqual(['22.2.0.93']);
    expect(world.tags('cluster3', 'Deployment')).toEqual(['22.2.0.93']);
  });

  test('a run that was killed there is gone on with, although the cluster cannot be judged meanwhile', async () => {
    const { world, webhook } = await converting();
    let killed = false;
    const controller = world.before;
    world.before = (request) => {
      if (webhook.down && request.cluster === 'cluster2') killed = true;
      if (killed && request.verb === 'CREATE-DRYRUN') throw new Error('killed');
      return controller(request);
    };
    await expect(world.apply()).rejects.toThrow('killed');
    killed = false;
    world.before = controller;
    await world.clock.advance(61_000);
    const { document: plan, conditions } = await world.plan();
    expect(conditions).toContain('unknown-cluster');
    expect(plan.clusters.find(({ name }) => name === 'cluster2')).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('conversion webhook for dataplane.juniper.net/v1alpha1, Kind=Vrouter failed'),
    });
    expect(plan.clusters.find(({ name }) => name === 'cluster3')).toMatchObject({ status: 'known' });
    void world.clock.sleep(60_000).then(() => {
      webhook.down = false;
    });
    const { document } = await world.apply();
    expect([document.outcome, document.reason]).toEqual(['done', undefined]);
    for (const name of ['cluster2', 'cluster3', 'cluster4']) expect(world.tags(name, 'Vrouter')).toEqual([NEW]);
    expect((await world.plan()).document.clusters.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test('of a fleet that is proven, nothing is said and nothing done', async () => {
    const { world, webhook } = await converting();
    const controller = world.before;
    world.before = () => undefined;
    expect((await world.apply()).document.outcome).toBe('done');
    world.before = controller;
    webhook.down = true;
    const { document, conditions } = await world.apply();
    expect(conditions).toEqual(['unknown-cluster']);
    expect(document.reason).toContain('nothing was written: cluster2: vrouters.dataplane.juniper.net cannot be read (500)');
    const { document: drift, conditions: driftConditions } = await world.drift();
    expect(driftConditions).toContain('unknown-cluster');
    expect(drift.clusters.find(({ name }) => name === 'cluster2')!.status).toBe('unknown');
  });
});
