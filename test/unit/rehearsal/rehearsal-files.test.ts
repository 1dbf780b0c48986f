import { expect, test } from '@jest/globals';
import { rehearsalFiles } from '../../../src/rehearsal/rehearsal-files.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const source = () =>
  memoryFiles({ 'clusters.yaml': 'theirs', 'cn2/a.yaml': 'a', 'rendered/index.json': 'theirs', 'rendered-not/x': 'x' });
const rehearsed = (written = new Map<string, string>(), of = source()) =>
  rehearsalFiles(of, { file: 'clusters.yaml', text: 'ours', rendered: 'rendered' }, written);

test('the declaration is the lab’s, what is rendered there is not seen, all else is', async () => {
  const files = rehearsed();
  expect(await files.read('clusters.yaml')).toBe('ours');
  expect(await files.read('rendered/index.json')).toBeUndefined();
  expect(await files.list('rendered')).toEqual([]);
  expect(await files.readAll('cn2')).toEqual([['cn2/a.yaml', 'a']]);
  expect(await files.read('rendered-not/x')).toBe('x');
});

test('what is written stays in memory, and goes on to the next declaration', async () => {
  const [written, of] = [new Map<string, string>(), source()];
  await rehearsed(written, of).change({ 'rendered/index.json': '1', 'rendered/b/c.yaml': '2' }, []);
  const next = rehearsed(written, of);
  expect(await next.readAll('rendered')).toEqual([
    ['rendered/b/c.yaml', '2'],
    ['rendered/index.json', '1'],
  ]);
  await next.change({}, ['rendered/b/c.yaml']);
  expect(await next.list('rendered')).toEqual(['rendered/index.json']);
  expect([of.changes, of.files['rendered/index.json']]).toEqual([0, 'theirs']);
});

test('nothing else can be written', async () => {
  await expect(rehearsed().change({ 'clusters.yaml': 'x' }, [])).rejects.toThrow('nothing but what is rendered');
});
