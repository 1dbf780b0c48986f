import { pemOf } from '../../kubeconfig/material.ts';
import { readKubeconfig } from '../../kubeconfig/read.ts';
import type { Problem } from '../../model/live.ts';
import { type Cluster, ClusterError, type ConnectOptions, type TrialOptions } from '../../ports/cluster.ts';
import { type LoginHost, readCredential } from './kubeconfig.ts';
import { hasPublicAuthority } from './public-authority.ts';
import { RestCluster } from './rest-cluster.ts';
import { type Timeouts, Transport } from './transport.ts';

const DEFAULT_TIMEOUTS: Timeouts = { connect: 5_000, request: 30_000 };
/** Limits for trying a kubeconfig whose server this host may well not reach. */
const TRIAL: Timeouts = { connect: 3_000, request: 5_000 };
/** Milliseconds. A plug-in that asks a service may take seconds, one that hangs must not hold up a run. */
const PLUGIN_DEADLINE = 30_000;

/** A Connector that connects at once. */
export interface KubernetesConnector {
  connect(name: string, kubeconfig: string, options?: ConnectOptions): Cluster;
  withhold(variables: readonly string[]): void;
  tryOut(name: string, kubeconfig: string, options?: TrialOptions): Promise<Problem | undefined>;
}

/** Connections to real clusters. Timeouts in milliseconds; of `host` the environment: proxies and plug-ins look at it. */
export function kubernetesConnector(
  timeouts: Partial<Timeouts> = {},
  host: Partial<Omit<LoginHost, 'withheld'>> = {},
): KubernetesConnector {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  const withheld = new Set<string>();
  const around: LoginHost = { environment: {}, pluginDeadline: PLUGIN_DEADLINE, ...host, withheld };
  return {
    connect(name, kubeconfig, options) {
      return new RestCluster(new Transport(name, readCredential(name, kubeconfig, around, options), limits));
    },
    withhold(variables) {
      for (const variable of variables) withheld.add(variable);
    },
    async tryOut(name, kubeconfig, options) {
      try {
        if (options?.stranger === true && provesNothing(kubeconfig)) return undefined;
        await using transport = new Transport(name, readCredential(name, kubeconfig, around, options), TRIAL);
        const subject = { verb: 'get', resource: '/version', secret: false };
        await transport.success({ counted: 'GET', method: 'GET', path: '/version', subject, repeatable: false });
        return undefined;
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        return { cause: asProblem(error.cause), message: error.message };
      }
    },
  };
}

/** What signs for anybody who owns a name says whose a server is only where the kubeconfig says the name, too. */
function provesNothing(kubeconfig: string): boolean {
  const { authority, tlsServerName } = readKubeconfig(kubeconfig).cluster;
  if (authority === undefined || !('data' in authority)) return true;
  return tlsServerName === undefined && hasPublicAuthority(pemOf(authority));
}

function asProblem(cause: ClusterError['cause']): Problem['cause'] {
  switch (cause) {
    case 'not-found':
    case 'conflict':
    case 'invalid':
    case 'gone':
    case 'throttled':
      return 'error';
    default:
      return cause;
  }
}
