import { FORWARDING_ANNOTATION, ISOLATED_LABEL } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { DataplaneState } from './state.ts';

/** How the pods of a namespace leave it. */
export interface Isolation {
  isolated: boolean;
  snat: boolean;
}

/** What the agent knows of its own cluster, as the API gives it. */
export interface ClusterView {
  nodes: KubernetesObject[];
  namespaces: KubernetesObject[];
  pods: KubernetesObject[];
  state: DataplaneState;
}

/** In CN2 pods of namespace default have fabric SNAT without being told. */
const SNAT_BY_DEFAULT = 'default';

/**
 * Isolation and SNAT of every namespace, by its own label and annotation or by what the kubemanager says of it. With forwarding
 * mode ip-fabric pods are routed in the underlay by their own addresses, isolated or not.
 */
export function isolationByNamespace(view: Pick<ClusterView, 'namespaces' | 'state'>): Map<string, Isolation> {
  const { isolatedNamespaces, snatNamespaces } = view.state.isolation;
  return new Map(
    view.namespaces.map(({ metadata: { name, labels, annotations } }) => {
      const forwarding = annotations?.[FORWARDING_ANNOTATION];
      const isolated = labels?.[ISOLATED_LABEL] === 'true' || isolatedNamespaces.includes(name);
      const snat = name === SNAT_BY_DEFAULT || forwarding === 'fabric-snat' || snatNamespaces.includes(name);
      return [name, { isolated: isolated && forwarding !== 'ip-fabric', snat }];
    }),
  );
}

/** Addresses of running pods on the pod network of this cluster, by namespace. */
export function podAddresses(pods: readonly KubernetesObject[]): Map<string, string[]> {
  const byNamespace = new Map<string, string[]>();
  for (const pod of pods) {
    const spec = pod.spec as { hostNetwork?: boolean } | undefined;
    const status = pod.status as { phase?: string; podIPs?: { ip: string }[] } | undefined;
    if (spec?.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue;
    const namespace = pod.metadata.namespace ?? '';
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), ...(status?.podIPs ?? []).map(({ ip }) => ip)]);
  }
  return byNamespace;
}

/** Addresses that a node has registered for traffic inside the cluster. */
export function nodeAddresses(node: KubernetesObject | undefined): string[] {
  const status = node?.status as { addresses?: { type: string; address: string }[] } | undefined;
  return (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}

/** Pod CIDRs of a node; none until the controller manager has given it some. */
export function podCidrs(node: KubernetesObject | undefined): string[] {
  const spec = node?.spec as { podCIDRs?: string[]; podCIDR?: string } | undefined;
  return spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]);
}
