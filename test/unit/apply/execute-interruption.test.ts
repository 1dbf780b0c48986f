import { describe, expect, test } from '@jest/globals';
import { applyLeaseName } from '../../../src/apply/lease.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { attach, attached, contents, guide, start } from '../../support/attach.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import type { MemoryCn2 } from '../../support/memory-cn2.ts';

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
    for (let killed = 0; killed <= requests; killed += 1) {
      let seen = 0;
      // The request had its effect, its answer never came; a killed process sends nothing more.
      let dead = killed === 0;
      const die = () => {
        if (dead) throw new Error('killed');
      };
      const after = () => {
        seen += 1;
        dead ||= seen === killed;
        die();
      };
      const { cn2, clock } = start({ hooks: { before: die, after } });
      await attach(cn2, clock).catch(() => undefined);
      seen = requests;
      dead = false;
      const result = await attach(cn2, clock);
      expect({ killed, reason: result.reason }).toEqual({ killed, reason: undefined });
      expect(contents(cn2)).toEqual(wanted);
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
      expect(writes).toBeLessThan(at + 16);
      const lease = cn2.central.peek('Lease', 'contrail', applyLeaseName('guide'));
      expect(lease?.['spec']).toMatchObject({ holderIdentity: '' });
      expect((await attach(cn2, clock)).reason).toBeUndefined();
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
