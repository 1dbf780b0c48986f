import type { Connector } from '../../ports/cluster.ts';
import type { KubernetesConnector } from './connector.ts';

/**
 * Connections to real clusters; their client is loaded with the first one, so that what needs no cluster starts without it. Proxies and
 * credential plug-ins look at the environment.
 */
export function lazyKubernetesConnector(environment: Readonly<Record<string, string | undefined>>): Connector {
  let loaded: Promise<KubernetesConnector> | undefined;
  const withheld: string[] = [];
  const connector = async () => {
    loaded ??= import('./connector.ts').then(({ kubernetesConnector }) => kubernetesConnector({}, { environment }));
    const made = await loaded;
    made.withhold(withheld);
    return made;
  };
  return {
    connect: async (name, kubeconfig, options) => (await connector()).connect(name, kubeconfig, options),
    withhold: (variables) => void withheld.push(...variables),
    tryOut: async (name, kubeconfig, options) => await (await connector()).tryOut(name, kubeconfig, options),
  };
}
