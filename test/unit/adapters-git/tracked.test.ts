import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gitRepository } from '../../../src/adapters/git/repository.ts';

/** Nothing of the host's configuration. */
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
let workspace: string;
let elsewhere: string;

function write(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x');
  return path;
}

function git(folder: string, ...args: string[]): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('git', args, { cwd: folder, env: ENVIRONMENT });
}

function isTracked(path: string, environment: Record<string, string> = {}): Promise<boolean> {
  return gitRepository(workspace, { ...ENVIRONMENT, GITHUB_WORKSPACE: workspace, ...environment }).isTracked(path);
}

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'cn2-fleet-workspace-'));
  elsewhere = mkdtempSync(join(tmpdir(), 'cn2-fleet-elsewhere-'));
});
afterEach(() => {
  for (const folder of [workspace, elsewhere]) rmSync(folder, { recursive: true, force: true });
});

test('in a repository: what the index holds, whatever pattern its name looks like', async () => {
  git(workspace, 'init', '-q');
  for (const name of ['sub/kubeconfig', '*', 'with space']) write(join(workspace, name));
  git(workspace, 'add', '.');
  write(join(workspace, 'made-by-a-step'));
  expect(await isTracked(join(workspace, 'sub/kubeconfig'))).toBe(true);
  expect(await isTracked(join(workspace, '*'))).toBe(true);
  expect(await isTracked(join(workspace, 'with space'))).toBe(true);
  expect(await isTracked(join(workspace, 'made-by-a-step'))).toBe(false);
  expect(await isTracked(write(join(elsewhere, 'kubeconfig')))).toBe(false);
  expect(await isTracked(join(workspace, 'is-not-there'))).toBe(true);
});

test('through links: one in the work tree, and one elsewhere that leads into it', async () => {
  git(workspace, 'init', '-q');
  write(join(workspace, 'kubeconfig'));
  symlinkSync(write(join(elsewhere, 'target')), join(workspace, 'link'));
  symlinkSync(elsewhere, join(workspace, 'folder'));
  git(workspace, 'add', '.');
  symlinkSync(join(workspace, 'kubeconfig'), join(elsewhere, 'into'));
  symlinkSync(join(elsewhere, 'target'), join(elsewhere, 'beside'));
  expect(await isTracked(join(workspace, 'link'))).toBe(true);
  expect(await isTracked(join(workspace, 'folder/target'))).toBe(true);
  expect(await isTracked(join(elsewhere, 'into'))).toBe(true);
  expect(await isTracked(`/proc/self/root${join(workspace, 'kubeconfig')}`)).toBe(true);
  expect(await isTracked(join(elsewhere, 'beside'))).toBe(false);
});

test('a checkout of another repository, and what git itself keeps', async () => {
  git(workspace, 'init', '-q');
  const other = join(workspace, 'other');
  git(other, 'init', '-q');
  write(join(other, 'kubeconfig'));
  git(other, 'add', '.');
  write(join(other, 'made-by-a-step'));
  expect(await isTracked(join(other, 'kubeconfig'))).toBe(true);
  expect(await isTracked(join(other, 'made-by-a-step'))).toBe(false);
  expect(await isTracked(join(workspace, '.git/config'))).toBe(true);
});

test('without git: everything below the workspace, nothing beside it', async () => {
  const path = write(join(workspace, 'a/kubeconfig'));
  expect(await isTracked(path)).toBe(true);
  expect(await isTracked(path, { GITHUB_WORKSPACE: '' })).toBe(true);
  expect(await isTracked(write(join(elsewhere, 'kubeconfig')))).toBe(false);
  expect(await isTracked(path, { PATH: '/nonexistent' })).toBe(true);
});

test.each<[string, (folder: string) => string]>([
  ['GIT_DIR', (folder) => join(folder, '.git')],
  ['GIT_INDEX_FILE', (folder) => join(folder, 'no-index')],
  ['GIT_WORK_TREE', (folder) => folder],
  ['GIT_NAMESPACE', () => 'other'],
  ['GIT_CEILING_DIRECTORIES', () => workspace],
  ['GIT_ICASE_PATHSPECS', () => '1'],
])('%s of the environment leads to no other answer', async (name, value) => {
  git(workspace, 'init', '-q');
  git(elsewhere, 'init', '-q');
  const path = write(join(workspace, 'd/kubeconfig'));
  git(workspace, 'add', '.');
  expect(await isTracked(path, { [name]: value(elsewhere) })).toBe(true);
  expect(await isTracked(write(join(workspace, 'd/made')), { [name]: value(elsewhere) })).toBe(false);
});
