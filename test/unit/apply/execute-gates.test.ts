import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { attach, attached, edited, K, managedWrites, start } from '../../support/attach.ts';
import { MemoryReporter } from '../../support/lock.ts';
import { deployment } from '../../support/memory-cn2.ts';

describe('gates', () => {
  test('a network in state Failure ends the run at once and says what CN2 says', async () => {
    const { cn2, clock } = start({
      coreStatus: ({ metadata }) =>
        metadata.name === 'vn2'
          ? { state: 'Failure', observation: 'no route target left' }
          : { state: 'Success', observation: '' },
    });
    const began = clock.now();
    const result = await attach(cn2, clock);
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['failed'] });
    expect(result.reason).toContain(`VirtualNetwork ${K}-ns1/vn2 is in state Failure: no route target left`);
    expect(clock.now() - began).toBeLessThan(60_000);
    expect(managedWrites(cn2.central).some(({ kind }) => kind === 'VirtualNetworkRouter')).toBe(false);
    expect(result.steps.at(-1)).toMatchObject({ stage: '80-networks', object: 'gate', result: 'failed' });
  });

  test('a Subnet that fails stops before its network is made', async () => {
    const { cn2, clock } = start({
      coreStatus: ({ metadata }) => ({ state: metadata.name === 'subnet1' ? 'Failure' : 'Success', observation: 'bad range' }),
    });
    const result = await attach(cn2, clock);
    expect(result.reason).toContain('Subnet ns1/subnet1 is in state Failure: bad range');
    expect(managedWrites(cn2.central).some(({ kind }) => kind === 'VirtualNetwork')).toBe(false);
  });

  test('a gate that does not pass in its time names the object and its state', async () => {
    const { cn2, clock } = start({ coreStatus: () => ({ state: 'Pending', observation: '' }) });
    const began = clock.now();
    const result = await attach(cn2, clock);
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['failed'] });
    expect(result.reason).toContain('Subnet ns1/subnet1 is in state Pending');
    expect(result.reason).toContain('waited 900 s');
    expect(clock.now() - began).toBeGreaterThanOrEqual(900_000);
    expect(clock.now() - began).toBeLessThan(960_000);
  });

  test('a kubemanager that does not come up: nothing of later stages is written', async () => {
    const { cn2, clock } = start({ kubemanagerDown: true });
    const reporter = new MemoryReporter();
    const result = await attach(cn2, clock, { reporter, gateTimeout: 5000 });
    expect(result.reason).toContain(
      'gate 40-kubemanager of cluster2: Deployment contrail/kubemanager-cluster2 does not exist yet',
    );
    expect(cn2.distributed.peek('Vrouter', 'contrail', 'contrail-vrouter-masters')).toBeUndefined();
    expect(reporter.events).toContainEqual(
      expect.objectContaining({ type: 'step', state: 'waiting', detail: expect.stringContaining('does not exist yet') }),
    );
  });

  test('an unhealthy central cluster is no failed apply: nothing is written', async () => {
    const { cn2, clock } = start();
    cn2.central.put({ ...deployment('contrail-system', 'contrail-k8s-apiserver'), status: {} });
    const result = await attach(cn2, clock);
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['unknown-cluster'] });
    expect(result.reason).toContain('Deployment contrail-system/contrail-k8s-apiserver');
    expect([...cn2.clusters.values()].flatMap(managedWrites)).toEqual([]);
  });

  test('a change in a late stage checks the gates of the stages before it', async () => {
    const { cn2, clock } = await attached();
    cn2.central.remove('VirtualNetworkRouter', `${K}-ns1`, 'vnr2');
    cn2.distributed.put({
      ...(cn2.distributed.peek('DaemonSet', 'contrail', 'contrail-vrouter-masters') as KubernetesObject),
      status: { observedGeneration: 1, desiredNumberScheduled: 1, numberReady: 0 },
    });
    const result = await attach(cn2, clock, { gateTimeout: 2000 });
    expect(result.reason).toContain('DaemonSet contrail/contrail-vrouter-masters: 0 of 1 pods ready');
    expect(cn2.central.peek('VirtualNetworkRouter', `${K}-ns1`, 'vnr2')).toBeUndefined();
  });

  test('a change of the central cluster alone does not wait for distributed clusters', async () => {
    const { cn2, clock } = await attached();
    cn2.central.remove('VirtualNetworkRouter', 'ns1', 'vnr1');
    cn2.distributed.remove('DaemonSet', 'contrail', 'contrail-vrouter-masters');
    const result = await attach(cn2, clock, { gateTimeout: 2000 });
    expect(result.outcome).toBe('done');
    expect(result.steps.map((step) => step.stage)).toEqual([
      '00-preflight',
      '70-namespaces',
      '80-networks',
      '90-routers',
      '90-routers',
    ]);
  });

  test('a Failure from before an update is not taken for the answer to it', async () => {
    const { cn2, clock } = await attached();
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    cn2.central.put({ ...live, status: { state: 'Failure', observation: 'gateway outside' } });
    const desired = edited('Subnet', 'subnet1', (object) =>
      Object.assign(object['spec'] as object, { defaultGateway: '10.0.0.9' }),
    );
    void clock.sleep(20_000).then(() => {
      const updated = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
      cn2.central.put({ ...updated, status: { state: 'Success', observation: '' } });
    });
    const reporter = new MemoryReporter();
    const result = await attach(cn2, clock, { desired, reporter });
    expect(result.reason).toBeUndefined();
    const waited = { state: 'waiting', detail: 'Subnet ns1/subnet1 is in state Failure: gateway outside' };
    expect(reporter.events).toContainEqual(expect.objectContaining(waited));
  });
});
