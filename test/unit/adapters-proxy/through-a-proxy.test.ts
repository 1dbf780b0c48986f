import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { selfSigned } from '../../support/certificate.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { kubeconfigOf } from '../../support/credential-plug-in.ts';
import { answer, ScriptedApi, silentPort } from '../../support/scripted-api.ts';
import { failureOf, forgeOn } from '../adapters-github/forge-under-test.ts';

const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const PAGE = { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [{ metadata: { name: 'a' } }] };
const EXEC = { namespace: 'n', pod: 'p', container: 'c', command: ['true'], deadline: 3_000, sentinel: '#END' };

/** An API server that only a proxy can find: api.test is no name of this host. */
async function hiddenApi() {
  const identity = selfSigned({ names: ['api.test'] });
  const authorizations: (string | undefined)[] = [];
  const api = await ScriptedApi.start((request, response) => {
    authorizations.push(request.headers.authorization);
    answer(response, 200, PAGE);
  }, identity);
  const url = `https://api.test:${new URL(api.url).port}`;
  const authority = { 'certificate-authority-data': Buffer.from(identity.certificate).toString('base64') };
  return {
    api,
    authorizations,
    url,
    kubeconfig: (more = {}) => kubeconfigOf(url, { token: 'the-token' }, { ...authority, ...more }),
  };
}

function connect(kubeconfig: string, environment: Record<string, string> = {}, revealed: string[] = []) {
  const reveal = (secret: string) => void revealed.push(secret);
  return kubernetesConnector({ connect: 1_000, request: 2_000 }, { environment }).connect('c', kubeconfig, { reveal });
}

async function faultOf(kubeconfig: string, environment: Record<string, string> = {}): Promise<[string, string]> {
  const error = await Promise.resolve()
    .then(async () => {
      await using cluster = connect(kubeconfig, environment);
      await cluster.list(PODS);
    })
    .catch((reason: unknown) => reason);
  if (!(error instanceof ClusterError)) throw new Error(`not a ClusterError: ${String(error)}`);
  expect(JSON.stringify([error.message, error])).not.toMatch(/s3cr3t|the-token/);
  return [error.cause, error.message];
}

describe('a cluster behind a proxy', () => {
  test('of the environment: requests, watches, exec and a look at the certificate go through it', async () => {
    const { api, url, kubeconfig, authorizations } = await hiddenApi();
    await using _ = api;
    await using proxy = await startConnectProxy({ everythingIsHere: true, login: 'me:s3cr3t/1' });
    const revealed: string[] = [];
    const environment = { HTTPS_PROXY: `http://me:s3cr3t%2F1@${proxy.host}` };
    await using cluster = connect(kubeconfig(), environment, revealed);
    const target = url.replace('https://', '');
    expect(await cluster.list(PODS)).toHaveLength(1);
    const stop = new AbortController();
    for await (const event of cluster.watch(PODS, { signal: stop.signal })) {
      expect(event.type).toBe('ADDED');
      break;
    }
    expect(proxy.seen.length).toBeGreaterThan(0);
    const before = proxy.seen.length;
    expect(await cluster.exec(EXEC)).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('HTTP status 200') });
    expect(proxy.seen.length).toBe(before + 1);
    expect(await cluster.peerCertificate(url)).toMatchObject({ names: ['api.test'] });
    expect(proxy.seen.map(({ url: asked }) => asked)).toEqual(proxy.seen.map(() => target));
    expect(proxy.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(new Set(authorizations)).toEqual(new Set(['Bearer the-token']));
    expect(revealed).toEqual(['the-token', 's3cr3t%2F1', 's3cr3t/1', Buffer.from('me:s3cr3t/1').toString('base64')]);
  });

  test('of its kubeconfig, which goes before the environment, and NO_PROXY is not about it', async () => {
    const { api, kubeconfig } = await hiddenApi();
    await using _ = api;
    await using proxy = await startConnectProxy({ everythingIsHere: true });
    const environment = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' };
    await using cluster = connect(kubeconfig({ 'proxy-url': `http://${proxy.host}` }), environment);
    expect(await cluster.list(PODS)).toHaveLength(1);
    expect(proxy.seen).toHaveLength(1);
  });

  test('that speaks TLS, signed by the authority of the kubeconfig', async () => {
    const identity = selfSigned({ names: ['127.0.0.1', 'api.test'] });
    await using api = await ScriptedApi.start((_, response) => answer(response, 200, PAGE), identity);
    await using proxy = await startConnectProxy({ everythingIsHere: true, identity });
    const authority = { 'certificate-authority-data': Buffer.from(identity.certificate).toString('base64') };
    const server = `https://api.test:${new URL(api.url).port}`;
    await using cluster = connect(kubeconfigOf(server, { token: 't' }, { ...authority, 'proxy-url': `https://${proxy.host}` }));
    expect(await cluster.list(PODS)).toHaveLength(1);
    expect(proxy.seen).toHaveLength(1);
  });

  test('that NO_PROXY excepts is dialled directly', async () => {
    const { api, kubeconfig } = await hiddenApi();
    await using _ = api;
    await using proxy = await startConnectProxy({ everythingIsHere: true });
    const [cause, message] = await faultOf(kubeconfig(), { https_proxy: `http://${proxy.host}`, no_proxy: '.test' });
    expect([cause, message]).toEqual(['unreachable', 'c: the name api.test cannot be resolved']);
    expect(proxy.seen).toEqual([]);
  });
});

describe('a fault of the proxy is told as the proxy’s', () => {
  test('that wants another login', async () => {
    const { api, url, kubeconfig } = await hiddenApi();
    await using _ = api;
    await using proxy = await startConnectProxy({ login: 'me:right' });
    const refused = `c: the proxy refused the tunnel to ${url.slice(8)} with HTTP status 407`;
    expect(await faultOf(kubeconfig({ 'proxy-url': `http://me:s3cr3t@${proxy.host}` }))).toEqual([
      'unreachable',
      `${refused}: it does not accept the user and password in its address`,
    ]);
    expect(await faultOf(kubeconfig(), { HTTPS_PROXY: `http://${proxy.host}` })).toEqual([
      'unreachable',
      `${refused}: it requires a login; write http://user:password@${proxy.host} as the proxy`,
    ]);
    expect(api.requests).toEqual([]);
  });

  test('that refuses the way', async () => {
    const { api, url, kubeconfig } = await hiddenApi();
    await using _ = api;
    await using proxy = await startConnectProxy({ status: 403 });
    expect(await faultOf(kubeconfig({ 'proxy-url': `http://me:s3cr3t@${proxy.host}` }))).toEqual([
      'unreachable',
      `c: the proxy refused the tunnel to ${url.slice(8)} with HTTP status 403`,
    ]);
  });

  test('that is not there, has no name, is silent, breaks off or has a certificate of a stranger', async () => {
    const { api, kubeconfig } = await hiddenApi();
    await using _ = api;
    const through = (address: string) => faultOf(kubeconfig({ 'proxy-url': address }));
    expect(await through('http://me:s3cr3t@127.0.0.1:1')).toEqual([
      'unreachable',
      'c: the proxy 127.0.0.1:1 refuses connections',
    ]);
    expect(await through('http://me:s3cr3t@no-such-proxy.invalid:3128')).toEqual([
      'unreachable',
      'c: the name of the proxy, no-such-proxy.invalid, cannot be resolved',
    ]);
    await using silent = await silentPort();
    expect(await through(`http://127.0.0.1:${silent.port}`)).toEqual([
      'timeout',
      `c: the proxy 127.0.0.1:${silent.port} did not answer within 1 s`,
    ]);
    await using stranger = await startConnectProxy({ identity: selfSigned({ names: ['127.0.0.1'] }) });
    expect(await through(`https://me:s3cr3t@${stranger.host}`)).toEqual([
      'unreachable',
      expect.stringMatching(new RegExp(`^c: no TLS connection to the proxy ${stranger.host} \\([A-Z_]+\\)$`)),
    ]);
    const rude = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const { port } = rude.address() as { port: number };
    expect(await through(`http://127.0.0.1:${port}`)).toEqual([
      'unreachable',
      `c: the proxy 127.0.0.1:${port} closed the connection`,
    ]);
    rude.close();
  });

  test('of a kind that is not spoken', async () => {
    const { api, kubeconfig } = await hiddenApi();
    await using _ = api;
    expect(await faultOf(kubeconfig({ 'proxy-url': 'socks5://me:s3cr3t@127.0.0.1:1080' }))).toEqual([
      'credential',
      'c: the kubeconfig names a proxy (proxy-url) that is neither http:// nor https://; SOCKS proxies are not supported',
    ]);
    expect(await faultOf(kubeconfig(), { HTTPS_PROXY: 'socks5://me:s3cr3t@127.0.0.1:1080' })).toEqual([
      'credential',
      'c: HTTPS_PROXY (or HTTP_PROXY) of the environment is neither http:// nor https://; SOCKS proxies are not supported',
    ]);
  });
});

describe('GitHub behind a proxy', () => {
  test('is asked through it', async () => {
    await using api = await ScriptedApi.start((_, response) => answer(response, 200, { default_branch: 'main' }));
    await using proxy = await startConnectProxy({ everythingIsHere: true, login: 'me:pass' });
    const { port } = new URL(api.url);
    const { forge } = forgeOn(`http://github.test:${port}`, { proxy: `http://me:pass@${proxy.host}` });
    expect(await forge.defaultBranch()).toBe('main');
    expect(proxy.seen.map(({ url }) => url)).toEqual([`github.test:${port}`]);
  });

  test('also where a renamed repository leads elsewhere; the token stays with its host', async () => {
    await using other = await ScriptedApi.start((request, response) => {
      answer(response, 200, { default_branch: String(request.headers.authorization) });
    });
    await using api = await ScriptedApi.start((request, response) => {
      if (request.url === '/repos/octo/fleet') answer(response, 301, {}, { location: '/repositories/7' });
      else if (request.url === '/repositories/7') answer(response, 307, {}, { location: `${other.url}/new` });
      else answer(response, 404, {});
    });
    await using proxy = await startConnectProxy();
    const { forge } = forgeOn(api.url, { proxy: `http://${proxy.host}` });
    expect(await forge.defaultBranch()).toBe('undefined');
    expect([...api.requests, ...other.requests]).toEqual(['GET /repos/octo/fleet', 'GET /repositories/7', 'GET /new']);
  });

  test('and a proxy that refuses is named', async () => {
    await using proxy = await startConnectProxy({ login: 'me:pass' });
    const { forge } = forgeOn('https://github.test', { proxy: `http://me:canary@${proxy.host}` });
    const failure = await failureOf(forge.defaultBranch());
    expect([failure.reason, failure.message]).toEqual([
      'unreachable',
      'github.test: the proxy refused the tunnel to github.test:443 with HTTP status 407: it does not accept the user and password in its address',
    ]);
    expect(failure.hint).toContain('HTTPS_PROXY');
  });
});
