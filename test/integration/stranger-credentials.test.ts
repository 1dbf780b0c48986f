import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cli, guideCopy } from '../support/cli.ts';

const repository = { full_name: 'acme/fleet' };
const event = (fork: string) => ({
  repository,
  pull_request: {
    number: 1,
    user: { login: 'somebody' },
    head: { sha: 'a'.repeat(40), repo: { full_name: fork } },
    base: { ref: 'main', repo: repository },
  },
});
/** Its names are told where the context that is asked for is not there. */
const KUBECONFIG = JSON.stringify({
  contexts: [{ name: 'internal-name', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: 'canary-token' } }],
});

test.each(['validate', 'plan'])(
  '%s of a stranger’s run reads no credential, neither of a variable nor of a file of the host',
  async (command) => {
    const host = mkdtempSync(join(tmpdir(), 'cn2-fleet-host-'));
    writeFileSync(join(host, 'kubeconfig'), KUBECONFIG);
    const folder = guideCopy((text) =>
      text
        .replace('{env: KUBECONFIG_CLUSTER1}', '{env: KUBECONFIG_CLUSTER1, context: x}')
        .replace('{env: KUBECONFIG_CLUSTER2}', `{file: ${join(host, 'kubeconfig')}, context: x}`),
    );
    const run = async (fork: string) => {
      writeFileSync(join(host, 'event.json'), JSON.stringify(event(fork)));
      const environment = {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/fleet',
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: join(host, 'event.json'),
        GITHUB_WORKSPACE: folder,
        KUBECONFIG_CLUSTER1: KUBECONFIG,
      };
      const words = command === 'plan' ? ['plan', '--offline'] : [command];
      const { exitCode, stdout, stderr } = await cli(folder, words, { environment });
      return { exitCode, said: stdout + stderr };
    };
    const stranger = await run('mallory/fleet');
    expect(stranger).toEqual({ exitCode: 0, said: expect.not.stringMatching(/internal-name|E19|add-mask/) });
    if (command === 'validate') expect((await run('acme/fleet')).said).toContain('internal-name');
    for (const made of [host, folder]) rmSync(made, { recursive: true });
  },
);
