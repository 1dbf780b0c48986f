import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { withLiveSpelling } from '../../../src/plan/spelling.ts';

const KUBECONFIG = (context: string, token = 'one', server = 'https://192.0.2.1:6443') =>
  [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${context}`,
    `clusters: [{name: there, cluster: {server: "${server}"}}]`,
    `users: [{name: me, user: {token: ${token}}}]`,
    `contexts: [{name: ${context}, context: {cluster: there, user: me}}]`,
  ].join('\n');

function secret(key: string, text: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { [key]: Buffer.from(text).toString('base64') } };
}

describe('what means the same keeps the live spelling', () => {
  test.each([
    ['another name of the context', 'kubeconfig', KUBECONFIG('a'), KUBECONFIG('b'), true],
    ['another token', 'kubeconfig', KUBECONFIG('a'), KUBECONFIG('a', 'two'), false],
    ['another address', 'kubeconfig', KUBECONFIG('a'), KUBECONFIG('a', 'one', 'https://192.0.2.2:6443'), false],
    ['no kubeconfig at all', 'kubeconfig', KUBECONFIG('a'), 'something', false],
    ['blanks in JSON', '.dockerconfigjson', '{"auths":{"a":{"auth":"x"}}}', '{ "auths": {"a": {"auth": "x"}} }', true],
    ['another login', '.dockerconfigjson', '{"auths":{"a":{"auth":"x"}}}', '{"auths":{"a":{"auth":"y"}}}', false],
    ['a placeholder', '.dockerconfigjson', '{"auths":{}}', '<base64>', false],
    ['a key that nobody knows', 'other', '{}', '{ }', false],
  ])('%s', (_title, key, wanted, live, same) => {
    const spelled = withLiveSpelling(secret(key, wanted), secret(key, live));
    expect(spelled['data']).toEqual(secret(key, same ? live : wanted)['data']);
  });

  test('a reference in another version of the core', () => {
    const network = (version: string, kind = 'Subnet'): KubernetesObject => ({
      apiVersion: 'core.contrail.juniper.net/v4',
      kind: 'VirtualNetwork',
      metadata: { name: 'vn' },
      spec: { v4SubnetReference: { apiVersion: `core.contrail.juniper.net/${version}`, kind, name: 'sn' } },
    });
    expect(withLiveSpelling(network('v4'), network('v2'))['spec']).toEqual(network('v2')['spec']);
    expect(withLiveSpelling(network('v4'), network('v2', 'Other'))['spec']).toEqual(network('v4')['spec']);
  });
});
