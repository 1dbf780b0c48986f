import { describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { Material } from '../../../src/kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../../../src/kubeconfig/read.ts';

const CA = Buffer.from('-----BEGIN CERTIFICATE-----\nY2E=\n-----END CERTIFICATE-----\n').toString('base64');
const CERTIFICATE = Buffer.from('certificate').toString('base64');
const KEY = Buffer.from('key').toString('base64');

const HEAD = `apiVersion: v1
kind: Config
current-context: b
contexts:
- name: a
  context: {cluster: one, user: token, namespace: x}
- name: b
  context: {cluster: two, user: certificate}
- name: c
  context: {cluster: one, user: password}
clusters:
- name: one
  cluster:
    server: https://192.0.2.1:6443
    certificate-authority-data: ${CA}
- name: two
  cluster: {server: "https://[2001:db8::1]:6443", insecure-skip-tls-verify: true, tls-server-name: api.example.org}
users:
- {name: token, user: {token: abc.def}}
- name: certificate
  user:
    client-certificate-data: ${CERTIFICATE}
    client-key-data: ${KEY}
- {name: password, user: {username: me, password: "p: w"}}
`;

/** What another reader of kubeconfigs, the client library of Kubernetes, takes from the same text. */
function second(text: string, context: string | undefined) {
  const config = new KubeConfig();
  config.loadFromString(text);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  return {
    server: cluster?.server,
    insecure: cluster?.skipTLSVerify === true,
    serverName: cluster?.tlsServerName,
    authority: cluster?.caData,
    token: user?.token,
    username: user?.username,
    password: user?.password,
    certificate: user?.certData,
    key: user?.keyData,
  };
}

/** The same facts from the reader of this tool. */
function own(text: string, context: string | undefined) {
  const { cluster, user } = readKubeconfig(text, context);
  const data = (material: Material | undefined) => (material !== undefined && 'data' in material ? material.data : undefined);
  return {
    server: cluster.server,
    insecure: cluster.insecure,
    serverName: cluster.tlsServerName,
    authority: data(cluster.authority),
    token: user.token,
    username: user.basic?.username,
    password: user.basic?.password,
    certificate: data(user.clientCertificate),
    key: data(user.clientKey),
  };
}

describe('a kubeconfig is read as the client library of Kubernetes reads it', () => {
  test.each([
    ['the current context', undefined],
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ])('%s', (_, context) => {
    expect(own(HEAD, context)).toEqual(second(HEAD, context));
  });

  test('as JSON, too', async () => {
    const { parse } = await import('yaml');
    const json = JSON.stringify(parse(HEAD));
    expect(own(json, 'a')).toEqual(second(json, 'a'));
  });
});
