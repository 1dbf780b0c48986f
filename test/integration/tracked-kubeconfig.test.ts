import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../support/certificate.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { CredentialPlugin, kubeconfigOf } from '../support/credential-plug-in.ts';
import { answer, ScriptedApi, status } from '../support/scripted-api.ts';

const PULL_SECRET = JSON.stringify({ auths: { 'lab.local': { auth: Buffer.from('lab:canary').toString('base64') } } });

interface PlanFindings {
  findings: { rule: string; severity: string; message: string; remedy: string; file?: string; line?: number }[];
  clusters: { name: string; status: string; reason?: string }[];
}

const IDENTITY = selfSigned({ names: ['127.0.0.1'] });
const AUTHORITY = { 'certificate-authority-data': Buffer.from(IDENTITY.certificate).toString('base64') };

let api: ScriptedApi;
beforeAll(async () => {
  api = await ScriptedApi.start((_, response) => answer(response, 403, status(403, 'Forbidden', 'not for you')), IDENTITY);
});
afterAll(() => api[Symbol.asyncDispose]());

/** The guide's fleet in a repository, cluster2 by the kubeconfig of a file. */
function fleetWith(kubeconfig: string, options: { git?: boolean; file?: string; link?: boolean } = {}): string {
  const { git = true, file = 'cluster2.kubeconfig', link = false } = options;
  const folder = guideCopy((text) => text.replace('{env: KUBECONFIG_CLUSTER2}', `{file: ${file}}`));
  const path = file.startsWith('/') ? file : join(folder, file);
  if (link) {
    const target = join(mkdtempSync(join(tmpdir(), 'cn2-fleet-target-')), 'kubeconfig');
    writeFileSync(target, kubeconfig);
    symlinkSync(target, path);
  } else writeFileSync(path, kubeconfig);
  if (git) {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['add', '.'], { cwd: folder });
  }
  return folder;
}

async function planOf(folder: string, environment: Record<string, string>, command = ['plan']) {
  const result = await cli(folder, [...command, '--format', 'json'], {
    environment: {
      KUBECONFIG_CLUSTER1: kubeconfigOf(api.url, { token: 'canary-token' }, AUTHORITY),
      CN2_PULL_SECRET: PULL_SECRET,
      GITHUB_WORKSPACE: folder,
      ...environment,
    },
  });
  rmSync(folder, { recursive: true });
  return { ...result, document: JSON.parse(result.stdout) as PlanFindings };
}

describe('in a job a kubeconfig of the repository runs nothing and reads nothing', () => {
  const JOB = { GITHUB_ACTIONS: 'true' };

  test.each<[string, (plugin: CredentialPlugin) => Record<string, unknown>, Parameters<typeof fleetWith>[1]]>([
    ['a plug-in', (plugin) => ({ exec: plugin.exec() }), {}],
    ['a plug-in, without .git', (plugin) => ({ exec: plugin.exec() }), { git: false }],
    ['a plug-in, by a link to a file elsewhere', (plugin) => ({ exec: plugin.exec() }), { link: true }],
    ['an auth-provider', () => ({ 'auth-provider': { name: 'oidc' } }), {}],
    ['a token file', () => ({ tokenFile: '/etc/hostname' }), {}],
    ['a key file', () => ({ 'client-certificate': '/etc/hostname', 'client-key': '/etc/hostname' }), {}],
  ])('%s', async (_, user, options) => {
    using plugin = new CredentialPlugin(`credential({ token: 'canary' });`);
    const stranger = await ScriptedApi.start((__, response) => answer(response, 200, {}), IDENTITY);
    await using ___ = stranger;
    const folder = fleetWith(kubeconfigOf(stranger.url, user(plugin), AUTHORITY), options);
    const { exitCode, document } = await planOf(folder, JOB);
    expect(exitCode).toBe(8);
    const found = document.findings.filter(({ rule }) => rule === 'credential');
    expect(found.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(
        'cluster2: the kubeconfig is a file of the repository, so in a job it may not name programs or files',
      ),
    );
    expect(found[0]).toMatchObject({
      severity: 'error',
      line: expect.any(Number),
      remedy: expect.stringContaining('as a secret'),
    });
    expect([plugin.runs, stranger.requests]).toEqual([[], []]);
  });

  test('also for validate --live', async () => {
    using plugin = new CredentialPlugin(`credential({ token: 'canary' });`);
    const folder = fleetWith(kubeconfigOf(api.url, { exec: plugin.exec() }, AUTHORITY));
    const { exitCode, stdout } = await planOf(folder, JOB, ['validate', '--live']);
    expect([exitCode, plugin.runs]).toEqual([8, []]);
    expect(stdout).toContain('is a file of the repository');
  });
});

describe('a plug-in runs', () => {
  test('for a kubeconfig that is no file of the repository, without the secrets of the run', async () => {
    using plugin = new CredentialPlugin(`console.error('the plug-in is without network'); process.exit(2);`);
    const place = mkdtempSync(join(tmpdir(), 'cn2-fleet-runner-'));
    const folder = fleetWith(kubeconfigOf(api.url, { exec: plugin.exec() }, AUTHORITY), { file: join(place, 'kubeconfig') });
    const { exitCode, document } = await planOf(
      folder,
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_TOKEN: 'canary-github-token',
        'INPUT_GITHUB-TOKEN': 'canary-github-token',
        CN2_FLEET_INPUT_GITHUB_TOKEN: 'canary-github-token',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-id-token',
        AWS_PROFILE: 'prod',
      },
      ['validate', '--live'],
    );
    rmSync(place, { recursive: true });
    expect(exitCode).toBe(8);
    expect(document.findings.filter(({ rule }) => rule === 'credential').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^cluster2: the credential plug-in .* failed \(exit 2\): the plug-in is without network$/),
    );
    expect(plugin.runs.length).toBeGreaterThan(0);
    expect(plugin.runs[0]!.env['AWS_PROFILE']).toBe('prod');
    expect(JSON.stringify(plugin.runs)).not.toContain('canary');
  });

  test('on the user’s own machine from any file, as with kubectl', async () => {
    using plugin = new CredentialPlugin(`credential({ token: 'a-token' });`);
    const folder = fleetWith(kubeconfigOf(api.url, { exec: plugin.exec() }, AUTHORITY));
    const { exitCode } = await planOf(folder, {}, ['validate', '--live']);
    expect([exitCode, plugin.runs.length]).toEqual([8, 1]);
  });
});
