import type { Cluster, ConnectOptions } from '../../ports/cluster.ts';
import { type Credential, readKubeconfig } from './kubeconfig.ts';
import { RestCluster } from './rest-cluster.ts';
import { type Timeouts, Transport } from './transport.ts';

const DEFAULT_TIMEOUTS: Timeouts = { connect: 5_000, request: 30_000 };

/** A Connector that connects at once. */
export interface KubernetesConnector {
  connect(name: string, kubeconfig: string, options?: ConnectOptions): Cluster;
}

/** Connections to real clusters. Timeouts in milliseconds. */
export function kubernetesConnector(timeouts: Partial<Timeouts> = {}): KubernetesConnector {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  return {
    connect(name, kubeconfig, { context, reveal } = {}) {
      const credential = revealing(readKubeconfig(name, kubeconfig, context), reveal);
      return new RestCluster(new Transport(name, credential, limits), limits);
    },
  };
}

/** The credential, whose authorization is told before it is sent. */
function revealing(credential: Credential, reveal: ConnectOptions['reveal']): Credential {
  if (reveal === undefined) return credential;
  return {
    ...credential,
    async authenticate() {
      const authentication = await credential.authenticate();
      for (const [name, value] of Object.entries(authentication.headers)) if (/^authorization$/i.test(name)) reveal(value);
      return authentication;
    },
  };
}
