import { describe, expect, test } from '@jest/globals';
import type { RecheckChange } from '../../../src/apply/carry-out.ts';
import { type ApplyResult, type ExecuteInput, executePlan } from '../../../src/apply/execute-plan.ts';
import { applyLeaseName } from '../../../src/apply/lease.ts';
import { readUnproven } from '../../../src/apply/unproven.ts';
import { UNPROVEN_ANNOTATION } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryReporter, takeLock } from '../../support/lock.ts';
import type { MemoryCluster, SeenRequest } from '../../support/memory-cluster.ts';
import { core, deployment, type MemoryCn2, type MemoryCn2Options, memoryCn2 } from '../../support/memory-cn2.ts';
import { guideDesired, memoryPlan } from '../../support/memory-plan.ts';

const guide = guideDesired();
const K = 'kubemanager-cluster2-cluster2';
let runs = 0;

function nextRun(): string {
  runs += 1;
  return `run-${runs}`;
}

async function attach(cn2: MemoryCn2, clock: FakeClock, changes: Partial<ExecuteInput> = {}): Promise<ApplyResult> {
  const lease = changes.lease ?? (await takeLock(cn2.central, clock, { holder: nextRun() }));
  try {
    return await executePlan({
      ...guide,
      ...memoryPlan(guide.fleet, changes.desired ?? guide.desired, cn2.clusters),
      clusters: cn2.clusters,
      clock,
      reporter: new MemoryReporter(),
      signal: new AbortController().signal,
      lease,
      gateTimeout: 900_000,
      unproven: false,
      ...changes,
    });
  } finally {
    await lease.release();
  }
}

function start(options: MemoryCn2Options = {}): { cn2: MemoryCn2; clock: FakeClock } {
  const clock = new FakeClock();
  return { cn2: memoryCn2({ ...options, now: () => clock.now() }), clock };
}

/** Both clusters, attached and proven. */
async function attached(options: MemoryCn2Options = {}): Promise<{ cn2: MemoryCn2; clock: FakeClock }> {
  const world = start(options);
  const result = await attach(world.cn2, world.clock);
  expect(result.reason).toBeUndefined();
  for (const cluster of world.cn2.clusters.values()) cluster.audit.length = 0;
  return world;
}

function changesOf(plan: Plan) {
  return plan.clusters.flatMap((cluster) => cluster.changes);
}

function managedWrites(cluster: MemoryCluster): SeenRequest[] {
  return cluster.writes().filter((request) => request.kind !== 'Lease');
}

function edited(kind: string, name: string, edit: (object: KubernetesObject) => void) {
  return guide.desired.map((entry) => {
    if (entry.object.kind !== kind || entry.object.metadata.name !== name) return entry;
    const object = structuredClone(entry.object);
    edit(object);
    return { manifest: { ...entry.manifest, object }, object };
  });
}

/** What a run is about, without what differs from run to run (versions, uids, times). */
function contents(cn2: MemoryCn2): unknown {
  return [...cn2.clusters.values()].map((cluster) =>
    cluster
      .all()
      .filter(({ kind }) => kind !== 'Lease')
      .map(({ metadata: { name, namespace, labels, annotations }, ...rest }) => ({
        ...rest,
        name,
        namespace,
        labels,
        annotations,
      })),
  );
}

function unreachable(cluster: string): ClusterError {
  return new ClusterError(`${cluster}: connection reset`, { cluster, cause: 'unreachable', fieldConflicts: [] });
}

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
    expect(await readUnproven(cn2.central, 'guide')).toBe('sha256:plan');
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
    expect(result.reason).toContain('gate 40-kubemanager of cluster2: Deployment contrail/kubemanager-cluster2 is not there yet');
    expect(cn2.distributed.peek('Vrouter', 'contrail', 'contrail-vrouter-masters')).toBeUndefined();
    expect(reporter.events).toContainEqual(
      expect.objectContaining({ type: 'step', state: 'waiting', detail: expect.stringContaining('is not there yet') }),
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
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'contrail-vrouter-masters', namespace: 'contrail' },
      spec: {},
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
});

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
    expect(asked).toBe(4);
    expect(managedWrites(cn2.central).filter(({ verb }) => verb === 'APPLY')).toHaveLength(4);
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(result.reason).toMatch(
      /Subnet ns1\/subnet1 on cluster1 was to be updated and has changed since the plan; last written by somebody at 20/,
    );
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

  test('a create that meets a foreign object stops; one that meets its own content counts as done', async () => {
    const { cn2, clock } = await attached();
    cn2.central.remove('Subnet', 'ns1', 'subnet1');
    const planned = memoryPlan(guide.fleet, guide.desired, cn2.clusters);
    cn2.central.put(core('Subnet', 'ns1', 'subnet1', { cidr: '10.9.0.0/24' }), 'somebody');
    const foreign = await attach(cn2, clock, planned);
    expect(foreign).toMatchObject({ outcome: 'stopped', conditions: ['not-approved'] });
    expect(foreign.reason).toContain(
      'Subnet ns1/subnet1 on cluster1 was to be created and has appeared meanwhile; last written by somebody',
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
      'VirtualNetwork ns1/vn1 is not gone yet (finalizers: virtual-network.finalizers.core.juniper.net) (waited 3 s)',
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
    expect(result.reason).toContain('was to be deleted and has changed since the plan; last written by somebody');
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
      text: expect.stringContaining('pod default/alone is older than CN2'),
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

describe('interruption', () => {
  test('a run that is killed at any request goes on to the same end when it is started again', async () => {
    const reference = await attached();
    const wanted = contents(reference.cn2);
    let requests = 0;
    const before = () => {
      requests += 1;
    };
    const count = start({ hooks: { before } });
    await attach(count.cn2, count.clock);
    expect(requests).toBeGreaterThan(80);
    for (let killed = 1; killed <= requests; killed += 1) {
      for (const moment of ['before', 'after'] as const) {
        let seen = 0;
        let dead = false;
        // A killed process sends nothing more, and what it was waiting for never comes.
        const hook = () => {
          if (dead) throw new Error('killed');
          seen += 1;
          if (seen === killed) {
            dead = true;
            throw new Error('killed');
          }
        };
        const hooks = { [moment]: hook };
        const { cn2, clock } = start({ hooks });
        await attach(cn2, clock).catch(() => undefined);
        seen = Number.NEGATIVE_INFINITY;
        dead = false;
        const result = await attach(cn2, clock, { unproven: true });
        expect({ killed, moment, reason: result.reason }).toEqual({ killed, moment, reason: undefined });
        expect(contents(cn2)).toEqual(wanted);
      }
    }
  }, 120_000);

  test('a signal at any write stops before the next one, releases the lock and leaves the rest for the same command', async () => {
    const wanted = contents((await attached()).cn2);
    for (let at = 1; at <= guide.desired.length; at += 1) {
      const abort = new AbortController();
      let writes = 0;
      const hooks = {
        before: ({ verb }: SeenRequest) => {
          if (verb !== 'APPLY') return;
          writes += 1;
          if (writes === at) abort.abort();
        },
      };
      const { cn2, clock } = start({ hooks });
      const result = await attach(cn2, clock, { signal: abort.signal });
      expect(result).toMatchObject({ outcome: 'stopped', conditions: ['interrupted'] });
      // Lanes that had begun finish their request.
      expect(writes).toBeLessThan(at + 8);
      const lease = cn2.central.peek('Lease', 'contrail', applyLeaseName('guide'));
      expect(lease?.['spec']).toMatchObject({ holderIdentity: '' });
      expect((await attach(cn2, clock, { unproven: true })).reason).toBeUndefined();
      expect(contents(cn2)).toEqual(wanted);
    }
  }, 60_000);

  test('a signal while a gate is waiting ends the wait', async () => {
    const abort = new AbortController();
    const { cn2, clock } = start({ kubemanagerDown: true });
    const reporter = {
      progress: (event: { type: string; state?: string }) => {
        if (event.state === 'waiting') abort.abort();
      },
    };
    const result = await attach(cn2, clock, { signal: abort.signal, reporter });
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['interrupted'] });
  });

  test('a run that loses its lock writes nothing more and says to whom', async () => {
    let cn2: MemoryCn2 | undefined;
    let after = 0;
    let stolen = false;
    const hooks = {
      before: ({ verb, kind }: SeenRequest) => {
        if (stolen && verb === 'APPLY') after += 1;
        if (verb !== 'APPLY' || kind !== 'Kubemanager' || cn2 === undefined) return;
        const lease = cn2.central.peek('Lease', 'contrail', applyLeaseName('guide')) as KubernetesObject;
        cn2.central.put({ ...lease, spec: { ...(lease['spec'] as object), holderIdentity: 'thief' } });
        stolen = true;
      },
    };
    const world = start({ hooks, kubemanagerDown: true });
    cn2 = world.cn2;
    const result = await attach(world.cn2, world.clock);
    expect(result).toMatchObject({ outcome: 'stopped', conditions: ['locked'] });
    expect(result.reason).toContain('taken over by thief');
    expect(after).toBe(0);
    expect(world.cn2.central.peek('Lease', 'contrail', applyLeaseName('guide'))?.['spec']).toMatchObject({
      holderIdentity: 'thief',
    });
  });
});

describe('a narrowed run', () => {
  test('does not wait for clusters outside its scope', async () => {
    const two = guideDesired((text) =>
      text.replace(
        'namespaces:',
        `  - name: cluster3
    index: 1
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.190:6443
    podSubnets: [10.235.128.0/17]
    serviceSubnets: [10.235.0.0/17]
namespaces:
  - {cluster: cluster3, name: web, isolated: true, labels: {}}`,
      ),
    );
    const { cn2, clock } = start();
    const mine = two.desired.filter(({ manifest }) => manifest.for !== 'cluster3');
    const result = await attach(cn2, clock, {
      ...two,
      ...memoryPlan(two.fleet, mine, cn2.clusters),
      only: ['cluster1', 'cluster2'],
    });
    expect(result.reason).toBeUndefined();
    expect(result.outcome).toBe('done');
  });
});
