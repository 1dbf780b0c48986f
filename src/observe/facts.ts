import type { KubernetesObject } from '../model/kubernetes.ts';
import type { ClusterFacts } from '../model/live.ts';
import { objectName } from '../model/object-ref.ts';

interface NodeParts {
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: { addresses?: { address: string }[]; conditions?: { type: string; status: string }[] };
}

/** Facts from listings; certificate and version are asked for elsewhere. */
export function factsOf(
  nodes: readonly KubernetesObject[],
  daemonSets: readonly KubernetesObject[],
): Pick<ClusterFacts, 'nodes' | 'daemonSets'> {
  return {
    nodes: nodes.map((node) => {
      const { spec, status } = node as NodeParts;
      return {
        name: node.metadata.name,
        labels: node.metadata.labels ?? {},
        ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true,
        addresses: (status?.addresses ?? []).map(({ address }) => address),
        podCIDRs: spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]),
      };
    }),
    daemonSets: daemonSets.map(({ metadata }) => objectName(metadata)),
  };
}
