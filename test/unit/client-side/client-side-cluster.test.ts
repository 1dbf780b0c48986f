import { describe, expect, test } from '@jest/globals';
import { ClientSideCluster } from '../../../src/client-side/client-side-cluster.ts';
import { LAST_APPLIED_ANNOTATION } from '../../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../../src/model/kubernetes.ts';
import { observe } from '../../../src/observe/observe.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { AGGREGATED_MAPS } from '../../support/aggregated.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { limitedCluster } from '../../support/limited-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const MAPS = AGGREGATED_MAPS;
const NONE = { serverSideApply: 'off', dryRun: 'off', managedFields: 'off' } as const;

function map(name: string, data: Record<string, unknown>, metadata: object = {}): KubernetesObject {
  const apiVersion = `${MAPS.group}/${MAPS.version}`;
  return { apiVersion, kind: MAPS.kind, metadata: { namespace: 'default', name, ...metadata }, data };
}

/** A cluster whose API of MAPS lacks something, and what reached it. */
function limited(switches = {}) {
  const { central } = memoryCn2();
  central.serve(MAPS);
  return { central, cluster: new ClientSideCluster(limitedCluster(central, switches)) };
}

function place({ metadata: { uid, resourceVersion } }: KubernetesObject) {
  return { uid: uid ?? '', resourceVersion: resourceVersion ?? '' };
}

const requests = (central: { audit: { verb: string; kind?: string }[] }) =>
  central.audit.filter(({ kind }) => kind === MAPS.kind).map(({ verb }) => verb);

describe('writes on our side', () => {
  test('what was listed is written without being read again', async () => {
    const { central, cluster } = limited(NONE);
    await cluster.apply(MAPS, map('a', { x: '1' }, { resourceVersion: '1' }));
    const [live] = await cluster.list(MAPS);
    central.audit.length = 0;
    await cluster.apply(MAPS, map('a', { x: '2' }, place(live!)), { dryRun: true });
    expect(requests(central)).toEqual([]);
    await cluster.apply(MAPS, map('a', { x: '2' }, place(live!)));
    expect(requests(central)).toEqual(['UPDATE']);
  });

  test('an API that knows no dry-run is never sent one, with server-side apply or without', async () => {
    for (const switches of [{ dryRun: 'off' }, { dryRun: 'refused' }, NONE] as const) {
      const { central, cluster } = limited(switches);
      const live = await cluster.apply(MAPS, map('a', { x: '1' }, { resourceVersion: '1' }));
      central.audit.length = 0;
      const would = await cluster.apply(MAPS, map('a', { x: '2' }, place(live)), { dryRun: true });
      expect(would['data']).toEqual({ x: '2' });
      expect(await cluster.get({ resource: MAPS, namespace: 'default', name: 'a' })).toEqual(live);
      expect(central.audit.filter(({ verb }) => !['GET', 'LIST'].includes(verb))).toEqual([]);
    }
  });

  test('an object with a number that is not exact here is not written back; one of floats is', async () => {
    const { central, cluster } = limited(NONE);
    await cluster.apply(MAPS, map('a', { x: '1' }, { resourceVersion: '1' }));
    const stored = central.peek(MAPS.kind, 'default', 'a')!;
    const change = map('a', { x: '2' });
    central.put({ ...stored, spec: { theirs: [{ ratio: 0.5, big: Number.MAX_SAFE_INTEGER }] } }, 'somebody');
    await cluster.apply(MAPS, change);
    central.put({ ...central.peek(MAPS.kind, 'default', 'a')!, spec: { theirs: [{ big: 2 ** 53 }] } }, 'somebody');
    const before = central.peek(MAPS.kind, 'default', 'a');
    await expect(cluster.apply(MAPS, map('a', { x: '3' }))).rejects.toMatchObject({
      cause: 'invalid',
      message: expect.stringContaining('2^53'),
    });
    expect(central.peek(MAPS.kind, 'default', 'a')).toEqual(before);
  });

  test('an object that is too large for its annotation is not written', async () => {
    const { central, cluster } = limited(NONE);
    const noise = Array.from({ length: 20_000 }, (_, index) => Math.sin(index).toString(36)).join('');
    await expect(cluster.apply(MAPS, map('a', { noise }, { resourceVersion: '1' }))).rejects.toMatchObject({ cause: 'invalid' });
    expect(requests(central)).toEqual([]);
  });

  test('a server that repeats what it was sent repeats nothing that is packed', async () => {
    const { central, cluster: _ } = limited(NONE);
    for (const length of [300, 100_000]) {
      const echoing = new Proxy(limitedCluster(central, NONE), {
        get(target, property) {
          const member: unknown = Reflect.get(target, property);
          if (property !== 'create') return typeof member === 'function' ? member.bind(target) : member;
          return async (__: Resource, object: KubernetesObject) => {
            const text = (object.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? '').slice(0, length);
            throw new ClusterError(`c: annotation: Invalid value: "${text}": no`, {
              cluster: 'c',
              cause: 'invalid',
              fieldConflicts: [],
            });
          };
        },
      });
      const data = { canary: 'a-value-that-nobody-may-see-again-in-whatever-form-it-is-packed' };
      const refused = new ClientSideCluster(echoing).apply(MAPS, map('b', data, { resourceVersion: '1' }));
      await expect(refused).rejects.toMatchObject({
        cause: 'invalid',
        message: 'c: annotation: Invalid value: "(what was applied)": no',
      });
    }
  });

  test('what is read without its annotation is not written back as a whole', async () => {
    const { cluster } = limited(NONE);
    const live = await cluster.apply(MAPS, map('a', { x: '1' }, { resourceVersion: '1' }));
    await expect(cluster.update(MAPS, live)).rejects.toThrow('is to be applied');
  });

  test('the first object of its group tells that no records are kept: it gets its annotation at once', async () => {
    const { central, cluster } = limited({ managedFields: 'off' });
    expect(await cluster.abilities(MAPS)).toEqual({ serverSideApply: true, dryRun: true });
    const made = await cluster.apply(MAPS, map('a', { x: '1' }, { resourceVersion: '1' }));
    expect(requests(central)).toEqual(['APPLY', 'GET', 'UPDATE']);
    expect(made.metadata.managedFields).toMatchObject([{ manager: 'cn2-fleet', operation: 'Apply' }]);
    expect(await cluster.abilities(MAPS)).toEqual({ serverSideApply: false, dryRun: true });
    await cluster.apply(MAPS, map('b', { x: '1' }, { resourceVersion: '1' }));
    expect(requests(central).slice(3)).toEqual(['CREATE']);
  });
});

describe('a map that was declared empty', () => {
  const cases: [string, unknown, unknown, unknown][] = [
    ['is declared with a member', {}, { p: '1' }, { x: '1' }],
    ['below another one is declared with a member', { m: {} }, { m: { p: '1' } }, { m: { x: '1' } }],
    ['stays declared empty', { m: {} }, { m: { p: '1' } }, { m: {} }],
    ['is declared no more', { m: {} }, { m: { p: '1' } }, {}],
    ['is declared no more, and nothing came into it', { m: {}, n: '1' }, { m: {}, n: '1' }, { n: '1' }],
  ];
  test.each(cases)('keeps what somebody put into it as with server-side apply where it %s', async (_, first, theirs, second) => {
    const data = (value: unknown) => map('a', value as Record<string, unknown>);
    const results = [];
    for (const switches of [{}, { ...NONE, managedFields: undefined }, NONE]) {
      const { central, cluster } = limited(switches);
      await cluster.apply(MAPS, data(first));
      central.put({ ...central.peek(MAPS.kind, 'default', 'a')!, data: theirs }, 'kubectl-edit');
      results.push((await cluster.apply(MAPS, data(second)))['data'] ?? {});
    }
    expect(results).toEqual([results[0], results[0], results[0]]);
  });
});

describe('what cannot be read', () => {
  test('makes the cluster unknown, with one sentence', async () => {
    const { central } = memoryCn2();
    const message = 'cluster1: /openapi/v3/apis/core.contrail.juniper.net/v1alpha1 is not an OpenAPI description';
    const unreadable = new Proxy(central as Cluster, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (property !== 'abilities') return typeof member === 'function' ? member.bind(target) : member;
        return async ({ group }: Resource) => {
          if (group !== 'core.contrail.juniper.net') return { serverSideApply: true, dryRun: true };
          throw new ClusterError(message, { cluster: 'cluster1', cause: 'error', fieldConflicts: [] });
        };
      },
    });
    const fleet = guideDeclaration().fleet!;
    const live = await observe({ fleet, clusters: new Map([['cluster1', new ClientSideCluster(unreadable)]]), manifests: [] });
    expect(live.clusters[0]).toMatchObject({ status: 'unknown', problem: { cause: 'error', message } });
  });
});
