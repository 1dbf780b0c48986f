import { describe, expect, test } from '@jest/globals';
import type { RecheckChange } from '../../../src/apply/carry-out.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { attach, attached, changesOf, edited, guide, K, managedWrites, start, unreachable } from '../../support/attach.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import { core, namespace } from '../../support/memory-cn2.ts';
import { memoryPlan } from '../../support/memory-plan.ts';

describe('writes hold on to what was planned', () => {
  const gateway = () =>
    edited('Subnet', 'subnet1', (object) => Object.assign(object['spec'] as object, { defaultGateway: '10.0.0.9' }));

  test('an update carries uid and resourceVersion and takes nothing away from others', async () => {
    const { cn2, clock } = await attached();
    const before = cn2.central.peek('Subnet', 'ns1', 'subnet1');
    const result = await attach(cn2, clock, { desired: gateway() });
    expect(result.outcome).toBe('done');
    const [write] = managedWrites(cn2.central);
    expect(write?.object?.metadata).toMatchObject({
      uid: before?.metadata.uid,
      resourceVersion: before?.metadata.resourceVersion,
    });
    expect(write?.force).toBeUndefined();
    expect(cn2.central.peek('Subnet', 'ns1', 'subnet1')?.['spec']).toMatchObject({ defaultGateway: '10.0.0.9' });
  });

  test('a field that the plan shows with its other owner is taken over', async () => {
    const { cn2, clock } = await attached();
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    cn2.central.put({ ...live, spec: { ...(live['spec'] as object), defaultGateway: '10.0.0.77' } }, 'kubectl-edit');
    const planned = memoryPlan(guide.fleet, guide.desired, cn2.clusters);
    const refused = await attach(cn2, clock, planned);
    expect(refused).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(refused.reason).toContain('kubectl-edit');
    for (const change of changesOf(planned.plan))
      change.fields = [{ path: '/spec/defaultGateway', conflictsWith: 'kubectl-edit' }];
    const taken = await attach(cn2, clock, planned);
    expect(taken.outcome).toBe('done');
    expect(managedWrites(cn2.central).at(-1)?.force).toBe(true);
  });

  test('an object that moved after the plan: rechecked, and written when the change is still the same', async () => {
    const { cn2, clock } = await attached();
    const desired = gateway();
    const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    cn2.central.put({ ...live, status: { state: 'Success', observation: 'usage moved' } }, 'contrail-k8s-controller');
    const asked: string[] = [];
    const recheck: RecheckChange = async (cluster, change) => {
      asked.push(`${cluster} ${change.name}`);
      return memoryPlan(guide.fleet, desired, cn2.clusters).preconditions[0];
    };
    const result = await attach(cn2, clock, { desired, ...planned, recheck });
    expect(result.outcome).toBe('done');
    expect(asked).toEqual(['cluster1 subnet1']);
  });

  test('an object that keeps moving is rechecked three times, then the run stops and says who moved it', async () => {
    const { cn2, clock } = await attached();
    const desired = gateway();
    const stale = memoryPlan(guide.fleet, desired, cn2.clusters);
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    cn2.central.put({ ...live, metadata: { ...live.metadata, annotations: { touched: 'yes' } } }, 'somebody');
    let asked = 0;
    const recheck: RecheckChange = async () => {
      asked += 1;
      return stale.preconditions[0];
    };
    const result = await attach(cn2, clock, { desired, ...stale, recheck });
    expect(asked).toBe(3);
    expect(managedWrites(cn2.central).filter(({ verb }) => verb === 'APPLY')).toHaveLength(4);
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(result.reason).toMatch(
      /Subnet ns1\/subnet1 on cluster1 was to be updated, but has changed since the plan; last written by somebody at 20/,
    );
  });

  test('an object that somebody deletes after the plan, held by a finalizer, stops the run with its words', async () => {
    const { cn2, clock } = await attached();
    const desired = gateway();
    const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.org/held'] };
    cn2.central.put({ ...live, metadata: { ...live.metadata, ...leaving } }, 'somebody');
    const recheck: RecheckChange = async () => undefined;
    const result = await attach(cn2, clock, { desired, ...planned, recheck });
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(result.reason).toContain('Subnet ns1/subnet1 on cluster1 is being deleted');
    expect(result.reason).toContain('held by finalizer example.org/held');
  });

  test('an object that was replaced is not touched', async () => {
    const { cn2, clock } = await attached();
    const desired = gateway();
    const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
    cn2.central.remove('Subnet', 'ns1', 'subnet1');
    cn2.central.put(core('Subnet', 'ns1', 'subnet1', { cidr: '10.0.0.0/24' }), 'somebody');
    const result = await attach(cn2, clock, { desired, ...planned });
    expect(result).toMatchObject({ conditions: ['not-approved'] });
    expect(cn2.central.peek('Subnet', 'ns1', 'subnet1')?.['spec']).toEqual({ cidr: '10.0.0.0/24' });
  });

  test('somebody who made exactly the approved change first leaves nothing to adopt', async () => {
    const { cn2, clock } = await attached();
    const desired = gateway();
    const planned = memoryPlan(guide.fleet, desired, cn2.clusters);
    const live = cn2.central.peek('Subnet', 'ns1', 'subnet1') as KubernetesObject;
    cn2.central.put({ ...live, spec: { ...(live['spec'] as object), defaultGateway: '10.0.0.9' } }, 'kubectl-edit');
    const result = await attach(cn2, clock, { desired, ...planned });
    expect(result.outcome).toBe('done');
    expect(changesOf(memoryPlan(guide.fleet, desired, cn2.clusters).plan)).toEqual([]);
  });

  test('a create that meets a foreign object stops; one that meets its own content counts as done', async () => {
    const { cn2, clock } = await attached();
    cn2.central.remove('Subnet', 'ns1', 'subnet1');
    const planned = memoryPlan(guide.fleet, guide.desired, cn2.clusters);
    cn2.central.put(core('Subnet', 'ns1', 'subnet1', { cidr: '10.9.0.0/24' }), 'somebody');
    const foreign = await attach(cn2, clock, planned);
    expect(foreign).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(foreign.reason).toContain(
      'Subnet ns1/subnet1 on cluster1 was to be created, but has appeared in the meantime; last written by somebody',
    );
    cn2.central.remove('Subnet', 'ns1', 'subnet1');
    await attach(cn2, clock);
    const again = await attach(cn2, clock, planned);
    expect(again.outcome).toBe('done');
    expect(again.steps).toContainEqual(expect.objectContaining({ object: 'Subnet/ns1/subnet1', result: 'unchanged' }));
  });

  test('an answer that is lost is asked for again, whichever write it was', async () => {
    const lost = new Set<string>();
    const hooks = {
      after: ({ verb, cluster, kind, namespace, name }: SeenRequest) => {
        const key = `${cluster} ${kind} ${namespace} ${name}`;
        if (verb !== 'APPLY' || lost.has(key)) return;
        lost.add(key);
        throw unreachable(cluster);
      },
    };
    const { cn2, clock } = start({ hooks });
    const result = await attach(cn2, clock);
    expect(result.reason).toBeUndefined();
    expect(lost.size).toBe(guide.desired.length);
    expect(result.outcome).toBe('done');
  });

  test('a cluster that stays away fails the run and names itself', async () => {
    const hooks = {
      before: ({ verb, cluster, kind }: SeenRequest) => {
        if (verb === 'APPLY' && kind === 'Kubemanager') throw unreachable(cluster);
      },
    };
    const { cn2, clock } = start({ hooks });
    const result = await attach(cn2, clock);
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['failed'], reason: 'cluster1: connection reset' });
  });
});

describe('a predicted create', () => {
  const late = () =>
    guide.desired.flatMap((entry) => {
      if (entry.object.metadata.name !== 'subnet2') return [entry];
      const object = structuredClone(entry.object);
      object.metadata.namespace = `${K}-late`;
      return [entry, { manifest: { ...entry.manifest, object }, object }];
    });

  test('waits for the namespace that CN2 makes', async () => {
    const { cn2, clock } = await attached();
    void clock.sleep(30_000).then(() => cn2.central.put(namespace(`${K}-late`)));
    const began = clock.now();
    const result = await attach(cn2, clock, { desired: late() });
    expect(result.reason).toBeUndefined();
    expect(clock.now() - began).toBeLessThan(45_000);
    expect(cn2.central.peek('Subnet', `${K}-late`, 'subnet2')).toBeDefined();
    expect(managedWrites(cn2.central)).toHaveLength(1);
  });

  test('names the namespace that never came, and has tried nothing', async () => {
    const { cn2, clock } = await attached();
    const result = await attach(cn2, clock, { desired: late(), gateTimeout: 4000 });
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['failed'] });
    expect(result.reason).toContain(`Namespace ${K}-late does not exist yet (waited 4 s)`);
    expect(managedWrites(cn2.central)).toEqual([]);
  });

  test('names the kind that never came', async () => {
    const { cn2, clock } = start();
    const planned = memoryPlan(guide.fleet, guide.desired, cn2.clusters);
    // The gate of the deployer goes by the version of the first one.
    const later = ({ kind, name }: { kind: string; name: string }) => kind === 'Vrouter' && name !== 'contrail-vrouter-masters';
    for (const change of changesOf(planned.plan)) if (later(change)) change.apiVersion = 'dataplane.juniper.net/v1';
    const desired = guide.desired.map((entry) =>
      later({ kind: entry.object.kind, name: entry.object.metadata.name })
        ? { ...entry, object: { ...entry.object, apiVersion: 'dataplane.juniper.net/v1' } }
        : entry,
    );
    const result = await attach(cn2, clock, { ...planned, desired, gateTimeout: 4000 });
    expect(result.reason).toBe('cluster2 does not serve Vrouter in dataplane.juniper.net/v1');
  });
});
