import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { selfSigned } from '../support/certificate.ts';
import { guideCopy } from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { ScriptedApi } from '../support/scripted-api.ts';

const DIST = join(import.meta.dirname, '../../dist');

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The bundle as a process of its own in a folder of a user. */
function run(folder: string, args: string[], environment: Record<string, string> = {}, bundle = DIST): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: folder, ...environment };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(bundle, 'cn2-fleet.mjs'), ...args],
      { cwd: folder, env },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 128, stdout, stderr }),
    );
  });
}

/** The bundle leaves out parts of its packages that the sources still load: what is left has to be enough. */
describe('the bundle', () => {
  test('checks a declaration without loading a client', async () => {
    const folder = guideCopy();
    const bundle = join(folder, 'bundle');
    cpSync(DIST, bundle, { recursive: true });
    rmSync(join(bundle, 'connector.mjs'));
    const { exitCode, stderr } = await run(folder, ['validate'], {}, bundle);
    rmSync(folder, { recursive: true });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('asks a cluster over TLS, and another through a proxy', async () => {
    const identity = selfSigned({ names: ['127.0.0.1'] });
    const refuse = { kind: 'Status', status: 'Failure', reason: 'Forbidden', message: 'not for you', code: 403 };
    await using api = await ScriptedApi.start((_, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(refuse));
    }, identity);
    await using proxy = await startConnectProxy();
    const kubeconfig = (more: Record<string, string>) => {
      const authority = Buffer.from(identity.certificate).toString('base64');
      return JSON.stringify({
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: api.url, 'certificate-authority-data': authority, ...more } }],
        users: [{ name: 'u', user: { token: 'canary' } }],
      });
    };
    const folder = guideCopy();
    const { exitCode, stdout } = await run(folder, ['plan', '--format', 'json'], {
      KUBECONFIG_CLUSTER1: kubeconfig({}),
      KUBECONFIG_CLUSTER2: kubeconfig({ 'proxy-url': `http://${proxy.host}` }),
      CN2_PULL_SECRET: JSON.stringify({ auths: { 'lab.local': { auth: Buffer.from('lab:canary').toString('base64') } } }),
    });
    rmSync(folder, { recursive: true });
    const { clusters } = JSON.parse(stdout) as { clusters: { name: string; reason: string }[] };
    expect(exitCode).toBe(8);
    expect(clusters.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/not for you/),
      expect.stringMatching(/not for you/),
    ]);
    expect(proxy.seen.map(({ url }) => `https://${url}`)).toContain(api.url);
  });

  test('stays within 2.5 MB', () => {
    const bytes = readdirSync(DIST).reduce((sum, name) => sum + readFileSync(join(DIST, name)).length, 0);
    expect(bytes).toBeLessThan(2.5e6);
  });
});
