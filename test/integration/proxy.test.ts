import { execFile, execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { selfSigned } from '../support/certificate.ts';
import { guideCopy } from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { kubeconfigOf } from '../support/credential-plug-in.ts';
import { answer, ScriptedApi, status } from '../support/scripted-api.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/cn2-fleet.mjs');

/** The bundle as a process of its own. */
function run(folder: string, args: string[], environment: Record<string, string>): Promise<{ exitCode: number; said: string }> {
  const env = { PATH: process.env['PATH'], HOME: folder, ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args], { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? 128, said: stdout + stderr }),
    );
  });
}

/** The guide's fleet in a repository with a commit. */
function repository(): string {
  const folder = guideCopy();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.net', ...args], { cwd: folder });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  return folder;
}

test('the bundle reaches clusters and GitHub through the proxy of the environment alone', async () => {
  const identity = selfSigned({ names: ['api.test'] });
  const authority = { 'certificate-authority-data': Buffer.from(identity.certificate).toString('base64') };
  await using api = await ScriptedApi.start(
    (_, response) => answer(response, 403, status(403, 'Forbidden', 'not for you')),
    identity,
  );
  await using github = await ScriptedApi.start((_, response) => answer(response, 401, { message: 'Bad credentials' }));
  await using proxy = await startConnectProxy({ everythingIsHere: true, login: 'me:canary' });
  const kubeconfig = kubeconfigOf(`https://api.test:${new URL(api.url).port}`, { token: 'canary' }, authority);
  const environment = {
    KUBECONFIG_CLUSTER1: kubeconfig,
    KUBECONFIG_CLUSTER2: kubeconfig,
    CN2_PULL_SECRET: JSON.stringify({ auths: { 'lab.local': { auth: Buffer.from('lab:canary').toString('base64') } } }),
    GITHUB_TOKEN: 'ghs_canary',
    GITHUB_API_URL: `http://github.test:${new URL(github.url).port}`,
    https_proxy: `http://me:canary@${proxy.host}`,
    HTTP_PROXY: `http://me:canary@${proxy.host}`,
    no_proxy: '172.16.0.0/12',
  };
  const folder = repository();
  const planned = await run(folder, ['plan'], environment);
  const sha = '1'.repeat(40);
  const repo = { full_name: 'octo/fleet' };
  const event = {
    action: 'opened',
    number: 7,
    pull_request: { number: 7, head: { sha, ref: 'x', repo }, base: { sha, ref: 'main', repo } },
    repository: repo,
  };
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
  const published = await run(folder, ['plan', '--publish'], {
    ...environment,
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'octo/fleet',
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_SHA: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim(),
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKSPACE: folder,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
  });
  const refused = await run(folder, ['plan'], { ...environment, https_proxy: `http://me:canary-2@${proxy.host}` });
  rmSync(folder, { recursive: true });
  expect(planned.said).toMatch(/cluster1: .*not for you/);
  expect(refused.said).toContain('the proxy refused the tunnel to api.test:');
  expect(refused.said).toContain('it does not accept the user and password in its address');
  expect([planned.exitCode, refused.exitCode]).toEqual([8, 8]);
  expect(github.requests.length).toBeGreaterThan(0);
  // The runner is told what to hide, in the form in which it is sent, too.
  expect(published.said).toContain(`::add-mask::${Buffer.from('me:canary').toString('base64')}`);
  expect(new Set(proxy.seen.map(({ url }) => url?.replace(/:\d+$/, '')))).toEqual(new Set(['api.test', 'github.test']));
  expect(planned.said + refused.said).not.toContain('canary');
}, 60_000);
