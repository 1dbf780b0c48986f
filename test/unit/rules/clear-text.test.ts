import { expect, test } from '@jest/globals';
import { clearTextSecrets } from '../../../src/rules/clear-text.ts';

const env = (...variables: object[]) => ({ common: { initContainers: [{ name: 'a', env: variables }] } });

test('a variable that looks like a secret and has a value is found at its value', () => {
  const at = (index: number) => ['common', 'initContainers', 0, 'env', index, 'value'];
  const named = ['PASSWORD', 'DB_PASSWD', 'apiToken', 'API_KEY', 'CLIENT_SECRET', 'SSH_PRIVATE_KEY', 'AWS_CREDENTIALS'];
  expect(clearTextSecrets(env(...named.map((name) => ({ name, value: 'x' }))))).toEqual(named.map((_, index) => at(index)));
});

test('other variables, references and what is no list of variables are none', () => {
  const reference = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } };
  const others = ['LOG_LEVEL', 'TOKEN_TTL', 'PASSIVE', 'SECRETARY', 'KEYBOARD'].map((name) => ({ name, value: 'x' }));
  expect(clearTextSecrets(env(reference, { name: 'PASSWORD', value: '' }, ...others))).toEqual([]);
  for (const odd of [null, 'env', [], { env: 'PASSWORD' }, { env: [null, 1, { name: null }] }])
    expect(clearTextSecrets(odd)).toEqual([]);
});
