import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cli, guideCopy } from '../support/cli.ts';

let folder: string;
beforeEach(() => {
  folder = guideCopy();
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['inputs by an alias', 'x: &inputs {command: plan}\njobs: {plan: {steps: [{uses: cn2-fleet/cn2-fleet@v1, with: *inputs}]}}\n'],
  ['inputs that are a text', 'jobs: {plan: {steps: [{uses: cn2-fleet/cn2-fleet@v1, with: plan}]}}\n'],
  [
    'variables that another step shares',
    'jobs: {plan: {steps: [{uses: cn2-fleet/cn2-fleet@v1, with: {command: plan}, env: &e {A: b}}, {run: x, env: *e}]}}\n',
  ],
])('a workflow with %s was adapted by a person, and stays', async (_, text) => {
  const path = join(folder, '.github/workflows/cn2-fleet-plan.yml');
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(path, text);
  const { stderr } = await cli(folder, ['init']);
  expect(stderr).not.toContain('internal error');
  expect(readFileSync(path, 'utf8')).toContain('jobs: {plan: {steps: [{uses: cn2-fleet/cn2-fleet@v1');
  expect(existsSync(join(folder, '.github/workflows/cn2-fleet-apply.yml'))).toBe(true);
});

test('a folder whose name is an expression of GitHub stands in no workflow', async () => {
  const name = `\${{ github.token }}`;
  mkdirSync(join(folder, name));
  for (const part of ['clusters.yaml', 'cn2']) renameSync(join(folder, part), join(folder, name, part));
  const { exitCode, stderr } = await cli(folder, ['init', '-f', `${name}/clusters.yaml`]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('contains a GitHub expression')]);
  expect(existsSync(join(folder, '.github'))).toBe(false);
});
