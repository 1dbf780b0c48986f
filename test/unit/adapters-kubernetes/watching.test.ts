import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { answer, kubeconfigFor, ScriptedApi, status } from '../../support/scripted-api.ts';

const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

function pod(name: string, resourceVersion: string, uid = `uid-${name}`) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n', uid, resourceVersion } };
}

function send(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

/** Serves listings and watch connections in turn; records from which resourceVersion each watch began. */
async function start(lists: object[][], watches: ((response: ServerResponse) => void)[]) {
  const begun: string[] = [];
  let [list, watch] = [0, 0];
  const api = await ScriptedApi.start((request, response) => {
    const query = new URL(request.url!, 'http://x').searchParams;
    if (!query.has('watch')) {
      const items = lists[Math.min(list, lists.length - 1)]!;
      answer(response, 200, { metadata: { resourceVersion: `${++list}000` }, items });
      return;
    }
    begun.push(query.get('resourceVersion')!);
    response.writeHead(200);
    response.flushHeaders();
    watches[Math.min(watch++, watches.length - 1)]!(response);
  });
  return { api, begun };
}

async function collect(cluster: Cluster, count: number, signal = new AbortController().signal): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of cluster.watch(PODS, { namespace: 'n', signal })) {
    seen.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
    if (seen.length === count) break;
  }
  return seen;
}

const quiet = () => undefined;

describe('a watch', () => {
  test('goes on from the last event or bookmark after the connection was cut', async () => {
    const { api, begun } = await start(
      [[pod('a', '1')]],
      [
        (response) => {
          send(response, 'MODIFIED', pod('a', '1001'));
          send(response, 'BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '1050' } });
          response.end();
        },
        (response) => {
          send(response, 'ADDED', pod('b', '1060'));
          setTimeout(() => response.destroy(), 20);
        },
        (response) => send(response, 'DELETED', pod('a', '1070')),
      ],
    );
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    expect(await collect(cluster, 4)).toEqual(['ADDED a@1', 'MODIFIED a@1001', 'ADDED b@1060', 'DELETED a@1070']);
    expect(begun).toEqual(['1000', '1050', '1060']);
  });

  test('lists again when its place is too old, and tells what it has missed', async () => {
    const { api, begun } = await start(
      [
        [pod('gone', '1'), pod('same', '2'), pod('moved', '3'), pod('replaced', '4')],
        [pod('same', '2'), pod('moved', '9'), pod('replaced', '8', 'another-uid'), pod('new', '7')],
      ],
      [(response) => response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n`), quiet],
    );
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    expect((await collect(cluster, 9)).slice(4)).toEqual([
      'DELETED gone@1',
      'DELETED replaced@4',
      'MODIFIED moved@9',
      'ADDED replaced@8',
      'ADDED new@7',
    ]);
    expect(begun).toEqual(['1000']);
  });

  test('puts together what arrives in pieces', async () => {
    const text = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('größe', '1001') })}\n`);
    const { api } = await start(
      [[]],
      [
        (response) => {
          let sent = 0;
          const timer = setInterval(() => {
            if (sent < text.length) response.write(text.subarray(sent, ++sent));
            else clearInterval(timer);
          }, 1);
        },
      ],
    );
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    expect(await collect(cluster, 1)).toEqual(['ADDED größe@1001']);
  });

  test('outlives a server that is away for a moment', async () => {
    const { api } = await start(
      [[]],
      [(response) => response.destroy(), (response) => response.destroy(), (response) => send(response, 'ADDED', pod('a', '1'))],
    );
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    expect(await collect(cluster, 1)).toEqual(['ADDED a@1']);
  });

  test('ends at once when its signal aborts, while it is quiet or waiting to connect again', async () => {
    for (const behavior of [quiet, (response: ServerResponse) => response.destroy()]) {
      const { api } = await start([[]], [behavior]);
      await using _ = api;
      await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
      const stop = new AbortController();
      const watching = collect(cluster, 1, stop.signal);
      setTimeout(() => stop.abort(), 100);
      expect(await watching).toEqual([]);
    }
  });

  test('closes its connection when the consumer leaves', async () => {
    const closed: Promise<void>[] = [];
    const { api } = await start(
      [[pod('a', '1')]],
      [
        (response) => {
          closed.push(new Promise((resolve) => response.once('close', resolve)));
          send(response, 'MODIFIED', pod('a', '2'));
        },
      ],
    );
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    expect(await collect(cluster, 2)).toHaveLength(2);
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });

  test('gives up where waiting does not help', async () => {
    await using api = await ScriptedApi.start((request, response) =>
      request.url!.includes('watch=')
        ? answer(response, 403, status(403, 'Forbidden', 'User "u" cannot watch resource'))
        : answer(response, 200, { metadata: {}, items: [] }),
    );
    await using cluster = kubernetesConnector().connect('c', kubeconfigFor(api.url));
    const error = await collect(cluster, 1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ClusterError);
    expect((error as ClusterError).message).toBe('c: the credential may not watch pods in namespace n (403)');
  });
});
