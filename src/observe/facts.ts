import type { KubernetesObject } from '../model/kubernetes.ts';
import type { ClusterFacts } from '../model/live.ts';
import { objectName } from '../model/object-ref.ts';
import { present } from '../model/present.ts';

interface NodeParts {
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: {
    addresses?: { address: string; type?: string }[];
    conditions?: { type: string; status: string }[];
    nodeInfo?: { kernelVersion?: string; kubeletVersion?: string; operatingSystem?: string; architecture?: string };
  };
}

/** Facts from listings; certificate and version are asked for elsewhere. */
export function factsOf(
  nodes: readonly KubernetesObject[],
  daemonSets: readonly KubernetesObject[],
): Pick<ClusterFacts, 'nodes' | 'daemonSets'> {
  return {
    nodes: nodes.map((node) => {
      const { spec, status } = node as NodeParts;
      const { kernelVersion, kubeletVersion, operatingSystem, architecture } = status?.nodeInfo ?? {};
      return {
        name: node.metadata.name,
        labels: node.metadata.labels ?? {},
        ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true,
        addresses: (status?.addresses ?? []).map(({ address }) => address),
        internalIPs: (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
        podCIDRs: spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]),
        system: present({ kernelVersion, kubeletVersion, operatingSystem, architecture }),
      };
    }),
    daemonSets: daemonSets.map(({ metadata }) => objectName(metadata)),
  };
}
