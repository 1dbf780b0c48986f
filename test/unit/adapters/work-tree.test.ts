import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { nodeFiles } from '../../../src/adapters/node/files.ts';

let outer: string;
let top: string;
let root: string;
let outside: string;

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'cn2-fleet-tree-'));
  [top, outside] = [join(outer, 'repository'), join(outer, 'outside')];
  root = join(top, 'fleets/prod');
  mkdirSync(root, { recursive: true });
  mkdirSync(outside);
  mkdirSync(join(top, '.git'));
  writeFileSync(join(top, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(outside, 'a.yaml'), 'outside');
});
afterEach(() => rmSync(outer, { recursive: true, force: true }));

const there = { outside: false, inRepository: true };

test('up to the top of the repository, and no further', async () => {
  const files = nodeFiles(root);
  mkdirSync(join(top, 'cn2'));
  writeFileSync(join(top, 'cn2/a.yaml'), 'inside');
  expect(await files.survey('../../cn2')).toEqual({ ...there, oddities: [] });
  expect(await files.list('../../cn2')).toEqual(['../../cn2/a.yaml']);
  expect(await files.read('../../cn2/a.yaml')).toBe('inside');
  expect(await files.survey('not/there')).toEqual({ ...there, oddities: [] });
  for (const path of ['../../../outside', '../../..', '../../../outside/a.yaml']) {
    expect(await files.survey(path)).toMatchObject({ outside: true });
    await expect(files.read(path)).rejects.toThrow(`${path} leads out of the repository`);
    await expect(files.list(path)).rejects.toThrow('leads out of the repository');
    await expect(files.change({ [`${path}/b`]: 'b' }, [])).rejects.toThrow('leads out of the repository');
    await expect(files.change({}, [path])).rejects.toThrow('leads out of the repository');
  }
  // A name that begins with dots is a name.
  await files.change({ '..name/x': 'x' }, []);
  expect(await files.list('..name')).toEqual(['..name/x']);
});

test('an empty folder .git makes no repository: the declaration’s folder is all there is', async () => {
  rmSync(join(top, '.git/HEAD'));
  expect(await nodeFiles(root).survey('../../cn2')).toMatchObject({ outside: true, inRepository: false });
  await expect(nodeFiles(root).read('../x')).rejects.toThrow('leads out of the folder of the declaration');
});

test('a work tree of its own has a file .git', async () => {
  rmSync(join(top, '.git'), { recursive: true });
  writeFileSync(join(top, '.git'), 'gitdir: elsewhere\n');
  expect(await nodeFiles(root).survey('../../cn2')).toMatchObject({ outside: false, inRepository: true });
});

test('a link is never written through, removed through or replaced, and nothing is written beside it', async () => {
  const files = nodeFiles(root);
  mkdirSync(join(root, 'rendered'));
  symlinkSync(outside, join(root, 'rendered/cluster1'));
  symlinkSync(join(outside, 'a.yaml'), join(root, 'rendered/plan.json'));
  for (const [write, remove] of [
    [{ 'rendered/b.yaml': 'b', 'rendered/cluster1/b.yaml': 'b' }, []],
    [{ 'rendered/b.yaml': 'b' }, ['rendered/cluster1/a.yaml']],
    [{ 'rendered/b.yaml': 'b', 'rendered/plan.json': '{}' }, []],
    [{}, ['rendered/plan.json']],
  ] as [Record<string, string>, string[]][])
    await expect(files.change(write, remove)).rejects.toThrow('is a symbolic link');
  expect(readdirSync(join(root, 'rendered')).sort()).toEqual(['cluster1', 'plan.json']);
  expect(readdirSync(outside)).toEqual(['a.yaml']);
  expect(readFileSync(join(outside, 'a.yaml'), 'utf8')).toBe('outside');
  expect(await files.survey('rendered')).toEqual({
    ...there,
    oddities: [
      { path: 'rendered/cluster1', kind: 'link' },
      { path: 'rendered/plan.json', kind: 'link' },
    ],
  });
});

test('a folder of the repository that is a link gives no top of another repository', async () => {
  mkdirSync(join(outside, '.git'));
  writeFileSync(join(outside, '.git/HEAD'), 'ref: refs/heads/main\n');
  symlinkSync(outside, join(top, 'prod'));
  const files = nodeFiles(join(top, 'prod'));
  expect(await files.survey('a.yaml')).toEqual({ ...there, oddities: [{ path: '.', kind: 'link' }] });
  await expect(files.read('a.yaml')).rejects.toThrow('is a symbolic link');
});

test('what a killed run left is passed over; any other hidden file is seen', async () => {
  const files = nodeFiles(root);
  mkdirSync(join(root, 'rendered'));
  writeFileSync(join(root, 'rendered/.cn2-fleet-0b8e3c1a-5d1f-4c7e-9a52-3f0a7d4b6c21'), '');
  writeFileSync(join(root, 'rendered/.cn2-fleet-more.yaml'), '');
  expect(await files.list('rendered')).toEqual(['rendered/.cn2-fleet-more.yaml']);
});

test('100 odd entries are enough, and a file of other bytes than text is refused', async () => {
  const files = nodeFiles(root);
  mkdirSync(join(root, 'rendered'));
  for (let at = 0; at < 150; at += 1) symlinkSync('nowhere', join(root, `rendered/l${at}`));
  expect((await files.survey('rendered')).oddities).toHaveLength(100);
  writeFileSync(join(root, 'latin1.yaml'), Buffer.from([0x61, 0xe4, 0x62]));
  await expect(files.read('latin1.yaml')).rejects.toThrow('latin1.yaml is not UTF-8 text');
});

test('a name that is not UTF-8 hides nothing: it is named, and what is below it is not looked at', async () => {
  const raw = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  mkdirSync(join(root, 'odd'));
  writeFileSync(raw(join(root, 'odd/x'), [0xff], '.yaml'), 'a: 1');
  mkdirSync(raw(join(root, 'odd/y'), [0xfe]));
  writeFileSync(join(root, 'odd/replaced\ufffd.yaml'), 'a: 1');
  expect((await nodeFiles(root).survey('odd')).oddities).toEqual([
    { path: 'odd/x\ufffd.yaml', kind: 'nameless' },
    { path: 'odd/y\ufffd', kind: 'nameless' },
  ]);
  expect(await nodeFiles(root).list('odd')).toEqual(['odd/replaced\ufffd.yaml']);
});

test('what git keeps for itself is in no commit', async () => {
  const files = nodeFiles(root);
  for (const path of ['../../.git/x/a.yaml', '../../.GIT/config', '../../.git']) {
    expect(await files.survey(path)).toMatchObject({ oddities: [{ kind: 'repository' }] });
    await expect(files.change({ [path]: 'b' }, [])).rejects.toThrow('is a repository of its own');
  }
  expect(await files.survey('../../.github/workflows')).toEqual({ ...there, oddities: [] });
});

test.each([
  ['own', 'own'],
  ['./own//a/../b', 'own/b'],
  ['.', '.'],
  ['../prod/own', 'own'],
  ['../../fleets/prod', '.'],
  ['../common', '../common'],
  ['../../fleets/common', '../common'],
  ['../..', '../..'],
])('%s is spelled %s', (path, spelled) => {
  expect(nodeFiles(root).spelling(path)).toBe(spelled);
});
