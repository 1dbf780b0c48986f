import { describe, expect, test } from '@jest/globals';
import { SMOKE_FIELD_MANAGER, SMOKE_NAMESPACE } from '../../../src/cn2/names.ts';
import { smokeDocument } from '../../../src/expectation/smoke-document.ts';
import type { Fleet } from '../../../src/model/fleet.ts';
import { EXPIRES_ANNOTATION, keptLabel } from '../../../src/probe/marks.ts';
import type { SmokeInput } from '../../../src/probe/run-smoke.ts';
import { network, smokeFleet } from '../../support/smoke-fleet.ts';
import { heard, probeImagesFor, runningStatus, SmokeWorld, type WorldOptions } from '../../support/smoke-world.ts';

const plain = smokeFleet({
  networks: [network('cluster1/ns1/vn1', '10.0.0.0/24'), network('cluster2/ns1/vn2', '20.0.0.0/24')],
});
const withSmoke = (smoke: Partial<NonNullable<Fleet['smoke']>>): Fleet => ({ ...plain, smoke: { ...plain.smoke!, ...smoke } });

async function measured(world: SmokeWorld, change: Partial<SmokeInput> = {}) {
  const { result } = await world.run(change);
  const document = smokeDocument(world.options.fleet, result.expected, result);
  const of = (from: string, to: string) =>
    document.pairs.find(
      ({ source, target }) => `${source.cluster}:${source.network}` === from && `${target.cluster}:${target.network}` === to,
    );
  return { document, result, of };
}

const created = (world: SmokeWorld) =>
  [...world.clusters.values()].flatMap(({ audit }) =>
    audit.flatMap(({ verb, kind, object }) => (verb === 'CREATE' && kind === 'Pod' ? [object!] : [])),
  );

/** Every listener answers as it should: the pod that has the address, to the first address of the source. */
const answers: NonNullable<WorldOptions['tcp']> = ({ pod }, target, { addresses }) => {
  const own = [...addresses].find(([address, of]) => of === pod && address.includes('.'))?.[0] ?? '127.0.0.1';
  const local = target === '127.0.0.1' || target === '::1';
  return heard(local ? pod : (addresses.get(target) ?? 'nobody'), own);
};

describe('TCP beside pings', () => {
  test('connects as pings are answered; an address that is translated on the way is said', async () => {
    const world = new SmokeWorld({
      fleet: plain,
      tcp: (from, target, own) =>
        from.cluster === 'cluster2' && target.startsWith('198.')
          ? heard(own.addresses.get(target)!, '192.0.2.77')
          : answers(from, target, own),
    });
    const { of, document } = await measured(world);
    expect(new Set(document.pairs.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')?.tcp).toEqual({ result: 'connected' });
    expect(of('cluster2:default', 'cluster1:default')?.tcp).toEqual({ result: 'connected', seenAs: '192.0.2.77' });
  });

  test.each([
    ["nc: can't connect to remote host: Connection refused", 'degraded', /pings are answered, but a TCP connection is refused/],
    ['nc: timed out', 'degraded', /pings are answered, but no TCP connection is answered/],
    [heard('somebody', '10.0.0.10'), 'inconclusive', /another pod than the probe answers/],
  ])('%s: %s', async (line, verdict, reason) => {
    const tcp: WorldOptions['tcp'] = (from, target, own) => (target.startsWith('20.') ? line : answers(from, target, own));
    const { of } = await measured(new SmokeWorld({ fleet: plain, tcp }));
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  test('says nothing of a target whose own listener does not answer it, as with an image without nc', async () => {
    const tcp: WorldOptions['tcp'] = (_, target) => (target.startsWith('20.') ? 'nc: timed out' : undefined);
    const { document } = await measured(new SmokeWorld({ fleet: plain, tcp }));
    for (const pair of document.pairs) expect(pair).toMatchObject({ verdict: 'ok' });
    for (const pair of document.pairs) expect(pair).not.toHaveProperty('tcp');
  });

  test('a path that must be blocked and takes TCP is open, though no ping is answered', async () => {
    const apart = smokeFleet({ networks: [...plain.networks, network('cluster2/ns1/vn3', '30.0.0.0/24')] });
    const replies: WorldOptions['replies'] = ({ cluster }, target) =>
      target.startsWith('30.') && cluster === 'cluster1' ? 0 : 5;
    const { of } = await measured(new SmokeWorld({ fleet: apart, replies, tcp: answers }));
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn3')).toMatchObject({
      verdict: 'unexpectedly-reachable',
      reason: expect.stringContaining('a TCP connection is answered'),
    });
  });

  test('takes the place of pings where no ping socket may be opened, and that is said of the cluster', async () => {
    const replies: WorldOptions['replies'] = ({ cluster }) => (cluster === 'cluster1' ? 0 : 5);
    const { of, document } = await measured(new SmokeWorld({ fleet: plain, replies, tcp: answers }));
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({ verdict: 'ok', sent: 1, received: 1 });
    expect(document.means).toContainEqual({
      cluster: 'cluster1',
      means: 'exec',
      echo: 'tcp',
      reason: 'the probe cannot ping itself: no reply',
    });
    expect(document.means).toContainEqual({ cluster: 'cluster2', means: 'exec', echo: 'ping-socket' });
  });

  test('proves a network too that nobody else reaches', async () => {
    const fleet = smokeFleet({ networks: [...plain.networks, network('cluster1/alone/vn3', '10.0.3.0/24')] });
    const isVn3 = (world: SmokeWorld, pod: string) =>
      [...world.addresses].some(([address, of]) => of === pod && address.startsWith('10.0.3.'));
    const apart = (pod: string, target: string) =>
      isVn3(world, pod) ? /^(10\.0\.0|20)\./.test(target) : target.startsWith('10.0.3.');
    const world: SmokeWorld = new SmokeWorld({
      fleet,
      replies: ({ cluster, pod }, target) => (cluster === 'cluster1' || apart(pod, target) ? 0 : 5),
      tcp: (from, target, own) => (apart(from.pod, target) ? 'nc: timed out' : answers(from, target, own)),
    });
    const { of } = await measured(world);
    expect(of('cluster1:alone/vn3', 'cluster1:ns1/vn1')).toMatchObject({ expected: 'block', verdict: 'ok' });
  });
});

describe('the largest packet', () => {
  test('is what the link takes, or is found where that does not pass; the path stays as it is', async () => {
    const mtu: WorldOptions['mtu'] = (_, target) => (target.startsWith('20.') ? 1412 : 1500);
    const { of } = await measured(new SmokeWorld({ fleet: plain, mtu }));
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')).toMatchObject({ verdict: 'ok', mtu: 1412 });
    expect(of('cluster2:ns1/vn2', 'cluster1:ns1/vn1')).toMatchObject({ verdict: 'ok', mtu: 1500 });
  });
});

describe('what pings go out by', () => {
  const forbidden = (pod: Record<string, unknown>, rule: RegExp) =>
    rule.test(JSON.stringify(pod['spec']))
      ? { phase: 'Failed', reason: 'SysctlForbidden', message: 'forbidden sysctl' }
      : runningStatus(9);

  test('a cluster that forbids the sysctl: without it, and with NET_RAW only where the fleet allows it', async () => {
    const podStatus: WorldOptions['podStatus'] = (pod, cluster) =>
      cluster === 'cluster1' ? forbidden(pod, /ping_group_range/) : runningStatus(8);
    const strict = new SmokeWorld({ fleet: plain, podStatus });
    const { document } = await measured(strict);
    expect(document.means).toContainEqual(expect.objectContaining({ cluster: 'cluster1', echo: 'tcp' }));
    expect(JSON.stringify(created(strict))).not.toContain('NET_RAW');
    expect(strict.remains()).toEqual([]);
    const allowing = new SmokeWorld({ fleet: withSmoke({ netRaw: true }), podStatus });
    expect((await measured(allowing)).document.means).toContainEqual(
      expect.objectContaining({ cluster: 'cluster1', echo: 'raw-socket', reason: expect.stringContaining('forbidden sysctl') }),
    );
    expect(JSON.stringify(created(allowing))).toContain('NET_RAW');
    expect(allowing.remains()).toEqual([]);
  });
});

describe('a probe on every node', () => {
  const node = (name: string, ready = true, spec: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec,
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });

  test('pairs between nodes; one that is not ready is named, one that is cordoned or kept for others is left out', async () => {
    const world = new SmokeWorld({ fleet: withSmoke({ perNode: true }) });
    for (const each of [
      node('n1'),
      node('n2', false, { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] }),
      node('n3', true, { unschedulable: true }),
      node('n4', true, { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
    ])
      world.central.put(each);
    const { document } = await measured(world);
    const nodes = new Set(
      document.pairs.flatMap(({ source, target }) => [source, target]).map((end) => `${end.cluster} ${end.node}`),
    );
    expect([...nodes].sort()).toEqual(['cluster1 n1', 'cluster1 n2', 'cluster2 undefined']);
    for (const { source, target, verdict, reason } of document.pairs)
      if (source.node === 'n2' || target.node === 'n2')
        expect([verdict, reason]).toEqual(['not-run', expect.stringContaining('node n2 is not ready')]);
      else expect(verdict).toBe('ok');
    const placed = created(world).filter((pod) =>
      JSON.stringify(pod).includes('"metadata.name","operator":"In","values":["n1"]'),
    );
    expect(placed).toHaveLength(2);
  });
});

describe('neighbours', () => {
  test('are made only for those whom nobody has heard, and then silence is judged with them', async () => {
    const silent: WorldOptions['replies'] = (_, target) => (/^[12]0\./.test(target) ? 0 : 5);
    const world = new SmokeWorld({ fleet: plain, replies: silent });
    const { of } = await measured(world);
    const neighbours = created(world).filter(({ metadata }) => metadata.name.endsWith('-n'));
    expect(neighbours).toHaveLength(2);
    // They only answer: where the sysctl is forbidden they prove as much.
    expect(JSON.stringify(neighbours)).not.toContain('ping_group_range');
    expect(of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')?.verdict).toBe('inconclusive');
    const proven = new SmokeWorld({
      fleet: plain,
      replies: ({ pod }, target) => {
        const near = [...proven.addresses].find(([address]) => address === target)?.[1];
        return /^[12]0\./.test(target) ? (near === `${pod}-n` ? 5 : 0) : 5;
      },
    });
    expect((await measured(proven)).of('cluster1:ns1/vn1', 'cluster2:ns1/vn2')?.verdict).toBe('unreachable');
    expect(proven.remains()).toEqual([]);
  });
});

describe('neighbours of targets', () => {
  test('are made where whoever should be heard there could not be measured', async () => {
    const vn3 = network('cluster1/alone/vn3', '10.0.3.0/24');
    const fleet = smokeFleet({ networks: [...plain.networks, vn3] });
    const world = new SmokeWorld({
      fleet,
      exec: async (_, cluster, otherwise) =>
        cluster === 'cluster2' ? { status: 'incomplete', reason: 'no answer', stdout: '', stderr: '' } : otherwise(),
      replies: ({ pod }, target) => {
        const own = [...world.addresses].find(([address, of]) => of === pod && address.startsWith('10.0.3.'));
        const apart = own === undefined ? target.startsWith('10.0.3.') : /^(10\.0\.0|20)\./.test(target);
        return apart ? 0 : 5;
      },
    });
    const { of } = await measured(world);
    expect(of('cluster2:ns1/vn2', 'cluster1:ns1/vn1')?.verdict).toBe('inconclusive');
    expect(of('cluster1:alone/vn3', 'cluster1:ns1/vn1')).toMatchObject({ expected: 'block', verdict: 'ok' });
  });
});

describe('a target that has gone', () => {
  test('is not called unreachable in the default network either', async () => {
    const world: SmokeWorld = new SmokeWorld({
      fleet: plain,
      replies: (_, target) => (target.startsWith('198.') && world.cluster('cluster1') !== undefined ? gone(target) : 5),
      exec: async (request, cluster, otherwise) =>
        cluster === 'cluster2' && request.namespace === SMOKE_NAMESPACE
          ? { status: 'incomplete', reason: 'the node does not answer', stdout: '', stderr: '' }
          : otherwise(),
    });
    const gone = (target: string) => (world.addresses.get(target)?.endsWith('-1') ? 0 : 5);
    const { of } = await measured(world);
    expect(of('cluster1:default', 'cluster2:default')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('the node does not answer'),
    });
  });
});

describe('kept probes', () => {
  const fleet = withSmoke({ keepProbes: true });

  test('stay, serve again, and are made anew where something else is wanted of them', async () => {
    const world = new SmokeWorld({ fleet });
    expect((await measured(world)).document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    const kept = world.remains();
    expect(kept).toHaveLength(4);
    const before = created(world).length;
    await world.clock.advance(3_600_000);
    expect((await measured(world)).document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(created(world)).toHaveLength(before);
    expect(world.remains()).toEqual(kept);
    const images = new Map([...probeImagesFor(fleet)].map(([name]) => [name, { image: 'example.org/probe:2' }]));
    await measured(world, { images });
    expect(created(world)).toHaveLength(before + 4);
    expect(world.remains()).toHaveLength(4);
  });

  test('of a cluster that forbids the sysctl in one namespace: those in use stay, and serve again', async () => {
    const podStatus: WorldOptions['podStatus'] = (pod, cluster) =>
      cluster === 'cluster1' && pod.metadata.namespace === 'ns1' && JSON.stringify(pod['spec']).includes('ping_group_range')
        ? { phase: 'Failed', reason: 'SysctlForbidden', message: 'forbidden sysctl' }
        : undefined;
    let number = 100;
    const world = new SmokeWorld({ fleet, podStatus: (pod, cluster) => podStatus(pod, cluster) ?? runningStatus(number++) });
    expect((await measured(world)).document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    const kept = world.remains();
    expect(kept).toHaveLength(4);
    expect((await measured(world)).document.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(world.remains()).toEqual(kept);
  });

  test('name a pull secret that is made for each test: one that a dead test has left is replaced, one of somebody else stays', async () => {
    const world = new SmokeWorld({ fleet });
    const images = probeImagesFor(fleet, '{"auths":{}}');
    const left = (cluster: string, manager: string) =>
      world.cluster(cluster).put(
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            namespace: 'ns1',
            name: 'cn2-fleet-smoke-kept-guide',
            labels: { 'cn2-fleet/smoke': 'kept-guide' },
            annotations: { [EXPIRES_ANNOTATION]: '2026-01-01T00:10:00Z' },
          },
        },
        manager,
      );
    left('cluster1', SMOKE_FIELD_MANAGER);
    left('cluster2', 'kubectl');
    const { of } = await measured(world, { images });
    expect(of('cluster1:default', 'cluster2:default')?.verdict).toBe('ok');
    expect(of('cluster2:ns1/vn2', 'cluster1:ns1/vn1')?.reason).toContain('the pull secret of the probe could not be created');
    expect(world.remains().filter((name) => name.includes('/Secret/'))).toEqual(['cluster2/Secret/cn2-fleet-smoke-kept-guide']);
  });

  test('of two fleets with long names are two', () => {
    const names = ['a', 'b'].map((end) => keptLabel(`production-emea-datacentre-frankfurt-${end}`));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
  });

  test('go with the first test that does not want them, and with those that did not come up', async () => {
    const world = new SmokeWorld({ fleet });
    await measured(world);
    const other = new SmokeWorld({ fleet: plain });
    for (const [name, cluster] of other.clusters) cluster.load(world.cluster(name));
    await measured(other);
    expect(other.remains()).toEqual([]);
    const dead = new SmokeWorld({ fleet, podStatus: () => ({ phase: 'Failed', message: 'evicted' }) });
    await measured(dead);
    expect(dead.remains()).toEqual([]);
  });
});
