import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WORKFLOWS } from '../../src/model/init.ts';
import { guideCopy } from '../support/cli.ts';
import { startPlainGuide } from '../support/plain-guide.ts';

const ROOT = join(import.meta.dirname, '../..');
const BYTES = 3_000_000;
const NPM = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];

let place: string;
let archive: string;
let installed: string;
let guide: string;

/** Of a host on which the package is installed and nothing is set. */
function environment(): Record<string, string> {
  const path = [dirname(process.execPath), join(installed, 'node_modules/.bin'), process.env['PATH']].join(':');
  return { PATH: path, HOME: place, npm_config_cache: join(place, 'cache') };
}

/** npm, or what the package installs, in a folder; what it printed. Throws for an exit code other than 0. */
function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, env: environment(), encoding: 'utf8' });
}

/** The same with further variables; how it ended. */
function attempt(program: string, args: readonly string[], cwd: string, more: Record<string, string>) {
  return spawnSync(program, args, { cwd, env: { ...environment(), ...more }, encoding: 'utf8' });
}

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'cn2-fleet-package-'));
  installed = join(place, 'empty');
  mkdirSync(installed);
  run('npm', ['pack', '--silent', '--pack-destination', place], ROOT);
  archive = join(place, readdirSync(place).find((name) => name.endsWith('.tgz'))!);
  run('npm', ['install', ...NPM, archive], installed);
  guide = guideCopy();
}, 60_000);

afterAll(() => {
  for (const folder of [place, guide]) if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test('the package is small, has what the program and the Action need, and brings nothing else', () => {
  const folder = join(installed, 'node_modules/cn2-fleet');
  expect(statSync(archive).size).toBeLessThan(BYTES);
  expect(readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cn2-fleet']);
  const parts = ['action.yml', 'node/action.yml', 'schema/clusters.schema.json', 'dist/licenses.txt', 'LICENSE', 'README.md'];
  const shipped = [...parts, 'deploy/central', 'deploy/kubeconfig.sh', ...WORKFLOWS.map((name) => `workflows/${name}.yml`)];
  expect(shipped.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  expect(readdirSync(folder).filter((name) => ['src', 'test', 'lab', 'tools', 'docs'].includes(name))).toEqual([]);
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect([about['dependencies'], about['optionalDependencies']]).toEqual([undefined, undefined]);
});

test('it says which it is, though it has no history', () => {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  expect(run('cn2-fleet', ['--version'], installed)).toMatch(
    new RegExp(`^cn2-fleet \\d+\\.\\d+\\.\\d+ \\(commit ${commit}\\)\n$`),
  );
  expect(existsSync(join(ROOT, 'commit.txt'))).toBe(false);
});

test('validate, render, explain and init run from it without a network', () => {
  expect(run('cn2-fleet', ['validate'], guide)).toContain('warning');
  expect(run('cn2-fleet', ['render'], guide)).toContain('Rendered:');
  expect(run('npx', ['--offline', 'cn2-fleet', 'explain', 'E1'], installed)).toContain('E1');
  const fresh = mkdtempSync(join(place, 'fresh-'));
  run('git', ['init', '-q', '-b', 'main'], fresh);
  run('cn2-fleet', ['init'], fresh);
  const workflows = readdirSync(join(fresh, '.github/workflows')).sort();
  expect([existsSync(join(fresh, 'clusters.yaml')), workflows]).toEqual([
    true,
    WORKFLOWS.map((name) => `cn2-fleet-${name}.yml`).sort(),
  ]);
});

test('plan runs from it against live clusters', async () => {
  await using servers = await startPlainGuide();
  const folder = guideCopy((text) => servers.declare(text));
  try {
    const { status, stdout, stderr } = attempt('cn2-fleet', ['plan', '--format', 'json'], folder, servers.environment);
    expect({ status, stderr: status === 2 ? '' : stderr }).toEqual({ status: 2, stderr: '' });
    const plan = JSON.parse(stdout) as { complete: boolean; clusters: { name: string; status: string; changes: unknown[] }[] };
    expect([plan.complete, plan.clusters.map(({ name, status: of }) => [name, of])]).toEqual([
      true,
      [
        ['cluster1', 'known'],
        ['cluster2', 'known'],
      ],
    ]);
    for (const { changes } of plan.clusters) expect(changes.length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test('the one file of a release runs alone', () => {
  const folder = mkdtempSync(join(place, 'single-'));
  const file = join(folder, 'cn2-fleet.mjs');
  run(process.execPath, [join(ROOT, 'tools/build-single-file.ts'), file], ROOT);
  expect(readdirSync(folder)).toEqual(['cn2-fleet.mjs']);
  run('git', ['init', '-q', '-b', 'main'], folder);
  expect(run(file, ['--version'], folder)).toMatch(/ \(commit [0-9a-f]{40}\)\n$/);
  run(file, ['init'], folder);
  expect(readdirSync(join(folder, '.github/workflows'))).toHaveLength(WORKFLOWS.length);
  rmSync(join(guide, 'rendered'), { recursive: true, force: true });
  expect(run(file, ['render'], guide)).toContain('Rendered:');
}, 30_000);
