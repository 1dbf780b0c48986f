import { expect, test } from '@jest/globals';
import { maskedCredentials, revealEnvironment } from '../../../src/cli/masked-credentials.ts';
import { Redactor } from '../../../src/report/redactor.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
users: [{name: me, user: {token: canary-token, client-key-data: ${Buffer.from('canary-key-of-two\nlines-of-it').toString('base64')}}}]
`;

/** What is hidden when a credential of this content is read twice. */
async function hidden(value: string): Promise<string[]> {
  const masks: string[] = [];
  const secrets = new Redactor();
  secrets.onMask((secret) => masks.push(secret));
  const credentials = maskedCredentials({ resolve: async () => ({ status: 'ok', value }) }, secrets);
  for (const _ of [1, 2]) expect(await credentials.resolve({ env: 'ANY' })).toEqual({ status: 'ok', value });
  return masks;
}

test('the values of a kubeconfig are hidden once, its words are not', async () => {
  const masks = await hidden(KUBECONFIG);
  expect(masks).toContain('canary-token');
  expect(masks).toContain('canary-key-of-two\nlines-of-it');
  expect(masks.filter((mask) => mask.includes('kind: Config'))).toEqual([]);
  expect(new Set(masks).size).toBe(masks.length);
});

test('a credential of one line is hidden as a whole', async () => {
  expect(await hidden('a-plain-token')).toContain('a-plain-token');
});

test('tokens of a workflow and passwords of proxies in the environment are hidden, addresses are not', () => {
  const secrets = new Redactor();
  revealEnvironment(
    { GITHUB_TOKEN: 'ghs_canary', https_proxy: 'http://me:canary-of-proxy@proxy.example:3128', GH_TOKEN: undefined },
    secrets,
  );
  expect(secrets.text('ghs_canary at http://me:canary-of-proxy@proxy.example:3128')).toBe(
    '(secret) at http://(secret)@proxy.example:3128',
  );
});

test('the password of a proxy without a scheme is hidden, too', () => {
  const secrets = new Redactor();
  revealEnvironment({ https_proxy: 'user:canary-proxy@proxy:3128' }, secrets);
  expect(secrets.text('via user:canary-proxy@proxy:3128')).not.toContain('canary-proxy');
});
