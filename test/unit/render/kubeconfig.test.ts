import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { KubeconfigError, rewriteServer } from '../../../src/render/kubeconfig.ts';

const SERVER = 'https://172.27.115.180:6443';
const CONFIG = `apiVersion: v1
kind: Config
current-context: admin@one
preferences: {}
clusters:
- name: one
  cluster: {server: 'https://127.0.0.1:40001', certificate-authority-data: Q0E=, proxy-url: 'http://proxy:3128'}
- name: two
  cluster: {server: 'https://127.0.0.1:40002', certificate-authority-data: Q0Ey, tls-server-name: kubernetes}
contexts:
- name: admin@one
  context: {cluster: one, user: admin, namespace: default}
- name: robot@two
  context: {cluster: two, user: robot}
- name: lost
  context: {cluster: three, user: admin}
- name: nobody
  context: {cluster: one, user: nobody}
users:
- name: admin
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
- name: robot
  user: {token: 0123456}
- name: plugged
  user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}}
`;

function errorOf(text: string, context?: string): string {
  try {
    rewriteServer(text, context, SERVER);
  } catch (error) {
    expect(error).toBeInstanceOf(KubeconfigError);
    expect((error as KubeconfigError).rule).toBe('E19');
    return (error as KubeconfigError).message;
  }
  throw new Error('it was accepted');
}

const withUser = (user: string) => CONFIG.replace('{client-certificate-data: Q0VSVA==, client-key-data: S0VZ}', user);

describe('a kubeconfig that is handed over', () => {
  test('holds the current context alone, under the declared address', () => {
    expect(parse(rewriteServer(CONFIG, undefined, SERVER))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'admin@one',
      clusters: [{ name: 'one', cluster: { server: SERVER, 'certificate-authority-data': 'Q0E=' } }],
      contexts: [{ name: 'admin@one', context: { cluster: 'one', user: 'admin' } }],
      users: [{ name: 'admin', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
    });
  });

  test('or the named one; a token of digits stays a text', () => {
    const text = rewriteServer(CONFIG, 'robot@two', SERVER);
    expect(parse(text)).toMatchObject({
      'current-context': 'robot@two',
      clusters: [
        { name: 'two', cluster: { server: SERVER, 'certificate-authority-data': 'Q0Ey', 'tls-server-name': 'kubernetes' } },
      ],
      users: [{ name: 'robot', user: { token: '0123456' } }],
    });
    expect(parse(text, { version: '1.1' })).toEqual(parse(text));
    expect(text).not.toContain('admin');
  });

  test('does not change when other entries of the original do', () => {
    const other = CONFIG.replace('https://127.0.0.1:40001', 'https://10.0.0.1').replace('token: 0123456', 'token: other');
    expect(rewriteServer(other, undefined, SERVER)).toBe(rewriteServer(CONFIG, undefined, SERVER));
  });

  test('may be JSON', () => {
    const json = JSON.stringify(parse(CONFIG.replace('0123456', '"0123456"')));
    expect(rewriteServer(json, 'robot@two', SERVER)).toBe(rewriteServer(CONFIG, 'robot@two', SERVER));
  });

  test('a path beside embedded data does not count, as for kubectl', () => {
    const text = withUser('{client-certificate-data: Q0VSVA==, client-key-data: S0VZ, client-key: /root/key.pem}');
    expect(rewriteServer(text, undefined, SERVER)).not.toContain('/root');
  });
});

describe('is refused', () => {
  test.each([
    ['no YAML', 'a: [', undefined, 'it is not YAML'],
    ['empty', '', undefined, 'empty'],
    ['a list', '- a', undefined, 'not a mapping'],
    ['without current context', CONFIG.replace('current-context: admin@one', ''), undefined, 'no current-context'],
    ['with an unknown context', CONFIG, 'other', 'no context other (it has admin@one, robot@two, lost, nobody)'],
    ['with a missing cluster', CONFIG, 'lost', 'no cluster (of context lost) three (it has one, two)'],
    ['with a missing user', CONFIG, 'nobody', 'no user (of context nobody) nobody'],
    ['with a plug-in', CONFIG.replace('user: admin,', 'user: plugged,'), undefined, 'plug-in (exec)'],
    ['with an old plug-in', withUser('{auth-provider: {name: gcp}}'), undefined, 'plug-in (auth-provider)'],
    [
      'with a certificate by path',
      withUser('{client-certificate: /root/c.pem, client-key-data: S0VZ}'),
      undefined,
      '(client-certificate)',
    ],
    ['with a key by path', withUser('{client-certificate-data: Q0VSVA==, client-key: k.pem}'), undefined, '(client-key)'],
    ['with a token by path', withUser('{tokenFile: /var/run/token}'), undefined, '(tokenFile)'],
    [
      'with an authority by path',
      CONFIG.replace('certificate-authority-data: Q0E=', 'certificate-authority: ca.pem'),
      undefined,
      '(certificate-authority)',
    ],
    [
      'without a check of the server',
      CONFIG.replace('certificate-authority-data: Q0E=', 'insecure-skip-tls-verify: true'),
      undefined,
      '(insecure-skip-tls-verify)',
    ],
    ['without credentials', withUser('{}'), undefined, 'no credentials'],
    ['with half a pair', withUser('{client-certificate-data: Q0VSVA==}'), undefined, 'no credentials'],
  ])('%s', (_what, text, context, sentence) => {
    expect(errorOf(text, context)).toContain(sentence);
  });

  test('and no message holds a credential', () => {
    expect(errorOf('token: s3cr3t-in-it\n  bad: [')).not.toContain('s3cr3t');
    expect(errorOf(withUser('{password: s3cr3t}'))).not.toContain('s3cr3t');
  });
});
