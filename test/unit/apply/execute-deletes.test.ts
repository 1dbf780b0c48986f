import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { attach, attached, guide, K, managedWrites, start } from '../../support/attach.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryReporter } from '../../support/lock.ts';
import { deployment } from '../../support/memory-cn2.ts';
import { memoryPlan } from '../../support/memory-plan.ts';

describe('deletes', () => {
  const without = (...names: string[]) => guide.desired.filter(({ object }) => !names.includes(object.metadata.name));

  test('come last, stages reversed, networks before subnets, each with both preconditions', async () => {
    const { cn2, clock } = await attached();
    cn2.central.remove('VirtualNetworkRouter', `${K}-ns1`, 'vnr2');
    const desired = without('vnr1', 'vn1', 'subnet1');
    const result = await attach(cn2, clock, { desired });
    expect(result.reason).toBeUndefined();
    expect(managedWrites(cn2.central).map(({ verb, kind, name }) => `${verb} ${kind} ${name}`)).toEqual([
      'APPLY VirtualNetworkRouter vnr2',
      'DELETE VirtualNetworkRouter vnr1',
      'DELETE VirtualNetwork vn1',
      'DELETE Subnet subnet1',
    ]);
    expect(result.steps.filter((step) => step.object === 'gate gone')).toHaveLength(3);
  });

  test('what is held by a finalizer is waited for, and the subnet with it', async () => {
    const { cn2, clock } = await attached();
    const live = cn2.central.peek('VirtualNetwork', 'ns1', 'vn1') as KubernetesObject;
    cn2.central.put({ ...live, metadata: { ...live.metadata, finalizers: ['virtual-network.finalizers.core.juniper.net'] } });
    const stuck = await attach(cn2, clock, { desired: without('vn1', 'subnet1'), gateTimeout: 3000 });
    expect(stuck.reason).toContain(
      'VirtualNetwork ns1/vn1 still exists (finalizers: virtual-network.finalizers.core.juniper.net) (waited 3 s)',
    );
    expect(cn2.central.peek('Subnet', 'ns1', 'subnet1')).toBeDefined();
    setTimeout(() => cn2.central.finalize('VirtualNetwork', 'ns1', 'vn1'), 20);
    const freed = await attach(cn2, clock, {
      desired: without('vn1', 'subnet1'),
      clock: new FakeClock(clock.now(), { manual: true }),
    });
    expect(freed.outcome).toBe('done');
    expect(cn2.central.peek('Subnet', 'ns1', 'subnet1')).toBeUndefined();
  });

  test('an object that moved is not deleted', async () => {
    const { cn2, clock } = await attached();
    const desired = without('vnr1');
    const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
    const live = cn2.central.peek('VirtualNetworkRouter', 'ns1', 'vnr1') as KubernetesObject;
    cn2.central.put({ ...live, spec: { ...(live['spec'] as object), type: 'hub' } }, 'somebody');
    const result = await attach(cn2, clock, { desired, ...planned });
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(result.reason).toContain('was to be deleted, but has changed since the plan; last written by somebody');
    expect(cn2.central.peek('VirtualNetworkRouter', 'ns1', 'vnr1')).toBeDefined();
  });
});

describe('restart of pods that are older than CN2', () => {
  const pod = (namespace: string, name: string, changes: object = {}, metadata: object = {}): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      creationTimestamp: '2025-12-31T00:00:00Z',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'x', controller: true }],
      ...metadata,
    },
    spec: {},
    status: { phase: 'Running' },
    ...changes,
  });

  test('CoreDNS first; host network, finished and bare pods stay, the last are named', async () => {
    const { cn2, clock } = start();
    const dns = { labels: { 'k8s-app': 'kube-dns' } };
    cn2.distributed.put({
      ...deployment('kube-system', 'coredns'),
      metadata: { name: 'coredns', namespace: 'kube-system', ...dns },
    });
    cn2.distributed.put(pod('default', 'app-1'));
    cn2.distributed.put(pod('kube-system', 'coredns-1', {}, dns));
    cn2.distributed.put(pod('kube-system', 'coredns-2', {}, dns));
    cn2.distributed.put(pod('kube-system', 'kube-proxy', { spec: { hostNetwork: true } }));
    cn2.distributed.put(pod('default', 'job', { status: { phase: 'Succeeded' } }));
    cn2.distributed.put(pod('default', 'alone', {}, { ownerReferences: [] }));
    const reporter = new MemoryReporter();
    const result = await attach(cn2, clock, { reporter });
    expect(result.reason).toBeUndefined();
    const deleted = cn2.distributed
      .writes()
      .filter(({ verb }) => verb === 'DELETE')
      .map(({ name }) => name);
    expect(deleted).toHaveLength(3);
    expect(deleted.slice(0, 2).sort()).toEqual(['coredns-1', 'coredns-2']);
    expect(deleted[2]).toBe('app-1');
    expect(result.steps).toContainEqual(
      expect.objectContaining({ stage: '60-restart', object: 'Pod/*', result: 'restarted', reason: '3 pods' }),
    );
    expect(reporter.events).toContainEqual({
      type: 'warning',
      text: expect.stringContaining('Pod default/alone on cluster2 is older than CN2'),
    });
  });

  test('CoreDNS that does not come back: the other pods are left alone', async () => {
    const { cn2, clock } = start();
    const dns = { labels: { 'k8s-app': 'kube-dns' } };
    cn2.distributed.put({
      ...deployment('kube-system', 'coredns'),
      metadata: { name: 'coredns', namespace: 'kube-system', ...dns },
      status: { observedGeneration: 1, conditions: [{ type: 'Available', status: 'False' }] },
    });
    cn2.distributed.put(pod('kube-system', 'coredns-1', {}, dns));
    cn2.distributed.put(pod('default', 'app-1'));
    const result = await attach(cn2, clock, { gateTimeout: 4000 });
    expect(result.reason).toContain('Deployment kube-system/coredns is not Available');
    expect(cn2.distributed.peek('Pod', 'default', 'app-1')).toBeDefined();
  });
});
