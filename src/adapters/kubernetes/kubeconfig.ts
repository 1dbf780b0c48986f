import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { type DispatcherOptions, HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { ClusterError } from '../../ports/cluster.ts';

/** How one request is authenticated: headers, TLS material and the way to the server. */
export interface Authentication {
  headers: Record<string, string>;
  tls: ConnectionOptions;
  proxy?: { type: 'http' | 'socks'; uri: string };
}

/** A kubeconfig's one context, ready to authenticate requests. */
export interface Credential {
  /** https://host:port, without a trailing slash. */
  readonly server: string;
  authenticate(): Promise<Authentication>;
  /** When the client certificate ends (ISO 8601), where one is used: a 401 is often just that. */
  readonly clientCertificateEnds?: string;
}

/** Leaves making a dispatcher to the transport: client-node makes one, with a new connection, for every request. */
class OptionsKubeConfig extends KubeConfig {
  options: DispatcherOptions = { type: 'none' };

  override createDispatcherOptions(
    ...input: Parameters<KubeConfig['createDispatcherOptions']>
  ): ReturnType<KubeConfig['createDispatcherOptions']> {
    this.options = super.createDispatcherOptions(...input);
    return { type: 'none' };
  }
}

/**
 * Reads a kubeconfig. Each connection has an instance of its own: client-node caches credentials by user name, and every kubeadm
 * cluster calls its user kubernetes-admin. Throws ClusterError (credential); its text never repeats the content.
 */
export function readKubeconfig(cluster: string, text: string, context?: string): Credential {
  const config = new OptionsKubeConfig();
  try {
    config.loadFromString(text);
  } catch {
    throw unusable(cluster, 'is not a kubeconfig');
  }
  const name = context ?? config.currentContext;
  if (typeof name !== 'string' || name === '') throw unusable(cluster, 'has no current-context; name one with `context:`');
  if (config.getContextObject(name) === null) throw unusable(cluster, `has no context ${JSON.stringify(name)}`);
  config.setCurrentContext(name);
  const target = config.getCurrentCluster();
  if (target === null) throw unusable(cluster, `has no cluster for context ${JSON.stringify(name)}`);
  const user = config.getCurrentUser();
  if (user === null) throw unusable(cluster, `has no user for context ${JSON.stringify(name)}`);
  const server = serverOf(cluster, target.server, target.skipTLSVerify === true);
  const ends = certificateEnd(cluster, user.certData);
  return {
    server,
    ...(ends === undefined ? {} : { clientCertificateEnds: ends }),
    async authenticate() {
      const request = new RequestContext(server, HttpMethod.GET);
      try {
        await config.applySecurityAuthentication(request);
      } catch {
        // The cause may hold what a credential plug-in printed.
        throw unusable(cluster, 'could not be turned into a login: its credential plug-in or one of its files fails');
      }
      return { headers: request.getHeaders(), ...wayOf(config.options) };
    },
  };
}

function wayOf(options: DispatcherOptions): Pick<Authentication, 'tls' | 'proxy'> {
  if (options.type === 'none') return { tls: {} };
  if (options.type === 'agent') return { tls: options.connect };
  return { tls: options.requestTls, proxy: { type: options.type === 'socks' ? 'socks' : 'http', uri: options.uri } };
}

function serverOf(cluster: string, server: unknown, plainAllowed: boolean): string {
  const url = typeof server === 'string' ? URL.parse(server) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw unusable(cluster, 'names no https:// server');
  if (url.protocol === 'http:' && !plainAllowed) {
    throw unusable(cluster, 'names a server without TLS; that needs insecure-skip-tls-verify: true');
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

function certificateEnd(cluster: string, data: string | null | undefined): string | undefined {
  if (typeof data !== 'string' || data === '') return undefined;
  try {
    return new X509Certificate(Buffer.from(data, 'base64')).validToDate.toISOString();
  } catch {
    throw unusable(cluster, 'holds a client certificate that is none');
  }
}

function unusable(cluster: string, fault: string): ClusterError {
  return new ClusterError(`${cluster}: the kubeconfig ${fault}`, { cluster, cause: 'credential', fieldConflicts: [] });
}
