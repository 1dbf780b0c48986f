import { parse } from 'yaml';
import { writeYaml } from './yaml-writer.ts';

/** A kubeconfig that cannot be handed to another cluster (E19). The message is one sentence and holds no credential. */
export class KubeconfigError extends Error {
  readonly rule = 'E19';

  constructor(message: string) {
    super(message);
    this.name = 'KubeconfigError';
  }
}

type Fields = Record<string, unknown>;

/** Fields that mean the same in whatever pod reads them. The server is replaced; proxies belong to where the original is used. */
const CLUSTER_FIELDS = ['certificate-authority-data', 'tls-server-name'];
const USER_FIELDS = [
  'client-certificate-data',
  'client-key-data',
  'token',
  'username',
  'password',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
];
/** A path field counts only where its embedded counterpart is missing: kubectl prefers the embedded one. */
const PATHS: readonly [path: string, embedded: string][] = [
  ['client-certificate', 'client-certificate-data'],
  ['client-key', 'client-key-data'],
  ['tokenFile', 'token'],
];

/**
 * The copy of a kubeconfig that a cluster's controllers are given: one context (`context`, else the current one) with its cluster
 * and user and nothing else, the credentials embedded, the address replaced by `server`. Throws KubeconfigError.
 */
export function rewriteServer(kubeconfig: string, context: string | undefined, server: string): string {
  const config = readConfig(kubeconfig);
  const name = context ?? text(config['current-context']);
  if (name === undefined) throw new KubeconfigError('the kubeconfig has no current-context and the declaration names no context');
  const chosen = entry(config, 'contexts', 'context', name, 'context');
  const clusterName = text(chosen['cluster']);
  const userName = text(chosen['user']);
  if (clusterName === undefined || userName === undefined) {
    throw new KubeconfigError(`context ${name} of the kubeconfig names no ${clusterName === undefined ? 'cluster' : 'user'}`);
  }
  const cluster = entry(config, 'clusters', 'cluster', clusterName, `cluster (of context ${name})`);
  const user = entry(config, 'users', 'user', userName, `user (of context ${name})`);
  judgeCluster(cluster, clusterName);
  judgeUser(user, userName);
  return writeYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: clusterName,
        cluster: {
          server,
          ...picked(cluster, CLUSTER_FIELDS),
          ...(cluster['insecure-skip-tls-verify'] === 'true' ? { 'insecure-skip-tls-verify': true } : {}),
        },
      },
    ],
    contexts: [{ name, context: { cluster: clusterName, user: userName } }],
    'current-context': name,
    users: [{ name: userName, user: picked(user, USER_FIELDS) }],
  });
}

function readConfig(kubeconfig: string): Fields {
  let config: unknown;
  try {
    // failsafe: every scalar stays the text it is, so that a token of digits is no number.
    config = parse(kubeconfig, { schema: 'failsafe', logLevel: 'error' });
  } catch {
    // The parser's message quotes the text.
    throw new KubeconfigError('the kubeconfig is no YAML');
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new KubeconfigError('the kubeconfig is empty or no mapping');
  }
  return config as Fields;
}

function entry(config: Fields, list: string, member: string, name: string, what: string): Fields {
  const entries = Array.isArray(config[list]) ? (config[list] as Fields[]) : [];
  const found = entries.find((candidate) => candidate?.['name'] === name)?.[member];
  if (typeof found === 'object' && found !== null) return found as Fields;
  const known = entries.map((candidate) => text(candidate?.['name'])).filter((candidate) => candidate !== undefined);
  throw new KubeconfigError(`the kubeconfig has no ${what} ${name}${known.length > 0 ? ` (it has ${known.join(', ')})` : ''}`);
}

function judgeCluster(cluster: Fields, name: string): void {
  if (text(cluster['certificate-authority']) !== undefined && text(cluster['certificate-authority-data']) === undefined) {
    throw new KubeconfigError(
      `cluster ${name} of the kubeconfig refers to a file (certificate-authority), which the other cluster does not have: embed it (kubectl config view --flatten --raw)`,
    );
  }
}

function judgeUser(user: Fields, name: string): void {
  for (const plugin of ['exec', 'auth-provider']) {
    if (user[plugin] !== undefined && user[plugin] !== '') {
      throw new KubeconfigError(
        `user ${name} of the kubeconfig authenticates through a plug-in (${plugin}), which the other cluster cannot run: hand over a kubeconfig with embedded credentials`,
      );
    }
  }
  for (const [path, embedded] of PATHS) {
    if (text(user[path]) !== undefined && text(user[embedded]) === undefined) {
      throw new KubeconfigError(
        `user ${name} of the kubeconfig refers to a file (${path}), which the other cluster does not have: embed it (kubectl config view --flatten --raw)`,
      );
    }
  }
  const has = (field: string) => text(user[field]) !== undefined;
  const complete =
    (has('client-certificate-data') && has('client-key-data')) || has('token') || (has('username') && has('password'));
  if (!complete) {
    throw new KubeconfigError(
      `user ${name} of the kubeconfig has no credentials: it needs client-certificate-data with client-key-data, or a token`,
    );
  }
}

function picked(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const value = fields[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
