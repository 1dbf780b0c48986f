import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import { ALL_SERVED } from '../../lab/apiserver/aggregated/switches.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { NAMESPACE, pathOf } from '../../lab/cn2/control/kinds.ts';
import { followSwitches } from '../../lab/cn2/core-api/follow-switches.ts';
import { SWITCHES_ANNOTATION, SWITCHES_IN_FORCE } from '../../lab/cn2/core-api/switches-annotation.ts';
import { startAggregatedCore } from '../support/aggregated.ts';
import { APPLY, named, offersDryRun, operations, path, refused, SUBNET, until } from '../support/aggregated-subnets.ts';

let server: AggregatedApiServer;
let client: KubeClient;

beforeAll(async () => {
  server = await startAggregatedCore({ name: 'central' });
  client = new KubeClient(connectionOf(server.kubeconfig));
}, 120_000);

afterEach(() => server?.set(ALL_SERVED));

afterAll(async () => {
  client?.[Symbol.dispose]();
  await server?.stop();
});

describe('switches', () => {
  test('without server-side apply: refused and not offered, other patches work', async () => {
    const object = named();
    server.set({ serverSideApply: 'off' });
    expect(await refused(client.apply(SUBNET, object, 'a'))).toMatchObject({ status: 415 });
    await client.create(SUBNET, object);
    await client.merge(SUBNET, 'default', object.metadata.name, { spec: { defaultGateway: '10.0.0.1' } });
    const { patch } = await operations(client);
    expect(Object.keys(patch.requestBody?.content ?? {}).sort()).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
    ]);
    expect(offersDryRun(patch)).toBe(true);
  });

  test('without dry-run: not offered, and the parameter changes nothing', async () => {
    const object = named();
    server.set({ dryRun: 'off' });
    const { patch, post } = await operations(client);
    expect([offersDryRun(patch), offersDryRun(post)]).toEqual([false, false]);
    await client.json('POST', `${pathOf(SUBNET, 'default')}?dryRun=All`, object);
    expect(await client.get(SUBNET, 'default', object.metadata.name)).toBeDefined();
  });

  test('with dry-run refused: 400, nothing is stored', async () => {
    const object = named();
    server.set({ dryRun: 'refused' });
    expect(await refused(client.json('POST', `${pathOf(SUBNET, 'default')}?dryRun=All`, object))).toMatchObject({ status: 400 });
    expect(await client.get(SUBNET, 'default', object.metadata.name)).toBeUndefined();
    expect(offersDryRun((await operations(client)).post)).toBe(false);
  });

  test('without managedFields: none in objects, lists, tables and events; owners still count', async () => {
    const object = named();
    server.set({ managedFields: 'off' });
    const watched: unknown[] = [];
    const ending = new AbortController();
    const { resourceVersion } = await client.list(SUBNET, 'default');
    const watching = (async () => {
      for await (const event of client.watch(SUBNET, 'default', resourceVersion, ending.signal)) watched.push(event.object);
    })().catch(() => {});
    const written = await client.apply(SUBNET, object, 'a');
    const listed = (await client.list(SUBNET, 'default')).items;
    await until(async () => watched.length > 0);
    ending.abort();
    await watching;
    const got = await client.get(SUBNET, 'default', object.metadata.name);
    expect(JSON.stringify([written, listed, watched, got])).not.toContain('managedFields');
    const other = { ...object, spec: { cidr: '10.9.0.0/24' } };
    expect(await refused(client.json('PATCH', path(object, '?fieldManager=b'), other, APPLY))).toMatchObject({ status: 409 });
    server.set({ managedFields: 'served' });
    expect((await client.get(SUBNET, 'default', object.metadata.name))?.metadata.managedFields).toHaveLength(1);
  });

  test('slow', async () => {
    server.set({ delay: 700 });
    const started = Date.now();
    await client.list(SUBNET, 'default');
    expect(Date.now() - started).toBeGreaterThanOrEqual(700);
  });

  test('down: 503, watches are cut, the rest of the first server works; up again it goes on', async () => {
    const { resourceVersion } = await client.list(SUBNET, 'default');
    let ended = false;
    const watching = (async () => {
      for await (const _ of client.watch(SUBNET, 'default', resourceVersion, new AbortController().signal));
    })()
      .catch(() => {})
      .finally(() => {
        ended = true;
      });
    await sleep(300);
    expect(ended).toBe(false);
    server.set({ down: true });
    await watching;
    expect(await refused(client.list(SUBNET, 'default'))).toMatchObject({ status: 503 });
    expect((await client.list(NAMESPACE)).items.length).toBeGreaterThan(0);
    server.set({ down: false });
    await until(async () => (await client.list(SUBNET, 'default')).items.length > 0, 60);
  }, 90_000);
});

describe('the annotation of namespace contrail-system', () => {
  const annotations = async () => (await client.get(NAMESPACE, undefined, 'contrail-system'))?.metadata.annotations ?? {};
  const ask = (text: string | null) =>
    client.merge(NAMESPACE, undefined, 'contrail-system', { metadata: { annotations: { [SWITCHES_ANNOTATION]: text } } });
  const inForce = (text: string) => until(async () => (await annotations())[SWITCHES_IN_FORCE] === text);

  test('is followed while everything runs, and answered; what cannot be read changes nothing', async () => {
    const ending = new AbortController();
    const following = followSwitches({ first: client, set: server.set, signal: ending.signal, log: () => {} });
    await inForce(JSON.stringify(ALL_SERVED));
    await ask('{"managedFields":"off"}');
    const off = JSON.stringify({ ...ALL_SERVED, managedFields: 'off' });
    await inForce(off);
    expect(server.switches).toEqual({ ...ALL_SERVED, managedFields: 'off' });
    await ask('{"managedFields":"of"}');
    await inForce(`${off} (refused: managedFields cannot be "of")`);
    expect(server.switches.managedFields).toBe('off');
    await ask(null);
    await inForce(JSON.stringify(ALL_SERVED));
    expect(server.switches).toEqual(ALL_SERVED);
    ending.abort();
    await following;
  });
});
