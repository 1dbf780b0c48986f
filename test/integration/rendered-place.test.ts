import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cli, guideCopy } from '../support/cli.ts';

test.each(['.', './', ''])(
  'render into the folder of the declaration (%j) is refused, and nothing is written',
  async (rendered) => {
    const folder = guideCopy();
    const before = readdirSync(folder);
    const { exitCode, stderr } = await cli(folder, ['render', '--rendered', rendered]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('--rendered: the declaration is in that folder')]);
    expect(readdirSync(folder)).toEqual(before);
    rmSync(folder, { recursive: true });
  },
);

test('a folder above the declaration is refused, one in .git too', async () => {
  const folder = guideCopy();
  execFileSync('git', ['init', '-q'], { cwd: folder });
  expect(await cli(folder, ['render', '--rendered', '.git/x'])).toMatchObject({ exitCode: 4 });
  expect(readdirSync(join(folder, '.git'))).not.toContain('x');
  mkdirSync(join(folder, 'prod'));
  for (const name of ['clusters.yaml', 'cn2']) renameSync(join(folder, name), join(folder, 'prod', name));
  expect(await cli(folder, ['render', '-f', 'prod/clusters.yaml', '--rendered', '.'])).toMatchObject({ exitCode: 1 });
  expect(await cli(folder, ['render', '-f', 'prod/clusters.yaml', '--rendered', 'rendered'])).toMatchObject({ exitCode: 0 });
  rmSync(folder, { recursive: true });
});
