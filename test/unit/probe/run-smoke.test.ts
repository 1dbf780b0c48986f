import { describe, expect, test } from '@jest/globals';
import { NETWORKS_ANNOTATION, SMOKE_FIELD_MANAGER, SMOKE_NAMESPACE } from '../../../src/cn2/names.ts';
import { smokeDocument } from '../../../src/expectation/smoke-document.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { EXPIRES_ANNOTATION } from '../../../src/probe/marks.ts';
import { mesh, network, smokeFleet } from '../../support/smoke-fleet.ts';
import { probeImagesFor, runningStatus, SmokeWorld, type WorldOptions } from '../../support/smoke-world.ts';

const fleet = smokeFleet({
  networks: [
    network('cluster1/ns1/vn1', '10.0.0.0/24'),
    network('cluster2/ns1/vn2', '20.0.0.0/24'),
    network('cluster2/ns1/vn3', '30.0.0.0/24'),
  ],
});

/** The sound world: members of the mesh reach each other, vn3 reaches nobody but its own. */
const isolated: NonNullable<WorldOptions['replies']> = ({ pod }, target) => {
  const isThird = /^cn2-fleet-smoke-run-42-[a-z0-9]+-4(?:-n)?$/.test(pod);
  const third = target.startsWith('30.') || isThird;
  const own = target.startsWith('127.') || (target.startsWith('30.') && isThird);
  return third && !own ? 0 : 5;
};

async function verdicts(world: SmokeWorld, change: Parameters<SmokeWorld['run']>[0] = {}) {
  const { expected, result } = await world.run(change);
  const document = smokeDocument(world.options.fleet, expected, result);
  const of = (from: string, to: string) =>
    document.pairs.find(
      (pair) =>
        `${pair.source.cluster}:${pair.source.network}` === from && `${pair.target.cluster}:${pair.target.network}` === to,
    );
  return { document, result, of };
}

describe('a sound fleet', () => {
  const world = new SmokeWorld({ fleet, replies: isolated });

  test('every path as declared, blocks proved, nothing left behind', async () => {
    const { document, result, of } = await verdicts(world);
    expect(new Set(document.pairs.map((pair) => pair.verdict))).toEqual(new Set(['ok']));
    expect(document.pairs).toHaveLength(8);
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn3')).toMatchObject({ expected: 'block', sent: 5, received: 0 });
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({ rttMs: { min: 0.1, median: 0.3, p95: 0.5, jitter: 0.1 } });
    expect(result.leftovers).toEqual([]);
    expect(world.remains()).toEqual([]);
  });

  test('one exec per source to settle and one to measure', () => {
    const execs = [...world.clusters.values()].flatMap((cluster) => cluster.audit.filter((request) => request.verb === 'EXEC'));
    expect(execs).toHaveLength(2 * 5);
  });

  test('what was made: in the right namespaces, marked, annotated with central names, never with the fleet label', () => {
    const pods = [...world.clusters.values()].flatMap((cluster) =>
      cluster.audit.flatMap(({ verb, kind, object }) =>
        verb === 'CREATE' && kind === 'Pod' ? [{ cluster: cluster.name, object: object! }] : [],
      ),
    );
    const made = pods.map(({ cluster, object }) =>
      [cluster, object.metadata.namespace, object.metadata.annotations?.[NETWORKS_ANNOTATION]].join(' '),
    );
    expect(made.sort()).toEqual([
      'cluster1 cn2-fleet-smoke ',
      'cluster1 ns1 ns1/vn1',
      'cluster2 cn2-fleet-smoke ',
      'cluster2 ns1 kubemanager-cluster2-cluster2-ns1/vn2',
      'cluster2 ns1 kubemanager-cluster2-cluster2-ns1/vn3',
      'cluster2 ns1 kubemanager-cluster2-cluster2-ns1/vn3',
    ]);
    for (const { object } of pods) {
      expect(object.metadata.labels).toEqual({ 'cn2-fleet/smoke': 'run-42' });
      expect(object.metadata.annotations?.[EXPIRES_ANNOTATION]).toMatch(/^2026-01-01T00:15/);
    }
  });

  test('probes in a virtual network have routes to every other one, also the forbidden, and only their init container a capability', () => {
    const pod = world.central.audit.find(({ verb, object }) => verb === 'CREATE' && object?.metadata.namespace === 'ns1')!
      .object!;
    const spec = pod['spec'] as {
      initContainers: { command: string[]; securityContext: object }[];
      containers: { securityContext: object }[];
    };
    expect(spec.initContainers[0]!.command.slice(4)).toEqual(['20.0.0.0/24', '10.0.0.1', '30.0.0.0/24', '10.0.0.1']);
    expect(spec.initContainers[0]!.securityContext).toMatchObject({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } });
    expect(spec.containers[0]!.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    const plain = world.central.audit.find(
      ({ verb, kind, object }) => verb === 'CREATE' && kind === 'Pod' && object?.metadata.namespace === SMOKE_NAMESPACE,
    )!;
    expect(plain.object!['spec']).not.toHaveProperty('initContainers');
  });

  test('nothing but pods was written, and of namespaces none was asked for but the one that says whether CN2 is emulated', () => {
    for (const cluster of world.clusters.values()) {
      expect(cluster.writes().length).toBeGreaterThan(3);
      for (const write of cluster.writes()) expect(write.kind).toBe('Pod');
      const read = cluster.audit.filter(({ kind }) => kind === 'Namespace' || kind === 'ServiceAccount');
      expect(read.map(({ verb, name }) => `${verb} ${name}`)).toEqual(cluster.name === 'cluster1' ? ['GET contrail'] : []);
    }
  });
});

describe('what is wrong is said', () => {
  test('a path that is open though nothing joins it, and one that is closed', async () => {
    const world = new SmokeWorld({
      fleet,
      replies: ({ cluster }, target) => (cluster === 'cluster1' && target.startsWith('20.0.0') ? 0 : 5),
    });
    const { of } = await verdicts(world);
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn3')?.verdict).toBe('unexpectedly-reachable');
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')?.verdict).toBe('unreachable');
  });

  test('a network in which nobody hears anybody is not judged, not even as blocked', async () => {
    const world = new SmokeWorld({ fleet, replies: (_, target) => (/^[23]0\.0\.0/.test(target) ? 0 : 5) });
    const { of } = await verdicts(world);
    for (const target of ['cluster2:ns1/vn2', 'cluster2:ns1/vn3'])
      expect(of('cluster1:ns1/vn1', target)).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('nobody has heard the target, not even its own network'),
      });
  });

  test('a probe that cannot ping itself is given up after the first round, and says so once for all its paths', async () => {
    const mute = new SmokeWorld({ fleet, replies: ({ cluster }) => (cluster === 'cluster1' ? 0 : 5) });
    const began = mute.clock.now();
    const { document } = await verdicts(mute);
    const own = document.pairs.filter(({ source }) => source.cluster === 'cluster1');
    expect(new Set(own.map(({ verdict, reason }) => `${verdict}: ${reason}`))).toEqual(
      new Set(['inconclusive: the probe cannot ping itself: no reply']),
    );
    expect(mute.clock.now() - began).toBeLessThan(45_000);
  });

  test('where some packets are lost many more are sent', async () => {
    const world = new SmokeWorld({
      fleet,
      replies: (from, target) => (target.startsWith('20.0.0') ? 4 : isolated(from, target, 0)),
    });
    const { of } = await verdicts(world);
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({
      verdict: 'degraded',
      sent: 50,
      received: 40,
      reason: expect.stringContaining('20 % loss (95 % interval: 11.2 to 33 %)'),
    });
  });

  test('routes that arrive late are waited for, 30 s at most, and then measured once without loss', async () => {
    const start = new SmokeWorld({ fleet }).clock.now();
    const late = (after: number) =>
      new SmokeWorld({
        fleet,
        replies: (from, target, now) => (now - start < after ? (target.startsWith('127.') ? 5 : 0) : isolated(from, target, now)),
      });
    expect((await verdicts(late(12_000))).of('cluster1:default', 'cluster2:default')?.verdict).toBe('ok');
    expect((await verdicts(late(90_000))).of('cluster1:default', 'cluster2:default')?.verdict).toBe('unreachable');
  });

  test('an image that cannot be pulled: not-run at once, with node and reason', async () => {
    const world = new SmokeWorld({
      fleet,
      podStatus: (_, cluster) =>
        cluster === 'cluster2'
          ? { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'no such host' } } }] }
          : runningStatus(9),
    });
    const start = world.clock.now();
    const { of } = await verdicts(world);
    expect(of('cluster1:default', 'cluster2:default')).toMatchObject({
      verdict: 'not-run',
      reason: 'target: ErrImagePull on node node-a: no such host',
    });
    expect(world.clock.now() - start).toBeLessThan(10_000);
    expect(world.remains()).toEqual([]);
  });

  test('pods that never start: not-run with what they wait for', async () => {
    const pending = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
    };
    const { of } = await verdicts(new SmokeWorld({ fleet, podStatus: () => pending }));
    expect(of('cluster1:default', 'cluster2:default')?.reason).toContain(
      'not ready within 120 s: not scheduled: 0/1 nodes are available',
    );
  });

  test('a network that is not Success, a namespace that refuses the pod, a cluster without connection', async () => {
    const world = new SmokeWorld({
      fleet,
      networkState: (name) => (name === 'vn2' ? 'Failure' : 'Success'),
      before: ({ verb, kind, namespace, cluster }) => {
        if (verb !== 'CREATE' || kind !== 'Pod' || namespace !== 'ns1' || cluster !== 'cluster1') return;
        throw new ClusterError('cluster1: violates PodSecurity "restricted"', {
          cluster,
          status: 403,
          cause: 'forbidden',
          fieldConflicts: [],
        });
      },
    });
    const { of } = await verdicts(world);
    expect(of('cluster2:ns1/vn2', 'cluster2:ns1/vn3')).toMatchObject({
      verdict: 'not-run',
      reason: 'source: virtual network kubemanager-cluster2-cluster2-ns1/vn2 is Failure: odd',
    });
    expect(of('cluster2:ns1/vn3', 'cluster1:ns1/vn1')?.reason).toBe('target: cluster1: violates PodSecurity "restricted"');
    const alone = new SmokeWorld({ fleet });
    const clusters = new Map(alone.clusters);
    clusters.delete('cluster2');
    expect((await verdicts(alone, { clusters })).of('cluster1:default', 'cluster2:default')?.reason).toBe(
      'target: no connection to cluster2',
    );
  });

  test('an exec that is cut is tried again, a loss is not', async () => {
    let cuts = 0;
    const world = new SmokeWorld({
      fleet,
      replies: isolated,
      exec: async (request, _, otherwise) => {
        if (request.pod.endsWith('-2') && cuts++ < 2) return { status: 'incomplete', reason: 'cut', stdout: '', stderr: '' };
        return otherwise();
      },
    });
    expect((await verdicts(world)).document.pairs.every((pair) => pair.verdict === 'ok')).toBe(true);
    const dead = new SmokeWorld({
      fleet,
      exec: async () => ({ status: 'incomplete', reason: 'the connection is silent', stdout: '', stderr: '' }),
    });
    const { document } = await verdicts(dead);
    expect(new Set(document.pairs.map((pair) => `${pair.verdict} ${pair.reason}`))).toEqual(
      new Set(['inconclusive the connection is silent']),
    );
  });

  test('a broken ping and a silent neighbour make silence inconclusive, never a proved block', async () => {
    const mute = new SmokeWorld({ fleet, replies: () => 0 });
    expect((await verdicts(mute)).document.pairs.every((pair) => pair.verdict === 'inconclusive')).toBe(true);
    const lonely = new SmokeWorld({ fleet, replies: (_, target) => (target.startsWith('127.') ? 5 : 0) });
    expect((await verdicts(lonely)).of('cluster1:ns1/vn1', 'cluster2:ns1/vn3')?.verdict).toBe('inconclusive');
  });

  test('networks whose addresses overlap are not judged', async () => {
    const twins = smokeFleet({
      networks: [network('cluster1/ns1/vn1', '10.0.0.0/24'), network('cluster2/ns1/vn2', '10.0.0.0/24')],
      connections: [mesh('none', ['cluster1/ns1/vn1', 'cluster1/ns1/vn1'])],
    });
    expect((await verdicts(new SmokeWorld({ fleet: twins }))).of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({
      verdict: 'not-run',
      reason: expect.stringContaining('overlap'),
    });
  });

  test.each([undefined, '{"auths":{}}'])(
    'a fleet that was never applied since lacks the namespace: not made, what to do is said',
    async (pullSecret) => {
      const world = new SmokeWorld({ fleet, replies: isolated, neverApplied: ['cluster2'] });
      const { of, result } = await verdicts(world, { images: probeImagesFor(fleet, pullSecret) });
      expect(of('cluster2:default', 'cluster1:default')).toMatchObject({
        verdict: 'not-run',
        reason: expect.stringContaining(
          'cluster2: namespace cn2-fleet-smoke does not exist; it is an object of the fleet, so run cn2-fleet propose, merge and apply',
        ),
      });
      expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')?.verdict).toBe('ok');
      expect(world.cluster('cluster2').peek('Namespace', undefined, SMOKE_NAMESPACE)).toBeUndefined();
      expect(result.leftovers).toEqual([]);
    },
  );

  test('a namespace without its service account takes no pods: that is waited for, 10 s at most', async () => {
    const lacking = (until: number) => {
      const world: SmokeWorld = new SmokeWorld({
        fleet,
        replies: isolated,
        before: ({ verb, kind, namespace, cluster }) => {
          if (verb !== 'CREATE' || kind !== 'Pod' || namespace !== SMOKE_NAMESPACE || world.clock.now() - start >= until) return;
          throw new ClusterError(
            'create of Pod is refused (403): error looking up service account cn2-fleet-smoke/default: serviceaccount "default" not found',
            { cluster, status: 403, cause: 'forbidden', fieldConflicts: [] },
          );
        },
      });
      const start = world.clock.now();
      return world;
    };
    expect((await verdicts(lacking(3_000))).of('cluster1:default', 'cluster2:default')?.verdict).toBe('ok');
    expect((await verdicts(lacking(60_000))).of('cluster1:default', 'cluster2:default')?.reason).toContain(
      'serviceaccount "default" not found',
    );
  });

  test('an emulated central cluster is said to be one', async () => {
    const world = new SmokeWorld({ fleet });
    expect((await world.run()).result.emulated).toBe(false);
    world.central.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'contrail', annotations: { 'cn2-fleet/emulated': 'true' } },
    });
    expect((await world.run()).result.emulated).toBe(true);
  });
});

describe('clean-up in every ending', () => {
  test('the pull secret goes, too', async () => {
    const world = new SmokeWorld({ fleet, replies: isolated });
    await world.run({ images: probeImagesFor(fleet, '{"auths":{}}') });
    const secrets = world.central.audit.filter(({ verb, kind }) => verb === 'CREATE' && kind === 'Secret');
    expect(secrets.map(({ namespace }) => namespace).sort()).toEqual(['cn2-fleet-smoke', 'ns1']);
    expect(world.remains()).toEqual([]);
  });

  test('interrupted at any request: everything that was made is deleted within 3 s', async () => {
    const wide = smokeFleet({ networks: [...fleet.networks, network('cluster1/ns1/vn4', '40.0.0.0/24')] });
    const images = probeImagesFor(wide, '{"auths":{}}');
    const total = new SmokeWorld({ fleet: wide, replies: isolated });
    await total.run({ images });
    const requests = [...total.clusters.values()].reduce((sum, cluster) => sum + cluster.audit.length, 0);
    expect(requests).toBeGreaterThan(40);
    for (let at = 0; at < requests; at++) {
      const abort = new AbortController();
      let count = 0;
      let aborted = 0;
      const world: SmokeWorld = new SmokeWorld({
        fleet: wide,
        replies: isolated,
        before: () => {
          if (count++ !== at) return;
          aborted = world.clock.now();
          abort.abort();
        },
      });
      const { result } = await world.run({ signal: abort.signal, images });
      const took = world.clock.now() - aborted;
      for (let rounds = 0; rounds < 20; rounds++) await new Promise((resolve) => setImmediate(resolve));
      expect([at, world.remains()]).toEqual([at, []]);
      expect(result.leftovers).toEqual([]);
      expect(took).toBeLessThanOrEqual(3_000);
    }
  });

  test('an error of the tool itself is raised only after the clean-up', async () => {
    const world = new SmokeWorld({ fleet, replies: isolated });
    const { expected } = await new SmokeWorld({ fleet, replies: isolated }).run();
    const odd = { pairs: [...expected.pairs, { ...expected.pairs[0]!, source: { cluster: 'cluster1', network: 'no/such' } }] };
    await expect(world.run({ expected: odd })).rejects.toThrow('no network is declared for cluster1/no/such');
    expect(world.remains()).toEqual([]);
  });

  test('what cannot be removed is named with what holds it, and turns no path red', async () => {
    const world: SmokeWorld = new SmokeWorld({
      fleet,
      replies: isolated,
      before: ({ verb, cluster }) => {
        if (verb !== 'DELETE' || cluster !== 'cluster1') return;
        const pod = world.central.all().find(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === SMOKE_NAMESPACE);
        if (pod) world.central.put({ ...pod, metadata: { ...pod.metadata, finalizers: ['x.example'] } });
      },
    });
    const { document, result } = await verdicts(world);
    expect(result.leftovers).toEqual([
      expect.stringMatching(/^cluster1\/Pod\/cn2-fleet-smoke\/cn2-fleet-smoke-run-42-\w+-0: held by finalizers x.example$/),
    ]);
    expect(document.pairs.every((pair) => pair.verdict === 'ok')).toBe(true);
  });

  test('a finalizer on one cluster is named although the other has died', async () => {
    const world: SmokeWorld = new SmokeWorld({
      fleet,
      replies: isolated,
      before: ({ verb, cluster }) => {
        if (verb !== 'DELETE') return;
        if (cluster === 'cluster2')
          throw new ClusterError('cluster2: refuses connections', { cluster, cause: 'unreachable', fieldConflicts: [] });
        const pod = world.central.all().find(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === SMOKE_NAMESPACE);
        if (pod) world.central.put({ ...pod, metadata: { ...pod.metadata, finalizers: ['x.example'] } });
      },
    });
    const { leftovers } = (await world.run()).result;
    expect(leftovers).toContainEqual(expect.stringMatching(/^cluster1\/Pod\/.*: held by finalizers x\.example$/));
    expect(leftovers).toContainEqual(expect.stringMatching(/^cluster2\/.*: cluster2: refuses connections$/));
    expect(new Set(leftovers).size).toBe(leftovers.length);
  });

  test('a cluster that dies at the end is named, too', async () => {
    const world = new SmokeWorld({
      fleet,
      replies: isolated,
      before: ({ verb, cluster }) => {
        if (verb === 'DELETE' && cluster === 'cluster2')
          throw new ClusterError('cluster2: refuses connections', { cluster, cause: 'unreachable', fieldConflicts: [] });
      },
    });
    const { result } = await world.run({ images: probeImagesFor(fleet, '{"auths":{}}') });
    expect(result.leftovers.length).toBeGreaterThan(4);
    expect(result.leftovers[0]).toMatch(/^cluster2\/(?:Pod|Secret)\/.*: cluster2: refuses connections$/);
  });
});

describe('the janitor', () => {
  const left = (
    world: SmokeWorld,
    name: string,
    change: { manager?: string; expires?: string; label?: boolean; namespace?: string } = {},
  ) => {
    const object: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        namespace: change.namespace ?? 'ns1',
        name,
        labels: change.label === false ? {} : { 'cn2-fleet/smoke': 'old' },
        annotations: { [EXPIRES_ANNOTATION]: change.expires ?? '2025-12-31T23:00:00Z' },
      },
      spec: {},
      status: runningStatus(200),
    };
    world.central.put(object, change.manager ?? SMOKE_FIELD_MANAGER);
  };

  test('what a run left that has died goes without waiting for its expiry, and no other run’s', async () => {
    const world = new SmokeWorld({ fleet, replies: isolated });
    left(world, 'young', { expires: '2026-01-01T00:10:00Z' });
    await world.run({ dead: 'Somebody' });
    expect(world.central.peek('Pod', 'ns1', 'young')).toBeDefined();
    await world.run({ dead: 'Old' });
    expect(world.central.peek('Pod', 'ns1', 'young')).toBeUndefined();
  });

  test('a pull secret whose run died before it made a pod goes with that run, and no other secret', async () => {
    const world = new SmokeWorld({ fleet, replies: isolated });
    const secret = (name: string, label: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace: 'ns1',
        name,
        labels: { 'cn2-fleet/smoke': label },
        annotations: { [EXPIRES_ANNOTATION]: '2026-01-01T00:10:00Z' },
      },
    });
    for (const label of ['old', 'young']) world.central.put(secret(`cn2-fleet-smoke-${label}`, label), SMOKE_FIELD_MANAGER);
    await world.run({ dead: 'Old' });
    expect(world.remains()).toEqual(['cluster1/Secret/cn2-fleet-smoke-young']);
  });

  test('removes expired own pods of a killed run, and nothing else: the namespace stays, also one that an earlier version made', async () => {
    const world = new SmokeWorld({ fleet, replies: isolated });
    left(world, 'expired');
    left(world, 'beside', { namespace: SMOKE_NAMESPACE });
    left(world, 'young', { expires: '2026-01-01T00:10:00Z' });
    left(world, 'foreign', { manager: 'kubectl' });
    left(world, 'unlabelled', { label: false });
    left(world, 'odd-date', { expires: 'soon' });
    world.cluster('cluster2').put(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: SMOKE_NAMESPACE,
          labels: { 'cn2-fleet/smoke': 'old' },
          annotations: { [EXPIRES_ANNOTATION]: '2025-12-31T23:00:00Z' },
        },
      },
      SMOKE_FIELD_MANAGER,
    );
    await world.run();
    const names = world.central
      .all()
      .filter((object) => object.kind === 'Pod')
      .map((object) => object.metadata.name);
    expect(names).toEqual(['foreign', 'odd-date', 'unlabelled', 'young']);
    expect(world.progress).toContainEqual({
      type: 'note',
      text: 'cluster1: removed from an earlier run: Pod ns1/expired, Pod cn2-fleet-smoke/beside',
    });
    expect(world.cluster('cluster2').peek('Namespace', undefined, SMOKE_NAMESPACE)).toBeDefined();
  });
});
