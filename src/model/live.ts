import type { LimitedGroup } from './abilities.ts';
import type { GroupKind, KubernetesObject, Resource } from './kubernetes.ts';

/** Why a cluster, or a kind on it, could not be read. */
export type Unreadable =
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'unauthorized'
  | 'forbidden'
  | 'unavailable'
  | 'credential'
  /** Stored objects of a kind cannot be read, since the webhook that converts them does not answer. */
  | 'conversion'
  | 'error';

export interface Problem {
  cause: Unreadable;
  /** One sentence for a person: cluster and cause. */
  message: string;
}

/** What was seen of one kind. `absent`: the cluster does not serve it (yet). `named`: only some objects were asked for, by name. */
export type Listing = { named?: true } & (
  | (GroupKind & { status: 'listed'; resource: Resource; items: KubernetesObject[] })
  | (GroupKind & { status: 'absent' })
  | (GroupKind & { status: 'unreadable'; problem: Problem })
);

export interface NodeFacts {
  name: string;
  labels: Record<string, string>;
  ready: boolean;
  /** All of them, names included. */
  addresses: string[];
  /** Those of type InternalIP; absent: not looked at. */
  internalIPs?: string[];
  podCIDRs: string[];
  /** What its kubelet says of it. */
  system?: { kernelVersion?: string; kubeletVersion?: string; operatingSystem?: string; architecture?: string };
}

/** Facts that live rules judge and that are not desired state. */
export interface ClusterFacts {
  nodes: NodeFacts[];
  /** Names of DaemonSets as namespace/name: E15 and E16 look for foreign CNIs and node-local DNS. */
  daemonSets: string[];
  /** Subject alternative names (DNS names and addresses) in the certificate that the declared `server` address presents. */
  certificate?: { names: string[]; notAfter: string };
  serverVersion: string;
}

export interface LiveCluster {
  name: string;
  role: 'central' | 'distributed';
  status: 'known' | 'unknown';
  /** Present when status is unknown. */
  problem?: Problem;
  /** uid of namespace kube-system: the identity of the cluster. */
  uid?: string;
  /** Every kind the cluster serves, all versions, preferred version first per kind. */
  resources: Resource[];
  /** Groups whose aggregated API is registered and does not answer: anything of theirs is unknown, not absent. */
  unavailableGroups: string[];
  /** Groups of the listed kinds whose API lacks server-side apply or dry-run; absent: none. */
  limited?: LimitedGroup[];
  listings: Listing[];
  facts?: ClusterFacts;
  /** namespace contrail carries cn2-fleet/emulated: "true". */
  emulated: boolean;
  /** Requests spent so far on this cluster. */
  requests: number;
}

export interface LiveState {
  clusters: LiveCluster[];
}
