import type { Cluster } from '../../ports/cluster.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { RestCluster } from './rest-cluster.ts';
import { type Timeouts, Transport } from './transport.ts';

const DEFAULT_TIMEOUTS: Timeouts = { connect: 5_000, request: 30_000 };

/** A Connector that connects at once. */
export interface KubernetesConnector {
  connect(name: string, kubeconfig: string, context?: string): Cluster;
}

/** Connections to real clusters. Timeouts in milliseconds. */
export function kubernetesConnector(timeouts: Partial<Timeouts> = {}): KubernetesConnector {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  return {
    connect(name, kubeconfig, context) {
      return new RestCluster(new Transport(name, readKubeconfig(name, kubeconfig, context), limits), limits);
    },
  };
}
