import { describe, expect, test } from '@jest/globals';
import { readLeaseState } from '../../../src/apply/applied.ts';
import { LockLostError } from '../../../src/apply/held-lock.ts';
import { applyLeaseName, leaseSpec, microTime, smokeLeaseName } from '../../../src/apply/lease.ts';
import { acquireLock, type LockInput, withLock } from '../../../src/apply/lock.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { parseKinds } from '../../../src/plan/kinds-in-use.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryReporter, takeLock } from '../../support/lock.ts';
import type { MemoryCluster, MemoryClusterOptions } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

function start(hooks: Pick<MemoryClusterOptions, 'before' | 'after'> = {}): { central: MemoryCluster; clock: FakeClock } {
  const clock = new FakeClock(undefined, { manual: true });
  return { central: memoryCn2({ hooks, now: () => clock.now() }).central, clock };
}

function input(central: MemoryCluster, clock: FakeClock, changes: Partial<LockInput> = {}): LockInput {
  return {
    central,
    name: applyLeaseName('guide'),
    holder: 'second',
    ttl: 60,
    timeout: 90,
    clock,
    reporter: new MemoryReporter(),
    signal: new AbortController().signal,
    ...changes,
  };
}

function lease(central: MemoryCluster): KubernetesObject {
  return central.peek('Lease', 'contrail', 'cn2-fleet-guide') as KubernetesObject;
}

describe('taking the lock', () => {
  test('a free Lease is written with holder, duration and times that Kubernetes accepts', async () => {
    const { central, clock } = start();
    await takeLock(central, clock, { holder: 'first' });
    expect(leaseSpec(lease(central))).toEqual({
      holderIdentity: 'first',
      leaseDurationSeconds: 60,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
  });

  test('another holder that renews is waited for, never robbed, and named at the end', async () => {
    const { central, clock } = start();
    await takeLock(central, clock, { holder: 'first' });
    const reporter = new MemoryReporter();
    const waiting = acquireLock(input(central, clock, { reporter }));
    await clock.advance(95_000);
    const result = await waiting;
    expect(result).toMatchObject({ status: 'locked', holder: 'first' });
    expect(result).toMatchObject({
      message: expect.stringContaining('lease contrail/cn2-fleet-guide on cluster1 is held by first'),
    });
    expect(reporter.events).toEqual([{ type: 'note', text: 'waiting for the lock that first holds' }]);
    expect(leaseSpec(lease(central)).holderIdentity).toBe('first');
  });

  test('a lock that is given back while somebody waits is taken at once', async () => {
    const { central, clock } = start();
    const first = await takeLock(central, clock, { holder: 'first' });
    const waiting = acquireLock(input(central, clock));
    await clock.advance(5000);
    await first.release();
    await clock.advance(1500);
    const taken = await waiting;
    expect(taken).toMatchObject({ status: 'held' });
    expect(taken).not.toHaveProperty('takenFrom');
  });

  test('the lock of a run that died is taken over after its time to live, within the time-out', async () => {
    const { central, clock } = start();
    const dead = { holderIdentity: 'dead', leaseDurationSeconds: 60, renewTime: microTime(clock.now()), leaseTransitions: 3 };
    central.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'cn2-fleet-guide', namespace: 'contrail' },
      spec: dead,
    });
    const waiting = acquireLock(input(central, clock));
    await clock.advance(58_000);
    expect(leaseSpec(lease(central)).holderIdentity).toBe('dead');
    await clock.advance(4_000);
    expect(await waiting).toMatchObject({ status: 'held', takenFrom: 'dead' });
    expect(leaseSpec(lease(central))).toMatchObject({ holderIdentity: 'second', leaseTransitions: 4 });
  });

  test.each([-3_600_000, 3_600_000])('a living holder whose clock is %i ms off keeps its lock', async (skew) => {
    const { central, clock } = start();
    const skewed = { now: () => clock.now() + skew, ticks: () => clock.ticks(), sleep: clock.sleep.bind(clock) };
    await takeLock(central, skewed, { holder: 'first' });
    const waiting = acquireLock(input(central, clock));
    await clock.advance(95_000);
    expect(await waiting).toMatchObject({ status: 'locked', holder: 'first' });
  });

  test('of two that create the Lease at once one has it', async () => {
    const { central, clock } = start();
    const both = Promise.all(['a', 'b'].map((holder) => acquireLock(input(central, clock, { holder }))));
    await clock.advance(95_000);
    const states = (await both).map((result) => result.status);
    expect(states.sort()).toEqual(['held', 'locked']);
  });

  test('a signal ends the wait', async () => {
    const { central, clock } = start();
    await takeLock(central, clock, { holder: 'first' });
    const abort = new AbortController();
    const waiting = acquireLock(input(central, clock, { signal: abort.signal }));
    await clock.advance(2000);
    abort.abort();
    await clock.advance(0);
    expect(await waiting).toEqual({ status: 'stopped' });
  });

  test('the smoke test has a lock of its own', async () => {
    const { central, clock } = start();
    await takeLock(central, clock, { holder: 'first' });
    expect(await acquireLock(input(central, clock, { name: smokeLeaseName('guide') }))).toMatchObject({ status: 'held' });
  });
});

describe('holding the lock', () => {
  test('it is renewed at a third of its time to live', async () => {
    const { central, clock } = start();
    await takeLock(central, clock, { holder: 'first' });
    await clock.advance(19_000);
    expect(leaseSpec(lease(central)).renewTime).toBe('2026-01-01T00:00:00.000000Z');
    await clock.advance(2_000);
    expect(leaseSpec(lease(central)).renewTime).toBe('2026-01-01T00:00:20.000000Z');
    await clock.advance(60_000);
    expect(leaseSpec(lease(central)).renewTime).toBe('2026-01-01T00:01:20.000000Z');
  });

  test('a renewal that fails is tried again; only the time to live decides', async () => {
    let broken = false;
    const { central, clock } = start({
      before: ({ verb, cluster }) => {
        if (broken && verb === 'UPDATE') throw new ClusterError('away', { cluster, cause: 'unreachable', fieldConflicts: [] });
      },
    });
    const lock = await takeLock(central, clock);
    broken = true;
    await clock.advance(50_000);
    expect(lock.isHeld()).toBe(true);
    broken = false;
    await clock.advance(20_000);
    expect(lock.isHeld()).toBe(true);
    broken = true;
    await clock.advance(70_000);
    expect(lock.isHeld()).toBe(false);
    expect(lock.lost.aborted).toBe(true);
    expect(() => lock.assertHeld()).toThrow('lease contrail/cn2-fleet-guide on cluster1 could not be renewed for 60 s');
  });

  test('a renewal counts from when it was sent, however late its answer came', async () => {
    let updates = 0;
    const { central, clock } = start({
      before: ({ verb, cluster }) => {
        if (verb === 'UPDATE' && updates > 0)
          throw new ClusterError('away', { cluster, cause: 'unreachable', fieldConflicts: [] });
      },
      after: async ({ verb }) => {
        if (verb !== 'UPDATE') return;
        updates += 1;
        await clock.sleep(15_000);
      },
    });
    const lock = await takeLock(central, clock);
    await clock.advance(79_000);
    expect(updates).toBe(1);
    expect(lock.isHeld()).toBe(true);
    await clock.advance(1_000);
    expect(lock.isHeld()).toBe(false);
  });

  test.each([-3_600_000, 3_600_000])(
    'a time of day that is set by %i ms neither takes a living lock nor keeps a dead one',
    async (by) => {
      let away = false;
      const { central, clock } = start({
        before: ({ verb, cluster }) => {
          if (away && verb === 'UPDATE') throw new ClusterError('away', { cluster, cause: 'unreachable', fieldConflicts: [] });
        },
      });
      const lock = await takeLock(central, clock, { holder: 'first' });
      const waiting = acquireLock(input(central, clock));
      await clock.advance(5_000);
      clock.setBy(by);
      expect(lock.isHeld()).toBe(true);
      await clock.advance(80_000);
      expect(lock.isHeld()).toBe(true);
      await clock.advance(10_000);
      expect(await waiting).toMatchObject({ status: 'locked', holder: 'first' });
      away = true;
      clock.setBy(-by);
      await clock.advance(61_000);
      expect(() => lock.assertHeld()).toThrow(LockLostError);
    },
  );

  test('fencing: a process that was stopped for longer than the time to live may not write', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    clock.jump(60_000);
    expect(() => lock.assertHeld()).toThrow(LockLostError);
    expect(lock.lost.aborted).toBe(true);
  });

  test('taken over by another: lost, and not cleared', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock, { holder: 'first' });
    central.put({ ...lease(central), spec: { ...leaseSpec(lease(central)), holderIdentity: 'thief' } });
    await clock.advance(21_000);
    expect(lock.lost.aborted).toBe(true);
    expect(lock.lostReason()).toBe('lease contrail/cn2-fleet-guide on cluster1 was taken over by thief');
    await lock.release();
    expect(leaseSpec(lease(central)).holderIdentity).toBe('thief');
  });

  test('a Lease that somebody else has annotated meanwhile is still ours', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    const live = lease(central);
    central.put({ ...live, metadata: { ...live.metadata, annotations: { note: 'x' } } });
    await clock.advance(21_000);
    expect(lock.isHeld()).toBe(true);
    expect(lease(central).metadata.annotations).toEqual({ note: 'x' });
  });

  test('a Lease that was deleted is lost', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    central.remove('Lease', 'contrail', 'cn2-fleet-guide');
    await clock.advance(21_000);
    expect(lock.lost.aborted).toBe(true);
    expect(lock.lostReason()).toContain('the Lease was deleted');
  });

  test('giving it back clears the holder and keeps the mark', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    await lock.markUnproven('sha256:a');
    await lock.release();
    expect(leaseSpec(lease(central)).holderIdentity).toBe('');
    expect((await readLeaseState(central, 'guide')).unproven).toBe('sha256:a');
    const next = await takeLock(central, clock, { holder: 'next' });
    expect(next.unproven()).toBe('sha256:a');
    await next.endProven();
    expect((await readLeaseState(central, 'guide')).unproven).toBeUndefined();
    await next.release();
  });

  test('kinds in use are added before the first write, outlive the lock, and go at a proven end alone', async () => {
    const { central, clock } = start();
    const kinds = (text: string) => parseKinds(text)!;
    const recorded = () => lease(central).metadata.annotations?.['cn2-fleet/extra-kinds'];
    const first = await takeLock(central, clock);
    await first.markUnproven('sha256:a', undefined, kinds('{"cluster1":["/ConfigMap"]}'));
    await first.release();
    const second = await takeLock(central, clock, { holder: 'second' });
    await second.markUnproven('sha256:b', undefined, kinds('{"cluster2":["/Pod"]}'));
    const both = '{"cluster1":["/ConfigMap"],"cluster2":["/Pod"]}';
    expect(recorded()).toBe(both);
    await second.endProven();
    expect(recorded()).toBe(both);
    const third = await takeLock(central, clock, { holder: 'third' });
    await third.endProven(undefined, kinds('{}'));
    expect(recorded()).toBeUndefined();
    expect(leaseSpec(lease(central)).holderIdentity).toBe('');
  });

  test('the end of an apply is one write: the record, and the lock back', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    await lock.markUnproven('sha256:a');
    const before = central.writes().length;
    await lock.endProven();
    expect(central.writes()).toHaveLength(before + 1);
    expect(leaseSpec(lease(central)).holderIdentity).toBe('');
    expect((await readLeaseState(central, 'guide')).unproven).toBeUndefined();
    expect(() => lock.assertHeld()).toThrow(LockLostError);
    await lock.release();
    expect(central.writes()).toHaveLength(before + 1);
  });

  test.each(['throttled', 'unavailable', 'timeout'] as const)(
    'a write to the Lease that ends as %s is repeated',
    async (cause) => {
      for (const moment of ['before', 'after'] as const) {
        let failures = 0;
        const fail = ({ verb, cluster }: { verb: string; cluster: string }) => {
          if (failures === 0 || (verb !== 'UPDATE' && verb !== 'CREATE')) return;
          failures -= 1;
          throw new ClusterError('busy', { cluster, cause, fieldConflicts: [] });
        };
        const { central, clock } = start({ [moment]: fail });
        failures = 2;
        const taking = acquireLock(input(central, clock));
        await clock.advance(5_000);
        const result = await taking;
        if (result.status !== 'held') throw new Error(`the lock is ${result.status}`);
        failures = 1;
        const marking = result.lock.markUnproven('sha256:a');
        await clock.advance(2_000);
        await marking;
        expect((await readLeaseState(central, 'guide')).unproven).toBe('sha256:a');
        failures = 5;
        const ending = result.lock.endProven();
        await clock.advance(30_000);
        await ending.catch((error: unknown) => {
          // The answer of the write that gave it back was lost: the Lease says that it was done.
          throw error;
        });
        expect((await readLeaseState(central, 'guide')).unproven).toBeUndefined();
        expect(leaseSpec(lease(central)).holderIdentity).toBe('');
      }
    },
  );

  test('marks and renewals do not get into each other', async () => {
    const { central, clock } = start();
    const lock = await takeLock(central, clock);
    const marks = ['a', 'b', 'c'].map((digest) => lock.markUnproven(digest));
    await clock.advance(60_000);
    await Promise.all(marks);
    expect(lock.unproven()).toBe('c');
    expect(lock.isHeld()).toBe(true);
  });

  test('nothing is open where there is no Lease', async () => {
    const { central } = start();
    expect((await readLeaseState(central, 'guide')).unproven).toBeUndefined();
  });
});

describe('withLock', () => {
  test('gives the lock back when the body throws', async () => {
    const { central, clock } = start();
    const run = withLock(input(central, clock), async () => {
      throw new Error('body');
    });
    await expect(run).rejects.toThrow('body');
    expect(leaseSpec(lease(central)).holderIdentity).toBe('');
  });

  test('a body that finds its lock lost ends as locked', async () => {
    const { central, clock } = start();
    const run = withLock(input(central, clock), async (lock) => {
      await lock.markUnproven('sha256:a');
      central.put({ ...lease(central), spec: { ...leaseSpec(lease(central)), holderIdentity: 'thief' } });
      await lock.endProven();
    });
    expect(await run).toMatchObject({
      status: 'locked',
      holder: 'thief',
      message: expect.stringContaining('taken over by thief'),
    });
    expect((await readLeaseState(central, 'guide')).unproven).toBe('sha256:a');
  });

  test('answers what the body answers', async () => {
    const { central, clock } = start();
    expect(await withLock(input(central, clock), async (lock) => lock.holder)).toEqual({ status: 'ran', value: 'second' });
  });

  test('a central cluster without namespace contrail is an error, not a lock', async () => {
    const { central, clock } = start();
    central.remove('Namespace', undefined, 'contrail');
    await expect(withLock(input(central, clock), async () => 1)).rejects.toThrow('namespace contrail not found');
  });
});
