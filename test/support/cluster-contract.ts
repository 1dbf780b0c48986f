import { describe, expect, test } from '@jest/globals';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { hasMoved } from '../../src/ports/preconditions.ts';

const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const NAMESPACE = 'default';
let names = 0;

function nextName(): string {
  names += 1;
  return `contract-${names}`;
}

function place({ metadata: { uid, resourceVersion } }: KubernetesObject): { uid: string; resourceVersion: string } {
  return { uid: uid ?? '', resourceVersion: resourceVersion ?? '' };
}

async function refusal(request: Promise<unknown>): Promise<ClusterError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterError);
  return error as ClusterError;
}

/** How a contract is run. */
export interface ContractOptions {
  /** Default: ConfigMaps; or a kind with their fields. */
  maps?: Resource;
  /** What its API serves; default: everything. */
  switches?: Partial<Switches>;
  /** The connection beneath, for what others write and see; default: the same. */
  beneath?: () => Cluster;
}

/**
 * What the writes of an apply rely on: preconditions, create-only, ownership. Runs against a real API server and against the one
 * in memory, so that what the second says in other tests is what the first does; and on APIs that serve less.
 */
export function clusterContract(
  connect: () => Cluster,
  { maps = CONFIG_MAPS, switches = {}, beneath = connect }: ContractOptions = {},
): void {
  const recorded = switches.managedFields !== 'off';
  /** Whether the server itself applies; else it is done on our side. */
  const byServer = recorded && switches.serverSideApply !== 'off';
  const apiVersion = maps.group === '' ? maps.version : `${maps.group}/${maps.version}`;
  const object = (name: string, data: Record<string, string>, metadata: object = {}): KubernetesObject => ({
    apiVersion,
    kind: maps.kind,
    metadata: { name, namespace: NAMESPACE, ...metadata },
    data,
  });
  const at = (name: string) => ({ resource: maps, namespace: NAMESPACE, name });
  const created = async (data: Record<string, string>) => {
    const name = nextName();
    return { name, live: await connect().apply(maps, object(name, data, { resourceVersion: '1' })) };
  };

  /** Somebody else has no server-side apply either where there is none. */
  const whereServerApplies = (name: string, run: () => Promise<void>) => {
    if (byServer) test(name, run);
  };

  /** What somebody else writes into the object as it is. */
  const meddle = async (name: string, data: Record<string, string>) => {
    const live = (await beneath().get(at(name))) as KubernetesObject;
    const merged = { ...live, data: { ...(live['data'] as object), ...data } };
    await beneath().update(maps, merged, { fieldManager: 'somebody' });
    return (await connect().get(at(name))) as KubernetesObject;
  };

  describe('apply with preconditions', () => {
    test('current uid and resourceVersion: written; the same content again moves nothing', async () => {
      const { name, live } = await created({ a: '1' });
      const next = await connect().apply(maps, object(name, { a: '2' }, place(live)));
      expect(next['data']).toEqual({ a: '2' });
      const same = await connect().apply(maps, object(name, { a: '2' }, place(next)));
      expect(same.metadata.resourceVersion).toBe(next.metadata.resourceVersion);
      expect(same.metadata.managedFields).toEqual(next.metadata.managedFields);
    });

    test.each([
      ['other content', '3', false],
      ['identical content', '2', false],
      ['force', '3', true],
    ])('a stale resourceVersion is a conflict, with %s too', async (_, value, force) => {
      const { name, live } = await created({ a: '1' });
      await connect().apply(maps, object(name, { a: '2' }));
      const error = await refusal(connect().apply(maps, object(name, { a: value }, place(live)), { force }));
      expect(error).toMatchObject({ cause: 'conflict', status: 409, fieldConflicts: [] });
      expect((await connect().get(at(name)))?.['data']).toEqual({ a: '2' });
    });

    test('another uid under the name: not accepted; with a stale resourceVersion a conflict', async () => {
      const { name, live } = await created({ a: '1' });
      const other = { ...place(live), uid: '00000000-0000-4000-8000-000000000000' };
      const replaced = await refusal(connect().apply(maps, object(name, { a: '2' }, other)));
      expect(hasMoved(replaced)).toBe(true);
      if (byServer) expect(replaced).toMatchObject({ cause: 'invalid', status: 422, message: expect.stringContaining('uid') });
      const stale = await refusal(connect().apply(maps, object(name, { a: '2' }, { ...other, resourceVersion: '2' })));
      expect(stale).toMatchObject({ cause: 'conflict', status: 409 });
    });

    test('a uid where nothing is: a conflict, nothing is made', async () => {
      const { name, live } = await created({ a: '1' });
      await connect().delete(at(name));
      const error = await refusal(connect().apply(maps, object(name, { a: '2' }, place(live))));
      expect(error).toMatchObject({ cause: 'conflict', status: 409 });
      expect(await connect().get(at(name))).toBeUndefined();
    });

    test.each([false, true])('resourceVersion "1" creates only what is not there (force: %s)', async (force) => {
      const { name, live } = await created({ a: '1' });
      const error = await refusal(connect().apply(maps, object(name, { a: '2' }, { resourceVersion: '1' }), { force }));
      expect(error).toMatchObject({ cause: 'conflict', status: 409, fieldConflicts: [] });
      expect(await connect().get(at(name))).toEqual(live);
    });

    test('what it creates is owned by an Apply entry from the start', async () => {
      const { live } = await created({ a: '1' });
      expect(live.metadata.managedFields).toMatchObject([
        { manager: 'cn2-fleet', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
      ]);
    });

    const zero = (name: string) => connect().apply(maps, object(name, { a: '2' }, { resourceVersion: '0' }));
    if (maps.group === '') {
      test('resourceVersion "0" is no precondition', async () => {
        const { name } = await created({ a: '1' });
        expect((await zero(name))['data']).toEqual({ a: '2' });
      });
    } else {
      test('resourceVersion "0" is not accepted of a custom resource', async () => {
        const { name } = await created({ a: '1' });
        expect(await refusal(zero(name))).toMatchObject({ status: byServer ? 422 : 409 });
      });
    }

    test('a namespace that is not there: not found', async () => {
      const error = await refusal(connect().apply(maps, object('x', {}, { namespace: 'absent', resourceVersion: '1' })));
      expect(error).toMatchObject({ cause: 'not-found', status: 404 });
    });

    test('managedFields are not accepted', async () => {
      const error = await refusal(connect().apply(maps, object(nextName(), {}, { managedFields: [{ manager: 'x' }] })));
      expect(error.cause).toBe('invalid');
    });

    test('a dry-run stores nothing and shows what would be', async () => {
      const { name, live } = await created({ a: '1' });
      const would = await connect().apply(maps, object(name, { a: '2' }, place(live)), { dryRun: true });
      expect(would['data']).toEqual({ a: '2' });
      const made = await connect().apply(maps, object(nextName(), { a: '2' }, { resourceVersion: '1' }), { dryRun: true });
      expect(await connect().get(at(made.metadata.name))).toBeUndefined();
      expect(await connect().get(at(name))).toEqual(live);
    });
  });

  describe('ownership', () => {
    test("another manager's value: a conflict that names field and manager, before the resourceVersion is looked at; force takes it", async () => {
      const { name, live } = await created({ a: '1', b: '1' });
      const theirs = await meddle(name, { a: '9' });
      for (const metadata of !recorded ? [] : byServer ? [place(theirs), place(live)] : [place(theirs)]) {
        const error = await refusal(connect().apply(maps, object(name, { a: '1', b: '1' }, metadata)));
        expect(error).toMatchObject({ cause: 'conflict', fieldConflicts: [{ field: '.data.a', manager: 'somebody' }] });
      }
      const taken = await connect().apply(maps, object(name, { a: '1', b: '1' }, place(theirs)), { force: true });
      expect(taken['data']).toEqual({ a: '1', b: '1' });
      expect(taken.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['cn2-fleet']);
    });

    whereServerApplies('the same value is shared, and stays while one of them wants it', async () => {
      const { name } = await created({ a: '1' });
      await connect().apply(maps, object(name, { a: '1' }), { fieldManager: 'somebody' });
      const left = await connect().apply(maps, object(name, {}));
      expect(left['data']).toEqual({ a: '1' });
      const gone = await connect().apply(maps, object(name, {}), { fieldManager: 'somebody' });
      expect(gone['data'] ?? {}).toEqual({});
    });

    test('a field that is no longer sent goes away', async () => {
      const { name } = await created({ a: '1', b: '2' });
      const next = await connect().apply(maps, object(name, { b: '2' }));
      expect(next['data']).toEqual({ b: '2' });
    });

    test('what others add stays, and what goes of ours leaves it alone', async () => {
      const { name } = await created({ a: '1', b: '2' });
      await meddle(name, { theirs: 'x' });
      const next = await connect().apply(maps, object(name, { b: '3' }));
      expect(next['data']).toEqual({ b: '3', theirs: 'x' });
      expect((await connect().apply(maps, object(name, {})))['data']).toEqual({ theirs: 'x' });
    });

    test('what goes of ours goes with the value that somebody gave it, unless that is recorded', async () => {
      const { name } = await created({ a: '1', b: '2' });
      await meddle(name, { a: '9' });
      const next = await connect().apply(maps, object(name, { b: '2' }));
      expect(next['data']).toEqual(recorded ? { a: '9', b: '2' } : { b: '2' });
    });

    whereServerApplies('our own POST is a conflict with ourselves later', async () => {
      const name = nextName();
      await connect().create(maps, object(name, { a: '1' }));
      const error = await refusal(connect().apply(maps, object(name, { a: '2' })));
      expect(error).toMatchObject({ cause: 'conflict', fieldConflicts: [{ field: '.data.a', manager: 'cn2-fleet' }] });
    });
  });

  describe('records of ownership', () => {
    const withoutPart = ({ metadata }: KubernetesObject) =>
      (metadata.managedFields ?? []).filter(({ manager }) => manager !== 'somebody');

    test('replaced, nothing else changes; what becomes ours goes when we do not want it', async () => {
      const { name } = await created({ a: '1' });
      const theirs = await meddle(name, { b: '2' });
      const own = theirs.metadata.managedFields?.find(({ manager }) => manager === 'cn2-fleet');
      const record = { ...own!, fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } };
      const ours = await connect().replaceManagedFields(at(name), { ...place(theirs), managedFields: [record] });
      expect(ours['data']).toEqual({ a: '1', b: '2' });
      expect(ours.metadata.managedFields?.map(({ manager, operation }) => [manager, operation])).toEqual([
        ['cn2-fleet', 'Apply'],
      ]);
      expect((await connect().apply(maps, object(name, { a: '1' }, place(ours))))['data']).toEqual({ a: '1' });
    });

    whereServerApplies('what was shared goes when we want it no more', async () => {
      const { name } = await created({ a: '1' });
      const shared = await connect().apply(maps, object(name, { a: '1' }), { fieldManager: 'somebody' });
      const ours = await connect().replaceManagedFields(at(name), { ...place(shared), managedFields: withoutPart(shared) });
      expect(ours['data']).toEqual({ a: '1' });
      expect(ours.metadata.managedFields?.map(({ manager, operation }) => [manager, operation])).toEqual([
        ['cn2-fleet', 'Apply'],
      ]);
      expect(ours.metadata.resourceVersion).not.toBe(shared.metadata.resourceVersion);
      expect((await connect().apply(maps, object(name, {}, place(ours))))['data'] ?? {}).toEqual({});
    });

    test('on an object that has moved, or another one of the name: a conflict, nothing changes', async () => {
      const { name, live } = await created({ a: '1' });
      const moved = await connect().apply(maps, object(name, { a: '1', b: '2' }));
      const records = { managedFields: withoutPart(moved).slice(0, 0).concat({ manager: 'x', operation: 'Update' }) };
      for (const stale of [place(live), { ...place(moved), uid: '00000000-0000-0000-0000-000000000000' }]) {
        const error = await refusal(connect().replaceManagedFields(at(name), { ...stale, ...records }));
        expect(error.cause).toBe('conflict');
      }
      expect(await connect().get(at(name))).toEqual(moved);
    });

    test('of an object that is not there: not found', async () => {
      const nothing = { uid: 'u', resourceVersion: '1', managedFields: [] };
      expect(await refusal(connect().replaceManagedFields(at(nextName()), nothing))).toMatchObject({ cause: 'not-found' });
    });
  });

  describe('other writes', () => {
    test('delete holds on to uid and resourceVersion; gone already is no error', async () => {
      const { name, live } = await created({ a: '1' });
      const moved = await connect().apply(maps, object(name, { a: '2' }));
      expect((await refusal(connect().delete(at(name), place(live)))).cause).toBe('conflict');
      const otherUid = { ...place(moved), uid: '00000000-0000-4000-8000-000000000000' };
      expect((await refusal(connect().delete(at(name), otherUid))).cause).toBe('conflict');
      await connect().delete(at(name), place(moved));
      expect(await connect().get(at(name))).toBeUndefined();
      await connect().delete(at(name), place(moved));
    });

    test('a finalizer keeps what is deleted, marked, until it is taken away', async () => {
      const name = nextName();
      const live = await connect().apply(maps, object(name, {}, { finalizers: ['example.org/keep'] }));
      await connect().delete(at(name), place(live));
      const leaving = (await connect().get(at(name))) as KubernetesObject;
      expect(leaving.metadata.deletionTimestamp).toBeDefined();
      expect(leaving.metadata.resourceVersion).not.toBe(live.metadata.resourceVersion);
      await connect().apply(maps, object(name, {}));
      expect(await connect().get(at(name))).toBeUndefined();
    });

    test('POST of what is there, PUT of what has moved and of what is not there', async () => {
      const { name } = await created({ a: '1' });
      const live = (await beneath().get(at(name))) as KubernetesObject;
      expect((await refusal(beneath().create(maps, object(name, {})))).cause).toBe('conflict');
      const next = await beneath().update(maps, { ...live, data: { a: '2' } });
      expect(next['data']).toEqual({ a: '2' });
      expect((await refusal(beneath().update(maps, { ...live, data: { a: '3' } }))).cause).toBe('conflict');
      expect((await refusal(beneath().update(maps, object(nextName(), {})))).cause).toBe('not-found');
    });

    test('a dry-run POST stores nothing', async () => {
      if (switches.dryRun !== undefined && switches.dryRun !== 'served') return;
      const name = nextName();
      await connect().create(maps, object(name, {}), { dryRun: true });
      expect(await connect().get(at(name))).toBeUndefined();
    });
  });

  describe('reads', () => {
    test('list narrows by name and label', async () => {
      const one = nextName();
      const two = nextName();
      for (const name of [one, two]) await connect().apply(maps, object(name, {}, { labels: { of: one, is: name } }));
      const list = async (options: object) =>
        (await connect().list(maps, { namespace: NAMESPACE, ...options })).map(({ metadata }) => metadata.name).sort();
      expect(await list({ labelSelector: `of=${one}` })).toEqual([one, two]);
      expect(await list({ labelSelector: `of=${one},is=${two}` })).toEqual([two]);
      expect(await list({ fieldSelector: `metadata.name=${one}` })).toEqual([one]);
      expect(await connect().list(maps, { namespace: 'absent' })).toEqual([]);
    });

    test('watch starts with what is there, follows it and ends with the signal', async () => {
      const { name } = await created({ a: '1' });
      const abort = new AbortController();
      const seen: string[] = [];
      for await (const event of connect().watch(maps, { namespace: NAMESPACE, name, signal: abort.signal })) {
        const value = (event.object['data'] as Record<string, string> | undefined)?.['a'];
        seen.push(`${event.type} ${value}`);
        if (event.type === 'ADDED') await connect().apply(maps, object(name, { a: '2' }));
        if (event.type === 'MODIFIED') await connect().delete(at(name));
        if (event.type === 'DELETED') abort.abort();
      }
      expect(seen).toEqual(['ADDED 1', 'MODIFIED 2', 'DELETED 2']);
    });
  });
}
