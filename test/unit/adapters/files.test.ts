import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { nodeFiles } from '../../../src/adapters/node/files.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cn2-fleet-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('an absent file is undefined and an absent folder is empty', async () => {
  expect(await nodeFiles(root).read('nothing')).toBeUndefined();
  expect(await nodeFiles(root).list('nothing')).toEqual([]);
});

test('writes into new folders, removes, and takes empty folders away', async () => {
  const files = nodeFiles(root);
  await files.change({ 'rendered/c1/a.yaml': 'a', 'rendered/c2/b.yaml': 'b' }, []);
  expect(await files.list('rendered')).toEqual(['rendered/c1/a.yaml', 'rendered/c2/b.yaml']);
  await files.change({ 'rendered/c1/a.yaml': 'A' }, ['rendered/c2/b.yaml', 'rendered/never/there.yaml']);
  expect(await files.read('rendered/c1/a.yaml')).toBe('A');
  expect(await readdir(join(root, 'rendered'))).toEqual(['c1']);
});

test('all files of a folder are read with their texts', async () => {
  const files = nodeFiles(root);
  await files.change({ 'rendered/c1/a.yaml': 'a', 'rendered/b.yaml': 'ä' }, []);
  expect(await files.readAll('rendered')).toEqual([
    ['rendered/b.yaml', 'ä'],
    ['rendered/c1/a.yaml', 'a'],
  ]);
  expect(await files.readAll('nothing')).toEqual([]);
  await writeFile(join(root, 'rendered/c.yaml'), Buffer.from([0xff]));
  await expect(files.readAll('rendered')).rejects.toThrow('rendered/c.yaml is not UTF-8 text');
});

test('many files are written at once, and all of them are there', async () => {
  const files = nodeFiles(root);
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`rendered/c${index % 7}/${index}.yaml`, `${index}`]),
  );
  await files.change(many, []);
  expect(Object.fromEntries(await files.readAll('rendered'))).toEqual(many);
});

test('a write that fails half way changes nothing and leaves nothing behind', async () => {
  const files = nodeFiles(root);
  await files.change({ 'rendered/a.yaml': 'old' }, []);
  await writeFile(join(root, 'blocked'), 'a file where a folder is wanted');
  const change = files.change({ 'rendered/a.yaml': 'new', 'made/c.yaml': 'c', 'blocked/b.yaml': 'b' }, ['rendered/a.yaml']);
  await expect(change).rejects.toMatchObject({ path: join(root, 'blocked') });
  expect(await files.read('rendered/a.yaml')).toBe('old');
  expect(await readdir(join(root, 'rendered'))).toEqual(['a.yaml']);
  expect((await readdir(root)).sort()).toEqual(['blocked', 'rendered']);
});
