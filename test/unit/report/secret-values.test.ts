import { expect, test } from '@jest/globals';
import { redactText } from '../../../src/report/redact.ts';
import { secretsIn } from '../../../src/report/secret-values.ts';

test('token and key of a kubeconfig, plain or decoded, but not its address', () => {
  const key = Buffer.from('-----BEGIN PRIVATE KEY-----\nabcdefabcdef\n-----END PRIVATE KEY-----\n').toString('base64');
  const secrets = secretsIn(
    `users:\n- user:\n    token: "bearer-abcdef"\n    client-key-data: ${key}\nclusters:\n- cluster: {server: https://api.example.org:6443}\n`,
  );
  const text = `401 from https://api.example.org:6443 for bearer-abcdef with ${key} or ${Buffer.from(key, 'base64').toString()}`;
  expect(redactText(text, secrets)).toBe('401 from https://api.example.org:6443 for (secret) with (secret) or (secret)');
});

test('the password inside the auth of a docker config', () => {
  const auth = Buffer.from('robot:pass:word-1').toString('base64');
  expect(
    redactText(`pull with pass:word-1 or ${auth}`, secretsIn(JSON.stringify({ auths: { 'r.example.org': { auth } } }))),
  ).toBe('pull with (secret) or (secret)');
});
