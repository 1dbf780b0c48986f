import { describe, expect, test } from '@jest/globals';
import { resourceLookup } from '../../../src/apply/resources.ts';
import { waitForGate } from '../../../src/apply/wait-for-gate.ts';
import { type Gate, seenAs } from '../../../src/cn2/gate.ts';
import { failed, PASSED, waiting } from '../../../src/cn2/health.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryCluster, type MemoryClusterOptions } from '../../support/memory-cluster.ts';
import { namespace } from '../../support/memory-cn2.ts';

const NAMESPACES = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const PODS = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const WIDGETS = { group: 'example.org', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: false };

const gate: Gate = {
  stage: '70-namespaces',
  cluster: 'cluster1',
  watch: { spaces: { cluster: 'cluster1', group: '', kind: 'Namespace', name: 'ns1' } },
  judge: (seen) => (seenAs(seen, 'spaces').length > 0 ? PASSED : waiting('Namespace ns1 does not exist yet')),
};

function start(options: Partial<MemoryClusterOptions> = {}) {
  const cluster = new MemoryCluster({ name: 'cluster1', resources: [NAMESPACES], ...options });
  const clusters = new Map([['cluster1', cluster]]);
  const clock = new FakeClock();
  const told: string[] = [];
  const wait = (changes: Partial<Parameters<typeof waitForGate>[0]> = {}) =>
    waitForGate({
      gate,
      clusters,
      resources: resourceLookup(clusters),
      clock,
      signal: new AbortController().signal,
      timeout: 60_000,
      waiting: (detail) => void told.push(detail),
      ...changes,
    });
  return { cluster, clock, told, wait };
}

const forbidden = (cluster: string) =>
  new ClusterError(`${cluster}: may not list namespaces`, { cluster, cause: 'forbidden', fieldConflicts: [] });
const away = (cluster: string) =>
  new ClusterError(`${cluster}: connection refused`, { cluster, cause: 'unreachable', fieldConflicts: [] });

describe('waiting for a gate', () => {
  test('passes without waiting when it is passed', async () => {
    const { cluster, told, wait } = start();
    cluster.put(namespace('ns1'));
    expect(await wait()).toEqual({ state: 'passed', detail: '' });
    expect(told).toEqual([]);
  });

  test('what is odd is said once, when it has passed', async () => {
    const { cluster, wait } = start();
    const warned: string[] = [];
    const odd: Gate = { ...gate, warnings: (seen) => seenAs(seen, 'spaces').map(({ metadata }) => `${metadata.name} is odd`) };
    const result = await wait({
      gate: odd,
      warning: (text) => void warned.push(text),
      waiting: () => void cluster.put(namespace('ns1')),
    });
    expect(result).toEqual({ state: 'passed', detail: '' });
    expect(warned).toEqual(['ns1 is odd']);
  });

  test('of many objects the news is judged together', async () => {
    const { cluster, wait } = start();
    for (let count = 0; count < 300; count++) cluster.put(namespace(`old${count}`));
    const watch = { spaces: { cluster: 'cluster1', group: '', kind: 'Namespace' } };
    let judged = 0;
    let begun = false;
    const counted: Gate = {
      ...gate,
      watch,
      judge(seen) {
        judged += 1;
        return seenAs(seen, 'spaces').length >= 500 ? PASSED : waiting('more');
      },
    };
    const news = async () => {
      for (let count = 0; count < 200; count++) {
        cluster.put(namespace(`new${count}`));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const result = await wait({
      gate: counted,
      waiting() {
        if (begun) return;
        begun = true;
        void news();
      },
    });
    expect(result).toEqual({ state: 'passed', detail: '' });
    expect(judged).toBeLessThan(100);
  });

  test('an event ends the wait, not a timer', async () => {
    const { cluster, clock, told, wait } = start();
    const manual = new FakeClock(clock.now(), { manual: true });
    setTimeout(() => cluster.put(namespace('ns1')), 20);
    expect(await wait({ clock: manual })).toEqual({ state: 'passed', detail: '' });
    expect(manual.now()).toBe(clock.now());
    expect(told).toEqual(['Namespace ns1 does not exist yet']);
  });

  test('a watch that has died silently is made good by a listing', async () => {
    const { cluster, clock, wait } = start();
    cluster.watch = async function* silent(_, { signal }) {
      await clock.sleep(3_600_000, signal);
      yield* [];
    };
    void clock.sleep(5000).then(() => cluster.put(namespace('ns1')));
    const began = clock.now();
    expect((await wait()).state).toBe('passed');
    expect(clock.now() - began).toBeLessThanOrEqual(10_000);
  });

  test('a kind that appears later is found', async () => {
    const { cluster, clock, wait } = start();
    const widgets: Gate = { ...gate, watch: { spaces: { cluster: 'cluster1', group: 'example.org', kind: 'Widget' } } };
    void clock.sleep(3000).then(() => {
      cluster.serve(WIDGETS);
      cluster.put({ apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' } });
    });
    expect((await wait({ gate: widgets })).state).toBe('passed');
  });

  test('a failed judgement ends it at once', async () => {
    const { clock, wait } = start();
    const began = clock.now();
    expect(await wait({ gate: { ...gate, judge: () => failed('broken') } })).toEqual({ state: 'failed', detail: 'broken' });
    expect(clock.now()).toBe(began);
  });

  test('what may not be read fails it; what cannot be reached is waited for and named at the time-out', async () => {
    const denied = start({
      before: ({ verb }) => {
        if (verb === 'LIST') throw forbidden('cluster1');
      },
    });
    expect(await denied.wait()).toEqual({ state: 'failed', detail: 'cluster1: may not list namespaces' });
    const gone = start({
      before: ({ verb }) => {
        if (verb !== 'DISCOVERY') throw away('cluster1');
      },
    });
    expect(await gone.wait()).toEqual({ state: 'timeout', detail: 'cluster1: connection refused' });
    expect(gone.told).toEqual(['cluster1: connection refused']);
  });

  test('all that may not be read is said, in the order of the gate, whichever answer comes first', async () => {
    const { clock, wait } = start({
      resources: [NAMESPACES, PODS],
      before: async ({ verb, kind }) => {
        if (verb !== 'LIST') return;
        if (kind === 'Namespace') await clock.sleep(400);
        throw new ClusterError(`cluster1: may not list ${kind}`, { cluster: 'cluster1', cause: 'forbidden', fieldConflicts: [] });
      },
    });
    const both: Gate = { ...gate, watch: { ...gate.watch, pods: { cluster: 'cluster1', group: '', kind: 'Pod' } } };
    expect(await wait({ gate: both })).toEqual({
      state: 'failed',
      detail: 'cluster1: may not list Namespace; cluster1: may not list Pod',
    });
  });

  test('an aggregated API that does not answer is not taken for an absent kind', async () => {
    const { cluster, wait } = start();
    cluster.makeUnavailable('example.org');
    const absent: Gate = {
      ...gate,
      watch: { spaces: { cluster: 'cluster1', group: 'example.org', kind: 'Widget' } },
      judge: (seen) => (seenAs(seen, 'spaces').length === 0 ? PASSED : waiting('there')),
    };
    expect(await wait({ gate: absent, timeout: 5000 })).toEqual({
      state: 'timeout',
      detail: 'cluster1: the API of example.org does not answer',
    });
  });

  test('nothing is left watching', async () => {
    const { cluster, wait } = start();
    cluster.put(namespace('ns1'));
    await wait();
    const before = cluster.audit.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(cluster.audit.length).toBe(before);
  });
});

describe('a gate that takes long', () => {
  const withPods: Gate = { ...gate, pods: { cluster: 'cluster1', namespaces: ['contrail'] } };
  const pulling = (message: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'vrouter-1', namespace: 'contrail' },
    spec: { nodeName: 'node1' },
    status: { containerStatuses: [{ name: 'a', image: 'x/a:1', state: { waiting: { reason: 'ErrImagePull', message } } }] },
  });
  const lists = (cluster: MemoryCluster) => cluster.audit.filter(({ verb, kind }) => verb === 'LIST' && kind === 'Pod').length;

  test('says after half a minute why its pods do not run, and again at the time-out', async () => {
    const { cluster, told, wait } = start({ resources: [NAMESPACES, PODS] });
    cluster.put(pulling('unauthorized'));
    const cause = 'image x/a:1 cannot be pulled on node1 (Pod contrail/vrouter-1: unauthorized)';
    const result = await wait({ gate: withPods });
    expect(result).toEqual({ state: 'timeout', detail: `${cause}; Namespace ns1 does not exist yet` });
    expect(told).toEqual(['Namespace ns1 does not exist yet', result.detail]);
    expect(lists(cluster)).toBe(2);
  });

  test('what was the cause is forgotten once it is gone', async () => {
    const { cluster, clock, told, wait } = start({ resources: [NAMESPACES, PODS] });
    cluster.put(pulling('unauthorized'));
    void clock.sleep(40_000).then(() => cluster.remove('Pod', 'contrail', 'vrouter-1'));
    expect((await wait({ gate: withPods, timeout: 100_000 })).detail).toBe('Namespace ns1 does not exist yet');
    expect(told).toHaveLength(3);
  });

  test('one that passes in time asks for no pods', async () => {
    const { cluster, clock, wait } = start({ resources: [NAMESPACES, PODS] });
    void clock.sleep(20_000).then(() => cluster.put(namespace('ns1')));
    expect((await wait({ gate: withPods })).state).toBe('passed');
    expect(lists(cluster)).toBe(0);
  });

  test('a look that is never answered holds up neither the gate nor who stops the run', async () => {
    const stuck = () =>
      start({
        resources: [NAMESPACES, PODS],
        before: ({ verb, kind }) => (verb === 'LIST' && kind === 'Pod' ? new Promise<void>(() => {}) : undefined),
      });
    const { cluster, clock, wait } = stuck();
    void clock.sleep(33_000).then(() => cluster.put(namespace('ns1')));
    const began = clock.now();
    expect((await wait({ gate: withPods })).state).toBe('passed');
    expect(clock.now() - began).toBeLessThanOrEqual(40_000);
    const other = stuck();
    const stop = new AbortController();
    void other.clock.sleep(31_000).then(() => stop.abort());
    expect((await other.wait({ gate: withPods, signal: stop.signal })).state).toBe('stopped');
    expect((await stuck().wait({ gate: withPods })).state).toBe('timeout');
  });

  test('without the right to see pods it says what it says anyway', async () => {
    const { wait } = start({
      resources: [NAMESPACES, PODS],
      before: ({ verb, kind }) => {
        if (verb === 'LIST' && kind === 'Pod') throw forbidden('cluster1');
      },
    });
    expect(await wait({ gate: withPods })).toEqual({ state: 'timeout', detail: 'Namespace ns1 does not exist yet' });
  });
});

describe('a trial', () => {
  const trial: Gate = {
    ...gate,
    judge: () => PASSED,
    trial: () => ({ cluster: 'cluster1', object: { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' } } }),
  };

  test('is repeated until the server takes it, and stores nothing', async () => {
    let refusals = 3;
    const { cluster, told, wait } = start({
      resources: [NAMESPACES, WIDGETS],
      before: ({ verb, cluster: name }) => {
        if (verb !== 'CREATE-DRYRUN' || refusals === 0) return;
        refusals -= 1;
        throw new ClusterError(`${name}: conversion webhook refused the connection`, {
          cluster: name,
          cause: 'error',
          status: 500,
          fieldConflicts: [],
        });
      },
    });
    expect((await wait({ gate: trial })).state).toBe('passed');
    expect(cluster.counts().byVerb['CREATE-DRYRUN']).toBe(4);
    expect(cluster.writes()).toEqual([]);
    expect(told).toEqual(['a trial Widget in example.org/v1 is refused: cluster1: conversion webhook refused the connection']);
  });

  test('a version that is not served yet is waited for', async () => {
    const { cluster, clock, told, wait } = start();
    void clock.sleep(2500).then(() => cluster.serve(WIDGETS));
    expect((await wait({ gate: trial })).state).toBe('passed');
    expect(told).toEqual(['cluster1 does not serve example.org/v1 Widget yet']);
  });
});
