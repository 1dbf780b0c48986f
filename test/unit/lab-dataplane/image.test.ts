import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FileDigests } from '../../../lab/cn2/image/digests.ts';
import { findPrograms } from '../../../lab/cn2/image/host-programs.ts';
import { writeImageArchive } from '../../../lab/cn2/image/image-archive.ts';
import { type TarEntry, tarOf } from '../../../lab/cn2/image/tar.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cn2-image-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function entries(): Promise<TarEntry[]> {
  const source = join(folder, 'program');
  await writeFile(source, 'x'.repeat(1000), { mode: 0o4755 });
  return [
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
    { kind: 'copy', path: 'usr/bin/program', mode: 0o755, source },
    { kind: 'text', path: 'etc/motd', mode: 0o644, text: 'grüezi\n' },
    { kind: 'link', path: 'bin', target: 'usr/bin' },
  ];
}

test('tar reads what was written: modes, links, content, no owner and no time', async () => {
  const archive = join(folder, 'a.tar');
  const chunks: Buffer[] = [];
  for await (const chunk of tarOf(await entries())) chunks.push(chunk);
  await writeFile(archive, Buffer.concat(chunks));
  const listing = execFileSync('tar', ['--numeric-owner', '-tvf', archive], {
    env: { TZ: 'UTC', PATH: process.env.PATH ?? '' },
  }).toString();
  expect(
    listing
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ')),
  ).toEqual([
    'drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/',
    '-rwxr-xr-x 0/0 1000 1970-01-01 00:00 usr/bin/program',
    '-rw-r--r-- 0/0 8 1970-01-01 00:00 etc/motd',
    'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin -> usr/bin',
  ]);
  expect(execFileSync('tar', ['-xOf', archive, 'etc/motd']).toString()).toBe('grüezi\n');
});

test('a path that ustar cannot hold is refused instead of cut', async () => {
  const long: TarEntry = { kind: 'text', path: 'a'.repeat(101), mode: 0o644, text: '' };
  await expect(tarOf([long]).next()).rejects.toThrow('path too long');
});

test('an image archive names its images, its one layer each, and is the same for the same parts', async () => {
  const parts = [
    { names: ['lab.local/a:1', 'lab.local/b:1'], entries: await entries(), environment: { HOME: '/tmp' } },
    { names: ['lab.local/probe:1'], entries: (await entries()).slice(0, 1), user: '65532:65532', command: ['sleep', '9'] },
  ];
  const [first, second] = [join(folder, '1.tar'), join(folder, '2.tar')];
  await writeImageArchive(first, parts);
  await utimes(join(folder, 'program'), 1, 1);
  await writeImageArchive(second, parts);
  expect(await readFile(second)).toEqual(await readFile(first));
  expect((await readdir(folder)).sort()).toEqual(['1.tar', '2.tar', 'program']);

  const member = (name: string) => execFileSync('tar', ['-xOf', first, name]);
  const manifest = JSON.parse(member('manifest.json').toString());
  expect(manifest.map(({ RepoTags }: { RepoTags: string[] }) => RepoTags)).toEqual(parts.map(({ names }) => names));
  for (const { Config, Layers } of manifest) {
    const config = JSON.parse(member(Config).toString());
    const sum = execFileSync('sha256sum', { input: member(Layers[0]) })
      .toString()
      .split(' ')[0];
    expect(config.rootfs.diff_ids).toEqual([`sha256:${sum}`]);
    expect(execFileSync('sha256sum', { input: member(Config) }).toString()).toContain(Config.replace('.json', ''));
  }
  expect(JSON.parse(member(manifest[1].Config).toString()).config).toMatchObject({ User: '65532:65532', Cmd: ['sleep', '9'] });
});

test('missing programs are named together, with the packages to install', async () => {
  const programs = [
    { name: 'sh', package: 'dash' },
    { name: 'no-such-program', package: 'some-package' },
    { name: 'nor-this-one', package: 'other-package' },
  ];
  await expect(findPrograms(programs)).rejects.toThrow(
    "the lab's images need no-such-program, nor-this-one from this host; install some-package other-package",
  );
});

test('a file is read again only when it has changed', async () => {
  const [file, memory] = [join(folder, 'file'), join(folder, 'memory.json')];
  await writeFile(file, 'one');
  const before = await FileDigests.open(memory);
  const first = await before.of(file);
  await before.save();
  expect(await (await FileDigests.open(memory)).of(file)).toBe(first);
  await writeFile(file, 'two');
  await utimes(file, 7, 7);
  expect(await (await FileDigests.open(memory)).of(file)).not.toBe(first);
  await writeFile(memory, 'torn');
  expect(await (await FileDigests.open(memory)).of(file)).not.toBe(first);
});
