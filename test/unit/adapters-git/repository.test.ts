import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { gitRepository } from '../../../src/adapters/git/repository.ts';
import { RepositoryError } from '../../../src/ports/repository.ts';

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
  LANG: 'de_DE.UTF-8',
};
let top: string;

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: top, env: ENVIRONMENT, encoding: 'utf8' }).trim();
}

function write(path: string, text = 'x'): void {
  mkdirSync(join(top, path, '..'), { recursive: true });
  writeFileSync(join(top, path), text);
}

async function refusal(promise: Promise<unknown>): Promise<[string, string]> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RepositoryError)) throw new Error(`not a RepositoryError: ${String(error)}`);
  return [error.message, error.hint];
}

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'cn2-fleet-git-'));
});

describe('a git repository', () => {
  test('tells the commit that is checked out and the folder of the declaration', async () => {
    git('init', '-q');
    write('fleets/guide/clusters.yaml');
    git('add', '.');
    git('commit', '-qm', 'one');
    const repository = gitRepository(join(top, 'fleets/guide'), ENVIRONMENT);
    expect(await repository.head()).toBe(git('rev-parse', 'HEAD'));
    expect(await repository.prefix()).toBe('fleets/guide/');
    expect(await gitRepository(top, ENVIRONMENT).prefix()).toBe('');
  });

  test('lists what differs from the commit, below the asked paths alone', async () => {
    git('init', '-q');
    for (const path of [
      'sub/rendered/a',
      'sub/rendered/b',
      'sub/rendered/ü *?.yaml',
      'sub/clusters.yaml',
      'sub/other',
      'rendered/x',
    ])
      write(path);
    git('add', '.');
    git('commit', '-qm', 'one');
    const repository = gitRepository(join(top, 'sub'), ENVIRONMENT);
    expect(await repository.uncommitted(['rendered', 'clusters.yaml'])).toEqual([]);
    write('sub/rendered/a', 'edited');
    rmSync(join(top, 'sub/rendered/b'));
    write('sub/rendered/new/deep.yaml');
    write('sub/other', 'edited');
    write('rendered/x', 'edited');
    git('mv', 'sub/rendered/ü *?.yaml', 'sub/rendered/moved.yaml');
    expect(await repository.uncommitted(['rendered', 'clusters.yaml'])).toEqual([
      'sub/rendered/a',
      'sub/rendered/b',
      'sub/rendered/moved.yaml',
      'sub/rendered/new/deep.yaml',
      'sub/rendered/ü *?.yaml',
    ]);
    expect(await repository.uncommitted([])).toEqual([]);
    expect(await repository.uncommitted(['*', ':(top)rendered'])).toEqual([]);
  });

  test('knows its remote, without the credentials in it', async () => {
    git('init', '-q');
    const repository = gitRepository(top, ENVIRONMENT);
    expect(await repository.remote()).toBeUndefined();
    git('remote', 'add', 'origin', 'https://user:canary@github.com/octo/fleet.git');
    expect(await repository.remote()).toEqual({ serverUrl: 'https://github.com', repository: { owner: 'octo', name: 'fleet' } });
    git('remote', 'set-url', 'origin', '/srv/fleet.git');
    expect(await repository.remote()).toBeUndefined();
  });

  test('says when there is none, none with a commit, none that git trusts, and no git', async () => {
    const repository = gitRepository(top, ENVIRONMENT);
    expect(await refusal(repository.head())).toEqual([
      `${top} is not in a git repository`,
      'run it in a checkout; in a workflow actions/checkout comes first',
    ]);
    expect((await refusal(repository.remote()))[0]).toBe(`${top} is not in a git repository`);
    git('init', '-q');
    expect(await refusal(repository.head())).toEqual(['the repository has no commit yet', 'commit the declaration first']);
    const elsewhere = mkdtempSync(join(tmpdir(), 'cn2-fleet-path-'));
    expect((await refusal(gitRepository(join(top, 'no'), ENVIRONMENT).head()))[0]).toBe(`there is no folder ${join(top, 'no')}`);
    // @actions/exec looks for git in the path of the process.
    const path = process.env['PATH'];
    process.env['PATH'] = elsewhere;
    try {
      expect(await refusal(repository.head())).toEqual([
        'there is no git on this host',
        'install git and run the same command again',
      ]);
    } finally {
      process.env['PATH'] = path;
    }
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('says how to trust the repository of another account', async () => {
    git('init', '-q');
    chownSync(top, 12345, 12345);
    chownSync(join(top, '.git'), 12345, 12345);
    expect(await refusal(gitRepository(top, ENVIRONMENT).head())).toEqual([
      `git does not trust the repository of ${top}: another account owns it`,
      `git config --global --add safe.directory ${top}`,
    ]);
  });

  test('follows a link to the folder', async () => {
    git('init', '-q');
    write('a/clusters.yaml');
    git('add', '.');
    git('commit', '-qm', 'one');
    symlinkSync(join(top, 'a'), join(top, 'link'));
    expect(await gitRepository(join(top, 'link'), ENVIRONMENT).prefix()).toBe('a/');
  });

  test('runs nothing that a commit brings in the shape of a repository', async () => {
    git('init', '-q');
    write('fleet/clusters.yaml');
    write('fleet/HEAD', 'ref: refs/heads/main\n');
    for (const folder of ['objects', 'refs']) write(`fleet/${folder}/.keep`);
    const trap = join(top, 'pwned');
    const monitor = `fsmonitor = "touch ${trap}; false"`;
    write('fleet/config', `[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ${join(top, 'fleet')}\n${monitor}\n`);
    const repository = gitRepository(join(top, 'fleet'), ENVIRONMENT);
    expect((await refusal(repository.uncommitted(['clusters.yaml'])))[0]).toMatch(/bare repository/);
    expect(existsSync(trap)).toBe(false);
  });
});
