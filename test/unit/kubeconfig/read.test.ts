import { describe, expect, test } from '@jest/globals';
import { namesOutside } from '../../../src/kubeconfig/outside.ts';
import { judgePlugin } from '../../../src/kubeconfig/plug-in.ts';
import { readKubeconfig } from '../../../src/kubeconfig/read.ts';
import { UnusableKubeconfig } from '../../../src/kubeconfig/unusable.ts';

/** A kubeconfig with one cluster and one user, given as flow mappings. */
function config(user: string, cluster = "{server: 'https://h:6443'}", more = ''): string {
  return `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: one, user: u}}]
clusters: [{name: one, cluster: ${cluster}}]
users: [{name: u, user: ${user}}]
${more}`;
}

function faultOf(text: string, context?: string): UnusableKubeconfig {
  try {
    judgePlugin(readKubeconfig(text, context).user);
  } catch (error) {
    if (error instanceof UnusableKubeconfig) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const EXEC = 'apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never';

describe('is read as client-go does', () => {
  test('null and empty texts are absent', () => {
    const { cluster, user } = readKubeconfig(
      config(
        '{token: t, tokenFile: null, client-certificate-data: ~, username: "", exec: null, auth-provider: null, as: null, as-groups: null}',
        "{server: 'https://h:6443/', certificate-authority: null, insecure-skip-tls-verify: null, proxy-url: null}",
      ),
    );
    expect(user).toEqual({ name: 'u', token: 't' });
    expect(cluster).toEqual({ name: 'one', server: 'https://h:6443', insecure: false });
  });

  test('"null" in quotes is a text, digits stay digits', () => {
    expect(readKubeconfig(config('{token: "null"}')).user.token).toBe('null');
    expect(readKubeconfig(config('{token: 0123456}')).user.token).toBe('0123456');
    expect(readKubeconfig(config('{username: 1e3, password: 0x10}')).user.basic).toEqual({ username: '1e3', password: '0x10' });
  });

  test('who acts as whom', () => {
    const user = '{token: t, as: jane, as-uid: "7", as-groups: [a, b], as-user-extra: {scopes: [x, y], "a/b": [z]}}';
    expect(readKubeconfig(config(user)).user.impersonate).toEqual({
      user: 'jane',
      uid: '7',
      groups: ['a', 'b'],
      extra: { scopes: ['x', 'y'], 'a/b': ['z'] },
    });
  });

  test('a token file, a server name of TLS, a proxy', () => {
    const { cluster, user } = readKubeconfig(
      config('{tokenFile: /run/token}', "{server: 'https://h', tls-server-name: kubernetes, proxy-url: 'http://u:p@proxy:3128'}"),
    );
    expect(user).toEqual({ name: 'u', tokenFile: '/run/token' });
    expect(cluster).toMatchObject({ tlsServerName: 'kubernetes', proxyUrl: 'http://u:p@proxy:3128' });
  });

  test('an exec plug-in, with what the cluster tells it', () => {
    const cluster =
      "{server: 'https://h', extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, extension: {audience: me}}]}";
    const user = `{exec: {${EXEC}, args: [a, "1"], env: [{name: A, value: b}], installHint: get it, provideClusterInfo: true}}`;
    const read = readKubeconfig(config(user, cluster));
    expect(read.user.exec).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'login',
      args: ['a', '1'],
      env: [{ name: 'A', value: 'b' }],
      installHint: 'get it',
      provideClusterInfo: true,
      interactiveMode: 'Never',
    });
    expect(read.cluster.execConfig).toEqual({ audience: 'me' });
  });

  test('anchors and merged mappings', () => {
    const text = config('*login', undefined, '').replace('users:', 'x: &login {token: anchored}\nusers:');
    expect(readKubeconfig(text).user.token).toBe('anchored');
    const merged = config('{<<: *login, as: jane}').replace('users:', 'x: &login {token: merged}\nusers:');
    expect(readKubeconfig(merged).user).toMatchObject({ token: 'merged', impersonate: { user: 'jane' } });
  });

  test('another context than the current one', () => {
    const text = config('{token: t}').replace('contexts: [', 'contexts: [{name: d, context: {cluster: one, user: u}}, ');
    expect(readKubeconfig(text, 'd').context).toBe('d');
  });
});

describe('is refused', () => {
  const twice = (list: string, entry: string) => config('{token: t}').replace(`${list}: [`, `${list}: [${entry}, `);
  test.each<[string, string, string]>([
    ['two clusters of one name', twice('clusters', '{name: one, cluster: {server: "https://x"}}'), 'has two clusters named one'],
    ['two users of one name', twice('users', '{name: u, user: {token: x}}'), 'has two users named u'],
    ['two contexts of one name', twice('contexts', '{name: c, context: {cluster: one, user: u}}'), 'has two contexts named c'],
    ['a key twice', config('{token: s3cr3t, token: s3cr3t}'), 'is not a kubeconfig: a key appears twice in it (line 6)'],
    ['no YAML', 'token: s3cr3t\n  bad: [', 'is not a kubeconfig: it is not YAML (line 1)'],
    ['another kind', config('{token: t}').replace('kind: Config', 'kind: Secret'), 'is not a kubeconfig: it is of another kind'],
    [
      'an alias of nothing',
      `${config('{token: t}')}a: &a [1]\nb: *nothing`,
      'is not a kubeconfig: its aliases refer to nothing, or expand to too much',
    ],
    ['a user that is a text', config('s3cr3t'), 'is not a kubeconfig: user is not a mapping (line 6)'],
    ['a token that is a list', config('{token: [s3cr3t]}'), 'is not a kubeconfig: token is not a string (line 6)'],
    [
      'a flag that is a text',
      config('{token: t}', '{server: "https://h", insecure-skip-tls-verify: "true"}'),
      'is not a kubeconfig: insecure-skip-tls-verify is neither true nor false (line 5)',
    ],
    [
      'an authority beside insecure',
      config('{token: t}', '{server: "https://h", insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}'),
      'names an authority and insecure-skip-tls-verify for cluster one: only one of the two can be meant',
    ],
    [
      'an authority by path beside insecure',
      config('{token: t}', '{server: "https://h", insecure-skip-tls-verify: true, certificate-authority: /ca}'),
      'names an authority and insecure-skip-tls-verify for cluster one: only one of the two can be meant',
    ],
    [
      'data that is not base64',
      config('{client-certificate-data: "s3cr3t!", client-key-data: Q0E=}'),
      'holds a client-certificate-data that is not base64',
    ],
    [
      'a user in the address',
      config('{token: t}', '{server: "https://a:s3cr3t@h"}'),
      'has a user in the address of its server; it belongs under users',
    ],
    [
      'a token and a password',
      config('{token: s3cr3t, username: a, password: s3cr3t}'),
      'has a token and a password for user u: only one of the two can be meant',
    ],
    ['a token of two lines', config('{token: "s3cr3t\\nX-Other: 1"}'), 'holds a token of more than one line for user u'],
    [
      'as-groups without as',
      config('{token: t, as-groups: [system:masters]}'),
      'has as-uid, as-groups or as-user-extra without as for user u',
    ],
    [
      'a plug-in without command',
      config('{exec: {apiVersion: client.authentication.k8s.io/v1}}'),
      'names no command of the credential plug-in (exec of user u)',
    ],
    [
      'a plug-in of an old version',
      config(`{exec: {${EXEC.replace('k8s.io/v1', 'k8s.io/v1alpha1')}}}`),
      'names no known apiVersion of the credential plug-in (client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1) (exec of user u)',
    ],
    [
      'a plug-in that does not say whether it asks',
      config(`{exec: {${EXEC.replace(', interactiveMode: Never', '')}}}`),
      'names no interactiveMode of the credential plug-in (Never, IfAvailable, Always) (exec of user u)',
    ],
    [
      'a plug-in that asks a person',
      config(`{exec: {${EXEC.replace('Never', 'Always')}}}`),
      'has a credential plug-in that asks a person (interactiveMode: Always), and nobody can answer (exec of user u)',
    ],
    [
      'an auth-provider',
      config('{auth-provider: {name: oidc}}'),
      'logs in through an auth-provider (user u), which Kubernetes has removed: use its credential plug-in (exec), or an embedded credential',
    ],
  ])('%s', (_, text, fault) => {
    const error = faultOf(text);
    expect(error.fault).toBe(fault);
    expect(error.message).toBe(`the kubeconfig ${fault}`);
    expect(error.message).not.toContain('s3cr3t');
  });

  test('with the place in the kubeconfig', () => {
    expect(faultOf(config('{token: t}', '{server: "https://a:b@h"}')).position).toEqual({ line: 5, column: 42 });
  });
});

test('what it names outside of itself, in every entry, used or not', () => {
  const text = `current-context: c
contexts: [{name: c, context: {cluster: one, user: plain}}]
clusters:
- {name: one, cluster: {server: 'https://h', certificate-authority: ca.pem, certificate-authority-data: Q0E=}}
users:
- {name: plain, user: {token: t, tokenFile: null, client-key: ''}}
- {name: other, user: {exec: {command: sh}, tokenFile: /etc/shadow}}
- name: third
  user:
    auth-provider: {name: gcp}
    client-certificate: c.pem
    client-key: k.pem
`;
  expect(namesOutside(text)).toEqual([
    'a program (exec) of user other (line 7)',
    'a program (auth-provider) of user third (line 10)',
    'a file (tokenFile) of user other (line 7)',
    'a file (client-certificate) of user third (line 11)',
    'a file (client-key) of user third (line 12)',
    'a file (certificate-authority) of cluster one (line 4)',
  ]);
  expect(namesOutside(config('{token: t}'))).toEqual([]);
});
