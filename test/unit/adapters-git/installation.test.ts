import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installationOf } from '../../../src/adapters/git/installation.ts';
import { gitRepository } from '../../../src/adapters/git/repository.ts';
import { ownActionOf } from '../../../src/verbs/init/own-action.ts';

/** Nothing of the host's configuration. */
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.net',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.net',
};
let top: string;
const git = (...args: string[]) => execFileSync('git', args, { cwd: top, env: ENVIRONMENT, encoding: 'utf8' }).trim();

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'cn2-fleet-git-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function committed(branch = 'main'): string {
  git('init', '-q', '-b', branch);
  writeFileSync(join(top, 'file'), 'x');
  git('add', '.');
  git('commit', '-qm', 'one');
  return git('rev-parse', 'HEAD');
}

describe('where this program comes from', () => {
  test('a clone whose commit the remote has; the release, where the commit is one', async () => {
    const commit = committed();
    git('remote', 'add', 'origin', 'git@github.com:acme/cn2-fleet.git');
    expect(await installationOf(top, ENVIRONMENT)).toBeUndefined();
    git('update-ref', 'refs/remotes/origin/main', commit);
    const found = { serverUrl: 'https://github.com', repository: { owner: 'acme', name: 'cn2-fleet' }, commit };
    expect(await installationOf(top, ENVIRONMENT)).toEqual(found);
    git('tag', 'v1.2.3');
    git('tag', 'other');
    expect(await installationOf(top, ENVIRONMENT)).toEqual({ ...found, release: 'v1.2.3' });
  });

  test('not of the repository of somebody who has it as a package, nor of none', async () => {
    const commit = committed();
    git('remote', 'add', 'origin', 'https://github.com/user/fleet');
    git('update-ref', 'refs/remotes/origin/main', commit);
    const folder = join(top, 'node_modules/cn2-fleet');
    mkdirSync(folder, { recursive: true });
    expect(await installationOf(folder, ENVIRONMENT)).toBeUndefined();
    rmSync(join(top, '.git'), { recursive: true });
    expect(await installationOf(top, ENVIRONMENT)).toBeUndefined();
    expect(await installationOf(top, { ...ENVIRONMENT, PATH: '/nonexistent' })).toBeUndefined();
  });

  test('workflows find it on their own server and on github.com', async () => {
    const own = (serverUrl: string, home: string | undefined) =>
      ownActionOf({
        installation: async () => ({ serverUrl, repository: { owner: 'acme', name: 'cn2-fleet' }, commit: 'c', release: 'v1' }),
        repository: {
          ...gitRepository(top, ENVIRONMENT),
          remote: async () => (home === undefined ? undefined : { serverUrl: home, repository: { owner: 'o', name: 'n' } }),
        },
      });
    const action = { name: 'acme/cn2-fleet', ref: 'c', release: 'v1' };
    expect(await own('https://github.com', undefined)).toEqual(action);
    expect(await own('https://github.com', 'https://ghes.example')).toEqual(action);
    expect(await own('https://ghes.example', 'https://ghes.example')).toEqual(action);
    expect(await own('https://ghes.example', 'https://github.com')).toBeUndefined();
    expect(await own('https://ghes.example', undefined)).toBeUndefined();
  });
});

describe('the default branch', () => {
  const branch = () => gitRepository(top, ENVIRONMENT).defaultBranch();

  test('is what the remote calls its head, wherever one is', async () => {
    const commit = committed();
    git('switch', '-qc', 'topic');
    git('update-ref', 'refs/remotes/origin/release/1.0', commit);
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/release/1.0');
    expect(await branch()).toBe('release/1.0');
  });

  test('is the only one, also before its first commit', async () => {
    git('init', '-q', '-b', 'trunk');
    expect(await branch()).toBe('trunk');
  });

  test('is of several the one that new repositories begin with', async () => {
    committed('trunk');
    git('branch', 'topic');
    expect(await branch()).toBeUndefined();
    git('config', 'init.defaultBranch', 'trunk');
    git('switch', '-q', 'topic');
    expect(await branch()).toBe('trunk');
  });

  test('is not the only branch here where the remote has others, nor a head that is gone', async () => {
    const commit = committed('topic');
    git('update-ref', 'refs/remotes/origin/other', commit);
    expect(await branch()).toBeUndefined();
    git('update-ref', 'refs/remotes/origin/main', commit);
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
    expect(await branch()).toBe('main');
  });

  test('is main where there is one', async () => {
    committed('main');
    git('switch', '-qc', 'topic');
    expect(await branch()).toBe('main');
  });

  test('is not known of a commit without a branch', async () => {
    const commit = committed('topic');
    git('checkout', '-q', '--detach', commit);
    git('branch', '-q', '-D', 'topic');
    expect(await branch()).toBeUndefined();
  });
});
