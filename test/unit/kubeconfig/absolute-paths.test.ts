import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withAbsolutePaths } from '../../../src/kubeconfig/absolute-paths.ts';

test('paths in a kubeconfig are relative to its folder, as for client-go', () => {
  const text = `clusters:
- {name: a, cluster: {server: 'https://h', certificate-authority: certs/ca.pem}}
- {name: b, cluster: {certificate-authority: /etc/ca.pem}}
users:
- name: u
  user: {token: 0123, tokenFile: token, client-certificate: ../c.pem, client-key: 'C:\\k.pem', exec: {command: ./login, args: [a/b]}}
- {name: v, user: {exec: {command: login}, tokenFile: null}}
- nonsense
`;
  expect(parse(withAbsolutePaths(text, '/home/me/.kube'), { schema: 'failsafe' })).toEqual({
    clusters: [
      { name: 'a', cluster: { server: 'https://h', 'certificate-authority': '/home/me/.kube/certs/ca.pem' } },
      { name: 'b', cluster: { 'certificate-authority': '/etc/ca.pem' } },
    ],
    users: [
      {
        name: 'u',
        user: {
          token: '0123',
          tokenFile: '/home/me/.kube/token',
          'client-certificate': '/home/me/.kube/../c.pem',
          'client-key': 'C:\\k.pem',
          exec: { command: '/home/me/.kube/./login', args: ['a/b'] },
        },
      },
      { name: 'v', user: { exec: { command: 'login' }, tokenFile: 'null' } },
      'nonsense',
    ],
  });
});

test.each([
  '{token: [',
  '',
  '- a list',
  '{users: 1, clusters: [{cluster: x}]}',
  "{users: [{user: {token: t, tokenFile: '/t'}}]}",
])('%j stays as it is', (text) => {
  expect(withAbsolutePaths(text, '/home/me')).toBe(text);
});
