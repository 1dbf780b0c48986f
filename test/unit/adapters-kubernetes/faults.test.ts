import { describe, expect, test } from '@jest/globals';
import { namesOf } from '../../../src/adapters/kubernetes/certificate.ts';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { selfSigned } from '../../support/certificate.ts';
import { answer, type Handler, kubeconfigFor, ScriptedApi, silentPort, status } from '../../support/scripted-api.ts';

const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const SECRETS: Resource = { ...PODS, kind: 'Secret', plural: 'secrets' };
const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'n', name: 'p' } };

function connect(kubeconfig: string): Cluster {
  return kubernetesConnector({ connect: 1_000, request: 1_000 }).connect('cluster2', kubeconfig);
}

async function failureOf(promise: Promise<unknown>): Promise<ClusterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClusterError)) throw new Error(`not a ClusterError: ${String(error)}`);
  expect(JSON.stringify([error.message, error])).not.toContain('canary');
  return error;
}

async function listFailure(kubeconfig: string): Promise<[string, string]> {
  await using cluster = connect(kubeconfig);
  const { cause, message } = await failureOf(cluster.list(PODS));
  return [cause, message];
}

/** Answers of a server in turn; the last one stays. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (request, response) => handlers[Math.min(turn++, handlers.length - 1)]!(request, response);
}

const page: Handler = (_, response) =>
  answer(response, 200, { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [{ metadata: { name: 'a' } }] });
const refuse =
  (code: number, body: unknown = '', headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    answer(response, code, body, headers);

describe('a server that is not there', () => {
  test('refuses', async () => {
    expect(await listFailure(kubeconfigFor('https://127.0.0.1:1'))).toEqual([
      'unreachable',
      'cluster2: https://127.0.0.1:1 refuses connections',
    ]);
  });

  test('has a name that nobody knows', async () => {
    expect(await listFailure(kubeconfigFor('https://no-such-host.invalid:6443'))).toEqual([
      'unreachable',
      'cluster2: the name no-such-host.invalid cannot be resolved',
    ]);
  });

  test('takes the connection and stays silent', async () => {
    await using silent = await silentPort();
    expect(await listFailure(kubeconfigFor(`https://127.0.0.1:${silent.port}`))).toEqual([
      'timeout',
      expect.stringMatching(
        /^cluster2: https:\/\/127\.0\.0\.1:\d+ (does not answer \(no connection within 1 s\)|did not answer within 1 s)$/,
      ),
    ]);
  });

  test('takes the request and never answers', async () => {
    await using api = await ScriptedApi.start(() => undefined);
    expect(await listFailure(kubeconfigFor(api.url))).toEqual(['timeout', `cluster2: ${api.url} did not answer within 1 s`]);
  });

  test('answers as something else', async () => {
    await using api = await ScriptedApi.start(refuse(200, '<html>please log in</html>'));
    expect(await listFailure(kubeconfigFor(api.url))).toEqual([
      'error',
      `cluster2: ${api.url} answers, but not as a Kubernetes API (not JSON)`,
    ]);
  });
});

describe('a certificate', () => {
  test('that has expired, with the day', async () => {
    const identity = selfSigned({
      names: ['127.0.0.1'],
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('2021-02-03T00:00:00Z'),
    });
    await using api = await ScriptedApi.start(page, identity);
    expect(await listFailure(kubeconfigFor(api.url, { authority: identity.certificate }))).toEqual([
      'certificate',
      `cluster2: the certificate of ${api.url} expired on 2021-02-03`,
    ]);
    await using cluster = connect(kubeconfigFor(api.url));
    expect(await cluster.peerCertificate(api.url)).toEqual({ names: ['127.0.0.1'], notAfter: '2021-02-03T00:00:00.000Z' });
    expect(cluster.counts().total).toBe(0);
  });

  test('that is not valid yet', async () => {
    const identity = selfSigned({
      names: ['127.0.0.1'],
      notBefore: new Date('2199-01-01T00:00:00Z'),
      notAfter: new Date('2199-02-01T00:00:00Z'),
    });
    await using api = await ScriptedApi.start(page, identity);
    expect(await listFailure(kubeconfigFor(api.url, { authority: identity.certificate }))).toEqual([
      'certificate',
      `cluster2: the certificate of ${api.url} is not valid yet (from 2199-01-01)`,
    ]);
  });

  test('that is for another host, with the names it has', async () => {
    const identity = selfSigned({ names: ['kubernetes', '10.0.0.1'] });
    await using api = await ScriptedApi.start(page, identity);
    expect(await listFailure(kubeconfigFor(api.url, { authority: identity.certificate }))).toEqual([
      'certificate',
      `cluster2: the certificate of ${api.url} is for kubernetes, 10.0.0.1, not for 127.0.0.1`,
    ]);
  });

  test('of an authority that the kubeconfig does not name', async () => {
    await using api = await ScriptedApi.start(page, selfSigned({ names: ['127.0.0.1'] }));
    const other = selfSigned({ names: ['127.0.0.1'] });
    expect(await listFailure(kubeconfigFor(api.url, { authority: other.certificate }))).toEqual([
      'certificate',
      `cluster2: the certificate of ${api.url} is signed by an authority that the kubeconfig does not name`,
    ]);
  });

  test('that fits lets requests through', async () => {
    const identity = selfSigned({ names: ['127.0.0.1'] });
    await using api = await ScriptedApi.start(page, identity);
    await using cluster = connect(kubeconfigFor(api.url, { authority: identity.certificate }));
    expect(await cluster.list(PODS)).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }]);
  });

  test('has names in many spellings', () => {
    expect(namesOf('DNS:Kubernetes, IP Address:FD85:EE78:0:0:0:0:0:1, IP Address:10.0.0.1, DNS:"a, DNS:b"')).toEqual([
      'kubernetes',
      'fd85:ee78::1',
      '10.0.0.1',
      'a, dns:b',
    ]);
    expect(namesOf(undefined)).toEqual([]);
  });
});

describe('a login', () => {
  test('whose client certificate has expired: said with the day', async () => {
    const client = selfSigned({
      names: ['admin'],
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('2021-02-03T00:00:00Z'),
    });
    const identity = selfSigned({ names: ['127.0.0.1'] });
    await using api = await ScriptedApi.start(refuse(401, status(401, 'Unauthorized')), identity);
    expect(await listFailure(kubeconfigFor(api.url, { authority: identity.certificate, client }))).toEqual([
      'unauthorized',
      'cluster2: the server does not accept the credential (401): its client certificate expired on 2021-02-03',
    ]);
  });

  test.each<[string, string, string]>([
    ['is no YAML', '{canary: [', 'is not a kubeconfig: it is not YAML (line 1)'],
    ['is empty', '', 'is not a kubeconfig: it is empty or not a mapping'],
    ['has no context', '{clusters: [], users: [], contexts: []}', 'has no current-context; name one with `context:`'],
    ['names a context that is not there', '{current-context: x, clusters: [], users: [], contexts: []}', 'has no context x'],
    [
      'has no cluster',
      '{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}]}',
      'has no cluster (of context x) c',
    ],
    [
      'has no user',
      '{current-context: x, clusters: [{name: c, cluster: {server: "https://h"}}], contexts: [{name: x, context: {cluster: c, user: u}}]}',
      'has no user (of context x) u',
    ],
    [
      'has no TLS',
      kubeconfigFor('http://h').replace('"insecure-skip-tls-verify":true', '"x":1'),
      'names a server without TLS; that needs insecure-skip-tls-verify: true',
    ],
    ['names no server', kubeconfigFor('ftp://h'), 'names no https:// server'],
    [
      'holds no certificate',
      kubeconfigFor('https://h', { client: { certificate: 'canary', key: 'canary' } }),
      'holds a client certificate that is not one',
    ],
  ])('that %s', (_, kubeconfig, fault) => {
    const failure = (() => {
      try {
        connect(kubeconfig);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(failure).toBeInstanceOf(ClusterError);
    expect([(failure as ClusterError).cause, (failure as ClusterError).message]).toEqual([
      'credential',
      `cluster2: the kubeconfig ${fault}`,
    ]);
  });

  test('of one user name in two kubeconfigs stays apart', async () => {
    const seen: (string | undefined)[] = [];
    await using api = await ScriptedApi.start((request, response) => {
      seen.push(request.headers.authorization);
      page(request, response);
    });
    await using one = connect(kubeconfigFor(api.url, { token: 'one' }));
    await using two = connect(kubeconfigFor(api.url, { token: 'two' }));
    await one.list(PODS);
    await two.list(PODS);
    expect(seen).toEqual(['Bearer one', 'Bearer two']);
  });
});

describe('reads', () => {
  test.each<[string, Handler]>([
    ['429 with Retry-After', refuse(429, status(429, 'TooManyRequests'), { 'retry-after': '0.05' })],
    ['500', refuse(500, status(500, 'InternalError'))],
    ['502', refuse(502)],
    ['503, once', refuse(503, status(503, 'ServiceUnavailable'))],
    ['a connection that is reset', (request) => request.socket.resetAndDestroy()],
    ['a connection that is closed', (request) => request.socket.destroy()],
  ])('are repeated after %s', async (_, fault) => {
    await using api = await ScriptedApi.start(inTurn(fault, page));
    await using cluster = connect(kubeconfigFor(api.url));
    expect(await cluster.list(PODS)).toHaveLength(1);
    expect(cluster.counts()).toEqual({ total: 2, byVerb: { LIST: 2 } });
  });

  test.each<[string, Handler, string, number]>([
    ['500', refuse(500, status(500, 'InternalError', 'etcd is full')), 'cluster2: list of pods failed (500): etcd is full', 3],
    ['503', refuse(503, status(503, 'ServiceUnavailable')), 'cluster2: the API that serves pods is not available (503)', 2],
    [
      '429',
      refuse(429, status(429, 'TooManyRequests'), { 'retry-after': '0.01' }),
      'cluster2: list of pods was rejected repeatedly: too many requests (429)',
      5,
    ],
  ])('give up after some %s', async (_, fault, message, count) => {
    await using api = await ScriptedApi.start(fault);
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await failureOf(cluster.list(PODS))).message).toBe(message);
    expect(api.requests).toHaveLength(count);
  });

  test('start a listing again whose place has expired, and join its pages', async () => {
    let first = true;
    await using api = await ScriptedApi.start((request, response) => {
      const second = request.url!.includes('continue=');
      if (second && first) {
        first = false;
        answer(response, 410, status(410, 'Expired'));
      } else
        answer(response, 200, {
          metadata: { resourceVersion: '1', ...(second ? {} : { continue: 'next' }) },
          items: [{ metadata: { name: second ? 'b' : 'a' } }],
        });
    });
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await cluster.list(PODS)).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(api.requests).toHaveLength(4);
  });

  test('give a listing up that expires again and again', async () => {
    await using api = await ScriptedApi.start(refuse(410, status(410, 'Expired')));
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await failureOf(cluster.list(PODS))).cause).toBe('gone');
    expect(api.requests).toHaveLength(4);
  });
});

describe('writes', () => {
  test.each<[string, (cluster: Cluster) => Promise<unknown>]>([
    ['apply', (cluster) => cluster.apply(PODS, POD)],
    ['create', (cluster) => cluster.create(PODS, POD)],
    ['update', (cluster) => cluster.update(PODS, POD)],
    ['delete', (cluster) => cluster.delete({ resource: PODS, namespace: 'n', name: 'p' })],
  ])('%s is sent once, whatever happens', async (_, write) => {
    for (const fault of [
      refuse(503, status(503, 'x')),
      refuse(429, status(429, 'x')),
      refuse(500),
      (request: Parameters<Handler>[0]) => request.socket.destroy(),
    ]) {
      await using api = await ScriptedApi.start(fault);
      await using cluster = connect(kubeconfigFor(api.url));
      await failureOf(write(cluster));
      expect(api.requests).toHaveLength(1);
    }
  });

  test('dry-runs are repeated: they store nothing', async () => {
    await using api = await ScriptedApi.start(
      inTurn(refuse(429, status(429, 'x'), { 'retry-after': '0.01' }), (_, response) => answer(response, 200, POD)),
    );
    await using cluster = connect(kubeconfigFor(api.url));
    await cluster.apply(PODS, POD, { dryRun: true });
    expect(api.requests).toEqual(
      Array(2).fill('PATCH /api/v1/namespaces/n/pods/p?fieldManager=cn2-fleet&fieldValidation=Strict&dryRun=All'),
    );
    expect(cluster.counts().byVerb).toEqual({ 'APPLY-DRYRUN': 2 });
  });

  test('name a refusal by admission with its reason, one by RBAC with verb and resource', async () => {
    const denied = status(403, 'Forbidden', 'admission webhook "quota" denied the request: too many pods');
    const rbac = status(403, 'Forbidden', 'pods "p" is forbidden: User "canary" cannot patch resource "pods" in API group ""');
    await using api = await ScriptedApi.start(inTurn(refuse(403, denied), refuse(403, rbac)));
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await failureOf(cluster.apply(PODS, POD))).message).toBe(
      'cluster2: patch of pods n/p is refused (403): admission webhook "quota" denied the request: too many pods',
    );
    expect((await failureOf(cluster.apply(PODS, POD))).message).toBe(
      'cluster2: the credential may not patch pods in namespace n (403)',
    );
  });

  test('repeat of a refused Secret only which fields are wrong', async () => {
    const refused = status(422, 'Invalid', 'Secret "p" is invalid: data[x]: Invalid value: "canary"', {
      causes: [{ reason: 'FieldValueInvalid', message: 'canary', field: 'data[x]' }],
    });
    await using api = await ScriptedApi.start(refuse(422, refused));
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await failureOf(cluster.apply(SECRETS, { ...POD, kind: 'Secret' }))).message).toBe(
      'cluster2: secrets n/p is not accepted (422): data[x]',
    );
  });

  test('do not repeat the piece of the body that a decoding error quotes', async () => {
    const refused = status(
      400,
      'BadRequest',
      'json: cannot unmarshal, error found in #10 byte of ...|"canary"|..., bigger context ...|"canary"|...',
    );
    await using api = await ScriptedApi.start(refuse(400, refused));
    await using cluster = connect(kubeconfigFor(api.url));
    expect((await failureOf(cluster.apply(PODS, POD))).message).toBe(
      'cluster2: pods n/p is not accepted (400): json: cannot unmarshal',
    );
  });
});

test('asks an old server, without aggregated discovery, group by group', async () => {
  const answers: Record<string, unknown> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/api/v1': {
      resources: [
        { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] },
        { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      ],
    },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        { name: 'g', versions: [{ version: 'v1' }, { version: 'v2' }], preferredVersion: { version: 'v2' } },
        { name: 'dead', versions: [{ version: 'v1' }] },
      ],
    },
    '/apis/g/v1': { resources: [{ name: 'things', kind: 'Thing', namespaced: false, verbs: ['get', 'list'] }] },
    '/apis/g/v2': { resources: [{ name: 'things', kind: 'Thing', namespaced: false, verbs: ['get', 'list'] }] },
    '/version': { gitVersion: 'v1.24.0' },
  };
  await using api = await ScriptedApi.start((request, response) => {
    const found = answers[request.url!];
    answer(response, found === undefined ? 503 : 200, found ?? status(503, 'ServiceUnavailable'));
  });
  await using cluster = connect(kubeconfigFor(api.url));
  expect(await cluster.discover()).toEqual({
    resources: [
      PODS,
      { group: 'g', version: 'v2', kind: 'Thing', plural: 'things', namespaced: false },
      { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: false },
    ],
    unavailableGroups: ['dead'],
    serverVersion: 'v1.24.0',
  });
});
