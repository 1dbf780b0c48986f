import type { Connector } from '../../ports/cluster.ts';

/** Connections to real clusters; their client is loaded with the first one, so that what needs no cluster starts without it. */
export function lazyKubernetesConnector(): Connector {
  return {
    async connect(name, kubeconfig, options) {
      const { kubernetesConnector } = await import('./connector.ts');
      return kubernetesConnector().connect(name, kubeconfig, options);
    },
  };
}
