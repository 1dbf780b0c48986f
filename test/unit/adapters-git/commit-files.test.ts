import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commitFiles } from '../../../src/adapters/git/commit-files.ts';

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

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: top, env: ENVIRONMENT, encoding: 'utf8' }).trim();
}

function write(path: string, text: string): void {
  mkdirSync(join(top, path, '..'), { recursive: true });
  writeFileSync(join(top, path), text);
}

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'cn2-fleet-commit-'));
  git('init', '--quiet', '-b', 'main');
  write('prod/clusters.yaml', 'before é\n');
  write('prod/cn2/a.yaml', 'a');
  write('shared/b.yaml', 'b');
  symlinkSync('../shared/b.yaml', join(top, 'prod/link.yaml'));
  git('add', '--all');
  git('commit', '--quiet', '-m', 'before');
  write('prod/clusters.yaml', 'after\n');
  write('prod/later.yaml', 'later');
});

afterAll(() => rmSync(top, { recursive: true, force: true }));

const at = (ref: string) => commitFiles(join(top, 'prod'), ENVIRONMENT, ref);

test('files are as that commit has them, not as the work tree has, from the folder of the declaration', async () => {
  const { commit, files } = await at('main');
  expect(commit).toBe(git('rev-parse', 'main'));
  expect(await files.read('clusters.yaml')).toBe('before é\n');
  expect(await files.read('later.yaml')).toBeUndefined();
  expect(await files.list('cn2')).toEqual(['cn2/a.yaml']);
  expect(await files.readAll('../shared')).toEqual([['../shared/b.yaml', 'b']]);
  expect(await files.readAll('cn2', () => false)).toEqual([]);
  expect(await files.list('cn')).toEqual([]);
});

test('a link is told and not followed; what leads out of the repository is outside', async () => {
  const { files } = await at('HEAD');
  expect(await files.read('link.yaml')).toBeUndefined();
  expect((await files.survey('link.yaml')).oddities).toEqual([{ path: 'link.yaml', kind: 'link' }]);
  expect((await files.survey('cn2')).oddities).toEqual([]);
  expect((await files.survey('../../x')).outside).toBe(true);
  await expect(files.read('../../x')).rejects.toThrow('leads out of the repository');
  await expect(files.change({ a: 'b' }, [])).rejects.toThrow('only read');
});

test('a commit that is not here, and what git would take for an option, is refused with what to do', async () => {
  for (const ref of ['no-such-branch', '--all', '']) {
    const error = (await at(ref).catch((reason: unknown) => reason)) as { message: string; hint: string };
    expect([error.message, error.hint.includes('fetch')]).toEqual([`the repository has no commit ${ref}`, true]);
  }
});
