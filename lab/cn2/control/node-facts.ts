import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

export interface NodeFacts {
  name: string;
  /** Internal addresses, IPv4 first. */
  addresses: string[];
  podCIDRs: string[];
}

/** What a Node object says about itself; empty lists while the kubelet and the controllers have not filled it in. */
export function nodeFacts(node: KubernetesObject): NodeFacts {
  const addresses = ((node.status as { addresses?: { type: string; address: string }[] } | undefined)?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => address);
  return {
    name: node.metadata.name,
    addresses: [
      ...addresses.filter((address) => !address.includes(':')),
      ...addresses.filter((address) => address.includes(':')),
    ],
    podCIDRs: (node.spec as { podCIDRs?: string[] } | undefined)?.podCIDRs ?? [],
  };
}
