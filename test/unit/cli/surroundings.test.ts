import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { surroundingsOf } from '../../../src/cli/surroundings.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ENVIRONMENT = { PATH: process.env['PATH'], HOME: '/nonexistent', GITHUB_TOKEN: 'ghp_canary' };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cn2-fleet-around-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: string[]): void {
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.net'];
  execFileSync('git', [...person, ...args], { cwd: root, env: { PATH: ENVIRONMENT.PATH ?? '' } });
}

async function around(remote: string, environment: Record<string, string> = {}) {
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message', 'one');
  git('remote', 'add', 'origin', remote);
  const invocation = parseCommandLine(['propose']);
  if ('help' in invocation) throw new Error('a command is wanted');
  return surroundingsOf(invocation, {
    environment: { ...ENVIRONMENT, ...environment },
    root,
    write: () => {},
    clock: new FakeClock(0),
    reporter: { progress: () => {} },
    secrets: new Redactor(),
    signal: new AbortController().signal,
  });
}

test.each(['git@github.com:octo/fleet.git', 'http://github.com/octo/fleet', 'https://octo.ghe.com/octo/fleet'])(
  'a remote of GitHub’s own service says where to write: %s',
  async (remote) => {
    expect((await around(remote)).github?.origin.repository).toEqual({ owner: 'octo', name: 'fleet' });
  },
);

test('the token goes to no other host because a remote names it', async () => {
  const refusal = around('https://git.example.net/octo/fleet.git');
  await expect(refusal).rejects.toMatchObject({
    message: expect.stringContaining('git.example.net'),
    hint: expect.stringContaining('GITHUB_SERVER_URL=https://git.example.net'),
  });
});

test('a server of one’s own is named by the variables of a workflow', async () => {
  const { github } = await around('https://git.example.net/octo/fleet.git', { GITHUB_SERVER_URL: 'https://git.example.net' });
  expect(github?.origin.serverUrl).toBe('https://git.example.net');
});
