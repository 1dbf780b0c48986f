import { describe, expect, test } from '@jest/globals';
import { readLeaseState } from '../../../src/apply/applied.ts';
import { executePlan } from '../../../src/apply/execute-plan.ts';
import { UNPROVEN_ANNOTATION } from '../../../src/cn2/names.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import { attach, attached, changesOf, guide, managedWrites, start } from '../../support/attach.ts';
import { MemoryReporter, takeLock } from '../../support/lock.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import type { MemoryCn2 } from '../../support/memory-cn2.ts';
import { memoryPlan, twoDistributed } from '../../support/memory-plan.ts';

describe('a whole attach', () => {
  test('applies every object, stage after stage, each gate before the next stage', async () => {
    const { cn2, clock } = start();
    const result = await attach(cn2, clock);
    expect(result.reason).toBeUndefined();
    expect(result).toMatchObject({ outcome: 'done', conditions: [] });
    for (const { manifest } of guide.desired) {
      const { kind, metadata } = manifest.object;
      expect(cn2.clusters.get(manifest.cluster)?.peek(kind, metadata.namespace, metadata.name)).toBeDefined();
    }
    const stages = result.steps.map((step) => step.stage);
    expect(stages).toEqual([...stages].sort());
    for (const stage of [
      '00-preflight',
      '20-deployer',
      '40-kubemanager',
      '50-vrouter',
      '60-restart',
      '70-namespaces',
      '80-networks',
      '90-routers',
    ]) {
      expect(result.steps.filter((step) => step.stage === stage).at(-1)).toMatchObject({ object: 'gate', result: 'passed' });
    }
    expect(changesOf(memoryPlan(guide.fleet, guide.desired, cn2.clusters).plan)).toEqual([]);
  });

  test('creates are create-only, Namespaces come first and Subnets before the networks that refer to them', async () => {
    const { cn2, clock } = start();
    await attach(cn2, clock);
    const writes = [...cn2.clusters.values()].flatMap(managedWrites);
    expect(writes.length).toBe(guide.desired.length);
    for (const { verb, object, force } of writes) {
      expect(verb).toBe('APPLY');
      expect(object?.metadata.resourceVersion).toBe('1');
      expect(object?.metadata.uid).toBeUndefined();
      expect(force).toBeUndefined();
    }
    const kinds = managedWrites(cn2.central).map((request) => request.kind);
    expect(kinds.lastIndexOf('Subnet')).toBeLessThan(kinds.indexOf('VirtualNetwork'));
    expect(kinds.lastIndexOf('VirtualNetwork')).toBeLessThan(kinds.indexOf('VirtualNetworkRouter'));
    expect(managedWrites(cn2.distributed)[0]).toMatchObject({ kind: 'Namespace', name: 'contrail-deploy' });
  });

  test('the Lease is marked unproven before the first write and stays so', async () => {
    const order: string[] = [];
    const hooks = {
      before: ({ verb, kind, object }: SeenRequest) => {
        if (verb === 'APPLY') order.push('apply');
        if (kind === 'Lease' && object?.metadata.annotations?.[UNPROVEN_ANNOTATION] !== undefined) order.push('mark');
      },
    };
    const { cn2, clock } = start({ hooks });
    await attach(cn2, clock);
    expect(order.slice(0, 2)).toEqual(['mark', 'apply']);
    expect((await readLeaseState(cn2.central, 'guide')).unproven).toBe('sha256:plan');
  });

  test('an empty plan writes nothing and asks nothing', async () => {
    const { cn2, clock } = await attached();
    const lease = await takeLock(cn2.central, clock, { holder: 'empty' });
    for (const cluster of cn2.clusters.values()) cluster.audit.length = 0;
    const result = await executePlan({
      ...guide,
      ...memoryPlan(guide.fleet, guide.desired, cn2.clusters),
      clusters: cn2.clusters,
      clock,
      reporter: new MemoryReporter(),
      signal: new AbortController().signal,
      lease,
      gateTimeout: 1000,
      unproven: false,
    });
    expect(result).toEqual({ outcome: 'nothing', steps: [], conditions: [] });
    expect([...cn2.clusters.values()].flatMap((cluster) => cluster.audit)).toEqual([]);
    await lease.release();
  });

  test('an empty plan of an unproven fleet checks every gate', async () => {
    const { cn2, clock } = await attached();
    const result = await attach(cn2, clock, { unproven: true });
    expect(result.outcome).toBe('done');
    expect(result.steps.map((step) => [step.stage, step.object, step.result])).toEqual(
      [
        '00-preflight',
        '20-deployer',
        '40-kubemanager',
        '50-vrouter',
        '60-restart',
        '70-namespaces',
        '80-networks',
        '90-routers',
      ].map((stage) => [stage, 'gate', 'passed']),
    );
  });
});

describe('several distributed clusters', () => {
  const two = twoDistributed();
  const planned = (cn2: MemoryCn2, desired = two.desired) => ({ ...two, ...memoryPlan(two.fleet, desired, cn2.clusters) });

  test('attach one after another in order of index: the next begins when the one before has passed its last gate', async () => {
    const order: string[] = [];
    const hooks = {
      before: ({ verb, kind, name, cluster }: SeenRequest) => {
        if (verb === 'APPLY' && (kind === 'Kubemanager' || cluster === 'cluster3')) order.push(`${cluster} ${name}`);
      },
    };
    const { cn2, clock } = start({ hooks, more: ['cluster3'] });
    const result = await attach(cn2, clock, planned(cn2));
    expect(result.reason).toBeUndefined();
    const attachSteps = result.steps.filter((step) => step.object === 'gate' && step.stage < '60-restart');
    const own = ['00-preflight', '20-deployer', '40-kubemanager', '50-vrouter'];
    expect(attachSteps.map((step) => `${step.cluster} ${step.stage}`)).toEqual([
      ...own.map((stage) => `cluster2 ${stage}`),
      ...own.map((stage) => `cluster3 ${stage}`),
    ]);
    expect(order[0]).toBe('cluster1 kubemanager-cluster2');
    expect(planned(cn2).plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test('one that does not attach leaves those behind it untouched', async () => {
    const { cn2, clock } = start({ more: ['cluster3'], kubemanagerDown: 'cluster2' });
    const result = await attach(cn2, clock, { ...planned(cn2), gateTimeout: 5000 });
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['failed'] });
    expect(cn2.clusters.get('cluster3')?.writes()).toEqual([]);
  });

  test('a run that is narrowed does not wait for clusters outside its scope', async () => {
    const { cn2, clock } = start({ more: ['cluster3'], kubemanagerDown: 'cluster3' });
    const mine = two.desired.filter(({ manifest }) => manifest.for !== 'cluster3');
    const result = await attach(cn2, clock, { ...planned(cn2, mine), scope: scopeOf(two.fleet, ['cluster1', 'cluster2']) });
    expect(result.reason).toBeUndefined();
    expect(result.outcome).toBe('done');
    expect(cn2.clusters.get('cluster3')?.audit).toEqual([]);
  });
});
