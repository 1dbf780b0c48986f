import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { nodeCredentials } from '../../../src/adapters/node/credentials.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cn2-fleet-credentials-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const kubeconfig = 'apiVersion: v1\nkind: Config\n';

test('an environment variable holds the content plain or base64, with or without line breaks', async () => {
  const base64 = Buffer.from(kubeconfig).toString('base64');
  const credentials = nodeCredentials(root, {
    PLAIN: kubeconfig,
    ENCODED: base64,
    WRAPPED: `${base64.slice(0, 20)}\n${base64.slice(20)}\n`,
  });
  for (const env of ['PLAIN', 'ENCODED', 'WRAPPED']) {
    expect(await credentials.resolve({ env })).toEqual({ status: 'ok', value: kubeconfig });
  }
});

test('what is missing says what it is', async () => {
  const credentials = nodeCredentials(root, { EMPTY: ' ' });
  expect(await credentials.resolve({ env: 'NOT_SET' })).toEqual({
    status: 'missing',
    reason: 'environment variable NOT_SET is not set',
  });
  expect(await credentials.resolve({ env: 'EMPTY' })).toEqual({
    status: 'missing',
    reason: 'environment variable EMPTY is empty',
  });
  expect(await credentials.resolve({ file: 'no.kubeconfig' })).toEqual({
    status: 'missing',
    reason: 'file no.kubeconfig does not exist',
  });
});

test('a file is read relative to the declaration', async () => {
  await writeFile(join(root, 'central.kubeconfig'), kubeconfig);
  const file = { file: 'central.kubeconfig' };
  const found = { status: 'ok', value: kubeconfig, folder: root };
  expect(await nodeCredentials(root, {}).resolve(file)).toEqual(found);
  expect(await nodeCredentials(root, {}, async () => false).resolve(file)).toEqual(found);
  const asked: string[] = [];
  const tracking = nodeCredentials(root, {}, async (path) => asked.push(path) > 0);
  expect(await tracking.resolve(file)).toEqual({ ...found, tracked: true });
  expect(asked).toEqual([join(root, 'central.kubeconfig')]);
});

test('base64 counts also wrapped as tools do it, and without its padding; a word is a word', async () => {
  const resolved = async (content: string) =>
    (await nodeCredentials('/', { A: content }).resolve({ env: 'A' })) as { value: string };
  for (const text of ['a: 1', 'a: 12', 'a: 123', '{"auths":{}}', `apiVersion: v1\n# ${'x'.repeat(200)}\n`]) {
    const base64 = Buffer.from(text).toString('base64');
    const wrapped = base64.replace(/.{76}/g, '$&\r\n');
    for (const spelled of [base64, base64.replace(/=+$/, ''), wrapped, `${wrapped.replace(/=+$/, '')}\n`])
      expect((await resolved(spelled)).value).toBe(text);
  }
  for (const word of ['kubeconfig', 'secret', 'abc', 'a==', 'aaaaa']) expect((await resolved(word)).value).toBe(word);
});
