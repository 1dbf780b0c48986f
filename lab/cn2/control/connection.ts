import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** How one API server is dialled. */
export interface Connection {
  /** https://host:port */
  server: string;
  authority?: string;
  certificate?: string;
  key?: string;
  /** Read per request: the kubelet renews a service account's token in place. */
  token?: () => string;
  insecure?: boolean;
}

interface KubeconfigFile {
  'current-context'?: string;
  contexts?: { name: string; context: { cluster: string; user: string } }[];
  clusters?: { name: string; cluster: Record<string, unknown> }[];
  users?: { name: string; user: Record<string, unknown> }[];
}

/** The current context of a kubeconfig whose credentials are embedded; throws with what is missing. */
export function connectionOf(kubeconfig: string): Connection {
  const file = parse(kubeconfig) as KubeconfigFile | null;
  const context = file?.contexts?.find((entry) => entry.name === file['current-context'])?.context;
  if (!context) throw new Error('the kubeconfig has no current context');
  const cluster = file?.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  const user = file?.users?.find((entry) => entry.name === context.user)?.user ?? {};
  const server = cluster?.server;
  if (typeof server !== 'string') throw new Error('the kubeconfig names no server');
  const authority = decoded(cluster?.['certificate-authority-data']);
  const certificate = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  const token = user.token;
  return {
    server: server.replace(/\/$/, ''),
    ...(authority === undefined ? {} : { authority }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(typeof token === 'string' ? { token: () => token } : {}),
    ...(cluster?.['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
  };
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster that this process is a pod of, as its service account; throws outside a pod. */
export function inCluster(): Connection {
  const host = process.env.KUBERNETES_SERVICE_HOST;
  const port = process.env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) throw new Error('not in a pod: KUBERNETES_SERVICE_HOST is not set');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    authority: readFileSync(`${SERVICE_ACCOUNT}/ca.crt`, 'utf8'),
    token: () => readFileSync(`${SERVICE_ACCOUNT}/token`, 'utf8').trim(),
  };
}

function decoded(value: unknown): string | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}
