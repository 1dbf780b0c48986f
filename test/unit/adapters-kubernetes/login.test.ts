import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { selfSigned } from '../../support/certificate.ts';
import { CredentialPlugin, kubeconfigOf } from '../../support/credential-plug-in.ts';
import { answer, ScriptedApi, status } from '../../support/scripted-api.ts';

const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const PAGE = { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [] };

async function seenBy(user: Record<string, unknown>) {
  const seen: IncomingMessage[] = [];
  const revealed: string[] = [];
  await using api = await ScriptedApi.start((request, response) => {
    seen.push(request);
    answer(response, 200, PAGE);
  });
  await using cluster = kubernetesConnector().connect('c', kubeconfigOf(api.url, user), {
    reveal: (secret) => revealed.push(secret),
  });
  await cluster.list(PODS);
  return { request: seen[0]!, revealed };
}

test('acts as somebody else, as client-go says it', async () => {
  const { request } = await seenBy({
    token: 't',
    as: 'jürgen',
    'as-uid': '7',
    'as-groups': ['a', 'b'],
    'as-user-extra': { 'example.org/Scopes': ['x', 'y'] },
  });
  const sent: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) sent.push([request.rawHeaders[at]!, request.rawHeaders[at + 1]!]);
  expect(sent.filter(([name]) => name.startsWith('impersonate-'))).toEqual([
    ['impersonate-user', Buffer.from('jürgen').toString('latin1')],
    ['impersonate-uid', '7'],
    ['impersonate-group', 'a'],
    ['impersonate-group', 'b'],
    ['impersonate-extra-example.org%2fscopes', 'x'],
    ['impersonate-extra-example.org%2fscopes', 'y'],
  ]);
});

test('a password, a token, a token in a file, and what is told of them before they are sent', async () => {
  const login = Buffer.from('me:pass word').toString('base64');
  const basic = await seenBy({ username: 'me', password: 'pass word' });
  expect([basic.request.headers.authorization, basic.revealed]).toEqual([`Basic ${login}`, ['pass word', login]]);
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-token-'));
  writeFileSync(join(folder, 'token'), 'in-a-file\n');
  const file = await seenBy({ tokenFile: join(folder, 'token'), token: 'beside' });
  const beside = await seenBy({ tokenFile: join(folder, 'other'), token: 'beside' });
  rmSync(folder, { recursive: true });
  expect([file.request.headers.authorization, file.revealed]).toEqual(['Bearer in-a-file', ['in-a-file']]);
  expect([beside.request.headers.authorization, beside.revealed]).toEqual(['Bearer beside', ['beside']]);
});

test('a server under another name of TLS', async () => {
  const identity = selfSigned({ names: ['kubernetes'] });
  await using api = await ScriptedApi.start((_, response) => answer(response, 200, PAGE), identity);
  const authority = { 'certificate-authority-data': Buffer.from(identity.certificate).toString('base64') };
  await using named = kubernetesConnector().connect(
    'c',
    kubeconfigOf(api.url, { token: 't' }, { ...authority, 'tls-server-name': 'kubernetes' }),
  );
  expect(await named.list(PODS)).toEqual([]);
  await using other = kubernetesConnector().connect('c', kubeconfigOf(api.url, { token: 't' }, authority));
  await expect(other.list(PODS)).rejects.toThrow(`the certificate of ${api.url} is for kubernetes, not for 127.0.0.1`);
});

test.each([
  ['exec', (program: CredentialPlugin) => ({ exec: program.exec() }), 'a program (exec) of user u'],
  ['auth-provider', () => ({ 'auth-provider': { name: 'gcp' } }), 'a program (auth-provider) of user u'],
  ['tokenFile', () => ({ tokenFile: '/etc/hostname' }), 'a file (tokenFile) of user u'],
  ['client-key', () => ({ token: 't', 'client-key': '/etc/hostname' }), 'a file (client-key) of user u'],
])('a file of the repository may not name %s: nothing is run, nothing is sent', async (_, user, named) => {
  using plugin = new CredentialPlugin(`credential({ token: 't' });`);
  await using api = await ScriptedApi.start((__, response) => answer(response, 200, PAGE));
  const connect = () => kubernetesConnector().connect('cluster2', kubeconfigOf(api.url, user(plugin)), { tracked: true });
  expect(connect).toThrow(ClusterError);
  expect(connect).toThrow(
    `cluster2: the kubeconfig is a file of the repository, so in a job it may not name programs or files, but it names ${named}`,
  );
  expect([plugin.runs, api.requests]).toEqual([[], []]);
});

test('a file of the repository that holds all it needs is used', async () => {
  await using api = await ScriptedApi.start((_, response) => answer(response, 200, PAGE));
  await using cluster = kubernetesConnector().connect('c', kubeconfigOf(api.url, { token: 't' }), { tracked: true });
  expect(await cluster.list(PODS)).toEqual([]);
});

test('a kubeconfig is tried out with one request', async () => {
  const revealed: string[] = [];
  await using api = await ScriptedApi.start((request, response) => {
    const good = request.headers.authorization === 'Bearer good';
    answer(response, good ? 200 : 401, good ? { gitVersion: 'v1.36.3' } : status(401, 'Unauthorized'));
  });
  const connector = kubernetesConnector();
  const reveal = { reveal: (secret: string) => void revealed.push(secret) };
  expect(await connector.tryOut('c', kubeconfigOf(api.url, { token: 'good' }), reveal)).toBeUndefined();
  expect(await connector.tryOut('c', kubeconfigOf(api.url, { token: 'bad' }), reveal)).toMatchObject({ cause: 'unauthorized' });
  expect(await connector.tryOut('c', kubeconfigOf('https://127.0.0.1:1', { token: 'x' }))).toMatchObject({
    cause: 'unreachable',
  });
  expect(api.requests).toEqual(['GET /version', 'GET /version']);
  expect(revealed).toEqual(['good', 'bad']);
});
