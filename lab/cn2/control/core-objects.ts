import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { LabelSelector } from './selectors.ts';

/** The parts of core objects that the emulation reads. */
export interface Reference {
  namespace?: string | undefined;
  name?: string;
  uid?: string | undefined;
}

export interface VirtualNetworkSpec {
  v4SubnetReference?: Reference;
  v6SubnetReference?: Reference;
  virtualNetworkNetworkId?: number;
  fabricForwarding?: boolean;
  isProviderNetwork?: boolean;
  virtualNetworkProperties?: object;
}

export interface SubnetSpec {
  cidr?: string;
  defaultGateway?: string;
}

export interface RouterSpec {
  type?: string;
  virtualNetworkSelector?: LabelSelector;
  import?: { virtualNetworkRouters?: { virtualNetworkRouterSelector?: LabelSelector; namespaceSelector?: LabelSelector }[] };
}

export interface InstanceIpSpec {
  instanceIPAddress?: string;
  instanceIPFamily?: string;
  virtualNetworkReference?: Reference;
}

export type State = 'Pending' | 'Success' | 'Failure';

/** An object's spec as the type that its kind has; an empty one where it has none. */
export function specOf<Spec>(object: KubernetesObject): Spec {
  return (object.spec ?? {}) as Spec;
}

/** status.state; undefined while nobody has looked at the object. */
export function stateOf(object: KubernetesObject | undefined): State | undefined {
  return (object?.status as { state?: State } | undefined)?.state;
}

/** namespace/name, as annotations and messages write it. */
export function nameOf(object: { metadata: { namespace?: string; name: string } }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Where an InstanceIP's pod is: written by the kubemanager of its cluster, read by all. */
export const IP_ANNOTATIONS = {
  cluster: 'emulated.cn2/cluster',
  node: 'emulated.cn2/node',
  pod: 'emulated.cn2/pod',
  podUid: 'emulated.cn2/pod-uid',
} as const;

/** What the other clusters need to know of a node, on its VirtualRouter, and who made that. */
export const ROUTER_ANNOTATIONS = {
  maker: 'emulated.cn2/maker',
  cluster: 'emulated.cn2/cluster',
  addresses: 'emulated.cn2/addresses',
  podCIDRs: 'emulated.cn2/pod-cidrs',
} as const;
