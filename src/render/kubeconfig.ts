import type { Kubeconfig, KubeconfigUser, Material } from '../kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import { UnusableKubeconfig } from '../kubeconfig/unusable.ts';
import { writeYaml } from './yaml-writer.ts';

/** A kubeconfig that cannot be handed to another cluster (E19). The message is one sentence and contains no credential. */
export class KubeconfigError extends Error {
  readonly rule = 'E19';

  constructor(message: string) {
    super(message);
    this.name = 'KubeconfigError';
  }
}

/**
 * The copy of a kubeconfig that a cluster's controllers are given: one context (`context`, else the current one) with its cluster
 * and user and nothing else, the credentials embedded, the address replaced by `server`. Proxies belong to where the original is
 * used. Throws KubeconfigError.
 */
export function rewriteServer(kubeconfig: string, context: string | undefined, server: string): string {
  const { context: name, cluster, user } = read(kubeconfig, context);
  judgeCluster(cluster);
  judgeUser(user);
  return writeYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster.name,
        cluster: {
          server,
          ...embedded('certificate-authority-data', cluster.authority),
          ...given('tls-server-name', cluster.tlsServerName),
        },
      },
    ],
    contexts: [{ name, context: { cluster: cluster.name, user: user.name } }],
    'current-context': name,
    users: [{ name: user.name, user: fieldsOf(user) }],
  });
}

function read(kubeconfig: string, context: string | undefined): Kubeconfig {
  try {
    return readKubeconfig(kubeconfig, context);
  } catch (error) {
    if (error instanceof UnusableKubeconfig) throw new KubeconfigError(error.message);
    throw error;
  }
}

function judgeCluster({ name, authority, insecure }: Kubeconfig['cluster']): void {
  if (authority !== undefined && 'file' in authority) {
    throw new KubeconfigError(
      `cluster ${name} of the kubeconfig refers to a file (certificate-authority), which the other cluster does not have: embed it (kubectl config view --flatten --raw)`,
    );
  }
  if (insecure) {
    throw new KubeconfigError(
      `cluster ${name} of the kubeconfig does not check the server (insecure-skip-tls-verify): whoever answers at its address would get what is handed over; embed certificate-authority-data`,
    );
  }
}

function judgeUser(user: KubeconfigUser): void {
  const { name, clientCertificate, clientKey, token, tokenFile, basic, exec, authProvider } = user;
  for (const [plugin, value] of [
    ['exec', exec],
    ['auth-provider', authProvider],
  ] as const) {
    if (value === undefined) continue;
    throw new KubeconfigError(
      `user ${name} of the kubeconfig authenticates through a plug-in (${plugin}), which the other cluster cannot run: hand over a kubeconfig with embedded credentials`,
    );
  }
  for (const [path, isFile] of [
    ['client-certificate', clientCertificate !== undefined && 'file' in clientCertificate],
    ['client-key', clientKey !== undefined && 'file' in clientKey],
    ['tokenFile', tokenFile !== undefined && token === undefined],
  ] as const) {
    if (!isFile) continue;
    throw new KubeconfigError(
      `user ${name} of the kubeconfig refers to a file (${path}), which the other cluster does not have: embed it (kubectl config view --flatten --raw)`,
    );
  }
  const isPair = clientCertificate !== undefined && clientKey !== undefined;
  if (isPair || token !== undefined || (basic !== undefined && basic.username !== '' && basic.password !== '')) return;
  throw new KubeconfigError(
    `user ${name} of the kubeconfig has no credentials: it needs client-certificate-data with client-key-data, or a token`,
  );
}

function fieldsOf({ clientCertificate, clientKey, token, basic, impersonate }: KubeconfigUser): Record<string, unknown> {
  return {
    ...embedded('client-certificate-data', clientCertificate),
    ...embedded('client-key-data', clientKey),
    ...given('token', token),
    ...given('username', basic?.username),
    ...given('password', basic?.password),
    ...given('as', impersonate?.user),
    ...given('as-uid', impersonate?.uid),
    ...(impersonate === undefined || impersonate.groups.length === 0 ? {} : { 'as-groups': impersonate.groups }),
    ...(impersonate === undefined || Object.keys(impersonate.extra).length === 0 ? {} : { 'as-user-extra': impersonate.extra }),
  };
}

function embedded(name: string, material: Material | undefined): Record<string, string> {
  return material === undefined || !('data' in material) ? {} : { [name]: material.data };
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}
