import type { ConnectionOptions } from 'node:tls';
import type { Kubeconfig, KubeconfigUser } from '../../kubeconfig/kubeconfig.ts';
import { endsOf } from '../../kubeconfig/lifetimes.ts';
import { pemOf } from '../../kubeconfig/material.ts';
import { namesOutside } from '../../kubeconfig/outside.ts';
import { judgePlugin } from '../../kubeconfig/plug-in.ts';
import { readKubeconfig } from '../../kubeconfig/read.ts';
import { UnusableKubeconfig } from '../../kubeconfig/unusable.ts';
import { present } from '../../model/present.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { isHttpProxy, secretsOfProxy } from '../proxy/address.ts';
import { proxyOf } from '../proxy/proxy-of.ts';
import { authorizationOf, identityHeaders } from './headers.ts';
import { KubeconfigFiles } from './kubeconfig-files.ts';
import { PluginFailure } from './plug-in.ts';
import { pluginEnvironment } from './plug-in-environment.ts';
import { PluginLogin } from './plug-in-login.ts';

/** How one request is authenticated: headers, TLS material and the way to the server. */
export interface Authentication {
  headers: Record<string, string | string[]>;
  tls: ConnectionOptions;
  /** Address of an http or https proxy, perhaps with user and password. */
  proxy?: string;
}

/** A kubeconfig's one context, ready to authenticate requests. */
export interface Credential {
  /** https://host:port, without a trailing slash. */
  readonly server: string;
  /** Throws ClusterError (credential). */
  authenticate(): Promise<Authentication>;
  /** The proxy on the way to an address. */
  proxyTo(address: string): string | undefined;
  /** The server answered 401. True where another login can be had, so that asking again makes sense. */
  refused(): boolean;
  /** When the client certificate expires (ISO 8601), if one is used: that is often the reason for a 401. */
  readonly clientCertificateEnds?: string;
}

/** What a login may use of this host. */
export interface LoginHost {
  environment: Readonly<Record<string, string | undefined>>;
  /** Variables that no plug-in sees. */
  withheld: ReadonlySet<string>;
  /** Milliseconds that a plug-in may take. */
  pluginDeadline: number;
}

export interface LoginOptions {
  context?: string;
  tracked?: boolean;
  reveal?(secret: string): void;
}

/**
 * Reads a kubeconfig and makes it ready. Nothing is run or read yet. Throws ClusterError (credential); its text never repeats the
 * content.
 */
export function readCredential(cluster: string, text: string, host: LoginHost, options: LoginOptions = {}): Credential {
  const config = checked(cluster, text, options);
  const { server } = config.cluster;
  const embedded = certificateEnd(cluster, config.user);
  const files = new KubeconfigFiles();
  const { exec } = config.user;
  const env = () => pluginEnvironment(host.environment, host.withheld);
  const plugin = exec && new PluginLogin(exec, config.cluster, () => ({ env: env(), deadline: host.pluginDeadline }));
  const revealed = new Set<string>();
  const reveal = (...secrets: readonly string[]) => {
    for (const secret of secrets) {
      if (secret === '' || revealed.has(secret)) continue;
      revealed.add(secret);
      options.reveal?.(secret);
    }
  };
  const proxyTo = (address: string) => {
    const proxy = config.cluster.proxyUrl ?? usableProxy(cluster, proxyOf(address, host.environment));
    if (proxy !== undefined) reveal(...secretsOfProxy(proxy));
    return proxy;
  };
  return {
    server,
    ...present({ clientCertificateEnds: embedded }),
    proxyTo,
    refused() {
      plugin?.forget();
      return plugin !== undefined;
    },
    async authenticate() {
      try {
        const read = await files.read(config);
        const basic = config.user.basic;
        // As for client-go: a token or password in the kubeconfig itself goes before the plug-in.
        const given = read.token !== undefined || basic !== undefined ? undefined : await plugin?.credential();
        const authorization = authorizationOf(read.token ?? given?.token, basic);
        reveal(...authorization.secrets, given?.certificate?.key ?? '');
        const proxy = proxyTo(server);
        return {
          headers: { ...authorization.headers, ...identityHeaders(config.user.impersonate) },
          tls: { ...read.tls, ...given?.certificate },
          ...present({ proxy }),
        };
      } catch (error) {
        throw loginFailure(cluster, config, error);
      }
    },
  };
}

function checked(cluster: string, text: string, { context, tracked }: LoginOptions): Kubeconfig {
  try {
    // Checked before anything else in it is used.
    const [outside] = tracked === true ? namesOutside(text) : [];
    if (outside !== undefined) {
      throw unusable(
        cluster,
        `is a file of the repository, so in a job it may not name programs or files, but it names ${outside}: anyone who may push a branch could have it run or read`,
      );
    }
    const config = readKubeconfig(text, context);
    judgePlugin(config.user);
    const { proxyUrl, authority } = config.cluster;
    if (proxyUrl !== undefined && !isHttpProxy(proxyUrl)) {
      throw unusable(cluster, 'names a proxy (proxy-url) that is neither http:// nor https://; SOCKS proxies are not supported');
    }
    if (authority !== undefined && 'data' in authority && endsOf(pemOf(authority)) === undefined) {
      throw unusable(cluster, 'holds a certificate-authority-data that is not a certificate');
    }
    return config;
  } catch (error) {
    throw error instanceof UnusableKubeconfig ? unusable(cluster, error.fault) : error;
  }
}

function loginFailure(cluster: string, { user }: Kubeconfig, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  if (error instanceof PluginFailure) {
    const failure = `${cluster}: the credential plug-in ${user.exec?.command} of the kubeconfig ${error.message}`;
    return new ClusterError(failure, { cluster, cause: 'credential', fieldConflicts: [] });
  }
  if (error instanceof UnusableKubeconfig) return unusable(cluster, error.fault);
  // Whatever else there is may hold what a plug-in printed.
  return unusable(cluster, 'could not be turned into a login: its credential plug-in or one of its files fails');
}

function usableProxy(cluster: string, proxy: string | undefined): string | undefined {
  if (proxy === undefined || isHttpProxy(proxy)) return proxy;
  throw new ClusterError(
    `${cluster}: HTTPS_PROXY (or HTTP_PROXY) of the environment is neither http:// nor https://; SOCKS proxies are not supported`,
    { cluster, cause: 'credential', fieldConflicts: [] },
  );
}

function certificateEnd(cluster: string, { clientCertificate }: KubeconfigUser): string | undefined {
  if (clientCertificate === undefined || !('data' in clientCertificate)) return undefined;
  const [ends] = endsOf(pemOf(clientCertificate)) ?? [];
  if (ends === undefined) throw unusable(cluster, 'holds a client certificate that is not one');
  return new Date(ends).toISOString();
}

function unusable(cluster: string, fault: string): ClusterError {
  return new ClusterError(`${cluster}: the kubeconfig ${fault}`, { cluster, cause: 'credential', fieldConflicts: [] });
}
