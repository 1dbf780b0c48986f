import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { selfSigned } from '../../support/certificate.ts';
import { CredentialPlugin, kubeconfigOf } from '../../support/credential-plug-in.ts';
import { answer, ScriptedApi, status } from '../../support/scripted-api.ts';

const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const PAGE = { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [] };

/** An API server that takes these tokens, and what it was asked with. */
async function apiFor(...tokens: string[]) {
  const seen: IncomingMessage['headers'][] = [];
  const api = await ScriptedApi.start((request, response) => {
    seen.push(request.headers);
    const good = tokens.includes(String(request.headers.authorization).replace('Bearer ', ''));
    answer(response, good ? 200 : 401, good ? PAGE : status(401, 'Unauthorized'));
  });
  return { api, seen };
}

async function failureOf(kubeconfig: string, pluginDeadline = 10_000): Promise<[string, string]> {
  const connector = kubernetesConnector({ connect: 1_000, request: 5_000 }, { environment: process.env, pluginDeadline });
  const error = await Promise.resolve()
    .then(async () => {
      await using cluster = connector.connect('cluster2', kubeconfig);
      await cluster.list(PODS);
    })
    .catch((reason: unknown) => reason);
  if (!(error instanceof ClusterError)) throw new Error(`not a ClusterError: ${String(error)}`);
  return [error.cause, error.message];
}

/** The state of a process, by Linux's /proc. */
function readStat(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

describe('a credential plug-in', () => {
  test('is told what client-go tells it, has no stdin, and gives the token', async () => {
    using plugin = new CredentialPlugin(`credential({ token: 'from-the-plug-in' });`);
    const { api, seen } = await apiFor('from-the-plug-in');
    await using _ = api;
    const exec = plugin.exec({ env: [{ name: 'PROFILE', value: 'prod' }], provideClusterInfo: true });
    const extension = { name: 'client.authentication.k8s.io/exec', extension: { audience: 'me' } };
    const kubeconfig = kubeconfigOf(api.url, { exec }, { extensions: [extension], 'tls-server-name': 'k' });
    const revealed: string[] = [];
    const connector = kubernetesConnector({}, { environment: { ...process.env, HERE: 'yes' } });
    await using cluster = connector.connect('c', kubeconfig, { reveal: (secret) => revealed.push(secret) });
    expect(plugin.runs).toEqual([]);
    await Promise.all([cluster.list(PODS), cluster.list(PODS)]);
    await cluster.list(PODS);
    expect(seen.map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer from-the-plug-in'));
    expect(revealed).toEqual(['from-the-plug-in']);
    const [run, ...more] = plugin.runs;
    expect(more).toEqual([]);
    expect(run).toMatchObject({ argv: ['get-token'], stdin: '', tty: false, env: { PROFILE: 'prod', HERE: 'yes' } });
    expect(JSON.parse(run!.env['KUBERNETES_EXEC_INFO']!)).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: api.url, 'tls-server-name': 'k', 'insecure-skip-tls-verify': true, config: { audience: 'me' } },
      },
    });
  });

  test('runs without the inputs of the Action, the tokens of the workflow and the other credentials of the declaration', async () => {
    using plugin = new CredentialPlugin(`credential({ token: 't-t-t' });`);
    const { api } = await apiFor('t-t-t');
    await using _ = api;
    const hidden = {
      CN2_FLEET_INPUT_GITHUB_TOKEN: 'canary-1',
      INPUT_FILE: 'canary-2',
      'INPUT_GITHUB-TOKEN': 'canary-3',
      GITHUB_TOKEN: 'canary-4',
      GH_TOKEN: 'canary-5',
      GH_ENTERPRISE_TOKEN: 'canary-6',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-7',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://canary-8',
      ACTIONS_RUNTIME_TOKEN: 'canary-9',
      GITHUB_ENV: '/canary-10',
      KUBECONFIG_CLUSTER1: 'canary-11',
      CN2_PULL_SECRET: 'canary-12',
      THE_SAME_AGAIN: 'canary-11',
    };
    const kept = { AWS_PROFILE: 'prod', GITHUB_ACTIONS: 'true', HOME: '/home/me' };
    const connector = kubernetesConnector({}, { environment: { ...process.env, ...hidden, ...kept } });
    connector.withhold(['KUBECONFIG_CLUSTER1', 'CN2_PULL_SECRET']);
    await using cluster = connector.connect('c', kubeconfigOf(api.url, { exec: plugin.exec() }));
    await cluster.list(PODS);
    expect(plugin.runs[0]!.env).toMatchObject(kept);
    expect(JSON.stringify(plugin.runs)).not.toContain('canary');
  });

  test('is asked again when its credential ends, and when the server refuses it', async () => {
    using ends = new CredentialPlugin(
      `credential({ token: 'token-' + runs, expirationTimestamp: new Date(Date.now() + (runs === 0 ? -1000 : 3_600_000)).toISOString() });`,
    );
    const { api, seen } = await apiFor('token-0', 'token-1');
    await using _ = api;
    await using cluster = kubernetesConnector().connect('c', kubeconfigOf(api.url, { exec: ends.exec() }));
    for (let turn = 0; turn < 3; turn++) await cluster.list(PODS);
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer token-0', 'Bearer token-1', 'Bearer token-1']);

    using refused = new CredentialPlugin(`credential({ token: 'other-' + runs });`);
    const second = await apiFor('other-1');
    await using __ = second.api;
    await using again = kubernetesConnector().connect('c', kubeconfigOf(second.api.url, { exec: refused.exec() }));
    await again.list(PODS);
    expect(second.seen.map(({ authorization }) => authorization)).toEqual(['Bearer other-0', 'Bearer other-1']);

    using never = new CredentialPlugin(`credential({ token: 'wrong' });`);
    expect(await failureOf(kubeconfigOf(second.api.url, { exec: never.exec() }))).toEqual([
      'unauthorized',
      'cluster2: the server does not accept the credential (401): expired, revoked, or of another cluster',
    ]);
    expect(never.runs).toHaveLength(2);
  });

  test('may give a client certificate', async () => {
    const [server, client] = [selfSigned({ names: ['127.0.0.1'] }), selfSigned({ names: ['me'] })];
    const subjects: (string | undefined)[] = [];
    const options = { cert: server.certificate, key: server.key, requestCert: true, rejectUnauthorized: false };
    const api = createServer(options, (request, response) => {
      subjects.push((request.socket as TLSSocket).getPeerX509Certificate()?.subjectAltName);
      answer(response, 200, PAGE);
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const status = JSON.stringify({ clientCertificateData: client.certificate, clientKeyData: client.key });
    using plugin = new CredentialPlugin(`credential(${status});`);
    const authority = { 'certificate-authority-data': Buffer.from(server.certificate).toString('base64') };
    const url = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const revealed: string[] = [];
    {
      const kubeconfig = kubeconfigOf(url, { exec: plugin.exec() }, authority);
      await using cluster = kubernetesConnector().connect('c', kubeconfig, { reveal: (secret) => revealed.push(secret) });
      await cluster.list(PODS);
    }
    api.close();
    expect(subjects).toEqual(['DNS:me']);
    expect(revealed).toEqual([client.key]);
  });
});

describe('a plug-in that fails is told as such, in its own words', () => {
  const url = 'https://127.0.0.1:1';
  const PREFIX = `cluster2: the credential plug-in ${process.execPath} of the kubeconfig`;

  test.each<[string, string, Record<string, unknown>, string]>([
    [
      'exits with an error',
      `console.error('\\u001b[31mToken has expired:\\u001b[0m run\\n  login of s3cr3t-value'); process.exit(3);`,
      { env: [{ name: 'CLIENT_SECRET', value: 's3cr3t-value' }] },
      'failed (exit 3): Token has expired: run login of …',
    ],
    ['prints no JSON', `console.log('s3cr3t');`, {}, 'printed no ExecCredential (not JSON)'],
    [
      'prints another kind',
      `console.log('{"kind":"Secret"}');`,
      {},
      'printed no ExecCredential of client.authentication.k8s.io/v1',
    ],
    ['gives nothing', 'credential({});', {}, 'gave neither a token nor a client certificate'],
    [
      'gives half a pair',
      `credential({ clientKeyData: 's3cr3t' });`,
      {},
      'gave a client certificate without its key, or a key alone',
    ],
    [
      'gives a certificate that is none',
      `credential({ clientCertificateData: 'x', clientKeyData: 's3cr3t' });`,
      {},
      'gave a client certificate that is not one',
    ],
    ['gives a header', `credential({ token: 's3cr3t\\r\\nX-Other: 1' });`, {}, 'gave a token of more than one line'],
    [
      'gives no time',
      `credential({ token: 's3cr3t', expirationTimestamp: 'soon' });`,
      {},
      'gave an expirationTimestamp that is not a time',
    ],
    [
      'never stops printing',
      `process.stdout.write('x'.repeat(3e6)); setInterval(() => {}, 1000);`,
      {},
      'printed more than a credential can hold',
    ],
    ['kills itself', `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`, {}, 'was ended by SIGKILL'],
  ])('%s', async (_, body, more, fault) => {
    using plugin = new CredentialPlugin(body);
    const [cause, message] = await failureOf(kubeconfigOf(url, { exec: plugin.exec(more) }));
    expect([cause, message]).toEqual(['credential', `${PREFIX} ${fault}`]);
    expect(message).not.toContain('s3cr3t');
  });

  test('takes too long, and leaves nothing behind', async () => {
    using plugin = new CredentialPlugin(`
      const { spawn } = await import('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.error('waiting for a person, child ' + child.pid);
      setInterval(() => {}, 1000);`);
    const [cause, message] = await failureOf(kubeconfigOf(url, { exec: plugin.exec() }), 1_500);
    const child = Number(/child (\d+)/.exec(message)?.[1]);
    expect([cause, message]).toEqual([
      'credential',
      `${PREFIX} gave no answer within 1.5 s: waiting for a person, child ${child}`,
    ]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Ended, or a zombie that nobody has collected yet.
    const [state = 'gone'] = readStat(child);
    expect(['gone', 'Z', 'X']).toContain(state);
  });

  test('is not there: with the hint of the kubeconfig, never “no connection”', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'no-such-login',
      installHint: 'get it from\nexample.org',
    };
    expect(await failureOf(kubeconfigOf(url, { exec }))).toEqual([
      'credential',
      'cluster2: the credential plug-in no-such-login of the kubeconfig was not found on the PATH of this host; get it from example.org',
    ]);
  });

  test('by a relative path: nothing of the folder that this program runs in is started', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'bin/login', interactiveMode: 'Never' };
    expect(await failureOf(kubeconfigOf(url, { exec }))).toEqual([
      'credential',
      'cluster2: the credential plug-in bin/login of the kubeconfig is named by a relative path, and the kubeconfig is not a file that it could be relative to',
    ]);
  });

  test.each([
    [
      'a token file by a relative path',
      { tokenFile: 'token' },
      'names a file (tokenFile) by a relative path, and the kubeconfig itself is not a file: token',
    ],
    [
      'an auth-provider',
      { 'auth-provider': { name: 'gcp' } },
      'logs in through an auth-provider (user u), which Kubernetes has removed: use its credential plug-in (exec), or an embedded credential',
    ],
    [
      'a plug-in that asks a person',
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' } },
      'has a credential plug-in that asks a person (interactiveMode: Always), and nobody can answer (exec of user u)',
    ],
    [
      'a token file that is not there',
      { tokenFile: '/no/such/token' },
      'names a file (tokenFile) that does not exist: /no/such/token',
    ],
    [
      'a key file that is not there',
      { 'client-certificate': '/no/c.pem', 'client-key': '/no/k.pem' },
      'names a file (client-certificate) that does not exist: /no/c.pem',
    ],
  ])('%s', async (_, user, fault) => {
    expect(await failureOf(kubeconfigOf(url, user))).toEqual(['credential', `cluster2: the kubeconfig ${fault}`]);
  });
});
