/**
 * The declaration with every default filled in. It is what `rendered/fleet.json` holds: references to
 * credentials, never their values. Written by `declare`, read by every later room.
 */
export interface Fleet {
  apiVersion: 'cn2-fleet/v1';
  kind: 'Fleet';
  metadata: { name: string };
  release: Release;
  central: CentralCluster;
  distributed: DistributedCluster[];
  namespaces: FleetNamespace[];
  networks: FleetNetwork[];
  connections: Connection[];
  /** The user's own objects beside what the keys render. Absent: none. */
  extra?: ExtraSource[];
  /** Absent: the declaration has none, and everything is allowed. */
  policy?: Policy;
  /** Absent: no smoke test runs. */
  smoke?: Smoke;
}

/** What may be planned and proposed. */
export interface Policy {
  /** Changes that interrupt what runs. */
  disruptive: 'allow' | 'refuse';
}

/** Manifests of the user's own for one cluster. */
export interface ExtraSource {
  cluster: string;
  /** A YAML file, or a folder whose YAML files are read, relative to the declaration. */
  path: string;
}

/** Where a credential comes from: an environment variable's content (plain or base64) or a file relative to the declaration. */
export type CredentialRef = ({ env: string } | { file: string }) & { context?: string };

export interface Release {
  /** The CN2 image tag, e.g. 22.2.0.93 or cn2.23.4.0.59. */
  version: string;
  /** Folder of the vendor's manifests, relative to the declaration. */
  manifests: string;
  /** Replaces what stands before the last '/' of each CN2 image. */
  registry?: string;
  pullSecret: CredentialRef;
}

export interface LabOptions {
  /** Worker nodes that the lab adds to the one control-plane node. */
  workers: number;
}

interface ClusterCommon {
  name: string;
  kubeconfig: CredentialRef;
  /** What the other side is given; default: kubeconfig. */
  handover?: CredentialRef;
  /** How the other side reaches this API: https://host:port. */
  server: string;
  /** At most one of each family. */
  podSubnets: string[];
  serviceSubnets: string[];
  nodeSubnets: string[];
  lab?: LabOptions;
}

export interface CentralCluster extends ClusterCommon {
  kubernetesClusterName?: string;
}

export interface DistributedCluster extends ClusterCommon {
  /** For life: listenerPort 19446 + index, constantRouteTargetNumber 7699 + 100 × index. */
  index: number;
  state: 'attached' | 'detached';
  /** Name of the Kubemanager object. */
  kubemanager: string;
  /** Name of the secret on the central cluster that holds this cluster's kubeconfig. */
  kubeconfigSecret: string;
  registry?: string;
  pullSecret?: CredentialRef;
  kubemanagerNodeSelector?: Record<string, string>;
}

export interface FleetNamespace {
  cluster: string;
  name: string;
  isolated: boolean;
  labels: Record<string, string>;
  /** As declared: a network in net.juniper.contrail.podnetwork may have the name of its own cluster. */
  annotations?: Record<string, string>;
  forwarding?: 'fabric-snat' | 'ip-fabric';
  /** false: exists already and is only referred to. */
  manage: boolean;
}

/** Addresses from one to another, both included. */
export interface AddressRange {
  /** Collection that it belongs to; default: default. */
  key?: string;
  from: string;
  to: string;
}

export interface NetworkFamily {
  cidr: string;
  gateway?: string;
  /** Name of the Subnet object. */
  subnet: string;
  /** What CN2 gives out of the subnet; absent: all of it. */
  ranges?: AddressRange[];
  /** Name servers. */
  dns?: string[];
}

/** Fields of the VirtualNetwork that have a key of their own; what is left out stays with CN2. */
export interface NetworkSettings {
  /** May be the primary network of pods. */
  podNetwork?: boolean;
  /** Pods reach the underlay through an address of their node. */
  fabricSNAT?: boolean;
  /** Its addresses are routed in the underlay: nothing isolates it there. */
  fabricForwarding?: boolean;
  /** Route targets (target:64512:1000) that it both imports and exports. */
  routeTargets?: string[];
  importRouteTargets?: string[];
  exportRouteTargets?: string[];
  forwardingMode?: 'l2_l3' | 'l2' | 'l3';
  /** Reverse path forwarding. */
  rpf?: 'enable' | 'disable';
  /** VXLAN network identifier; CN2 chooses one where it is left out. */
  vni?: number;
}

export interface FleetNetwork extends NetworkSettings {
  cluster: string;
  /** The name on that cluster, not the central one. */
  namespace: string;
  name: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  /** Neither family: only with fabricForwarding. */
  v4?: NetworkFamily;
  v6?: NetworkFamily;
  /** Further fields of the VirtualNetwork's spec, merged last; none that a key sets. */
  spec?: { [field: string]: unknown };
}

/** `cluster/namespace/network`, as the declaration writes it. */
export type NetworkId = string;

export type Connection = MeshConnection | HubSpokeConnection;

/** A VNR's object name; with labels where the default one (vnr: <name>) is not wanted. */
export type RouterRef = string | { name: string; labels: Record<string, string> };

interface ConnectionCommon {
  name: string;
  /** VNRs; default name `<connection>-<network>`. Every network of the connection has an entry here. */
  routers: Record<NetworkId, RouterRef>;
}

export interface MeshConnection extends ConnectionCommon {
  type: 'mesh';
  networks: NetworkId[];
}

export interface HubSpokeConnection extends ConnectionCommon {
  type: 'hub-spoke';
  hubs: NetworkId[];
  spokes: NetworkId[];
}

export type Family = 'v4' | 'v6';

export interface Smoke {
  /** Required when the smoke test runs. */
  image?: string;
  defaultPodNetwork: Family[];
  networks: 'all' | 'none' | NetworkId[];
  thresholds: { lossPercent: number; rttP95Ms: number };
}

/** The networks of a connection in declared order. */
export function networksOf(connection: Connection): NetworkId[] {
  return connection.type === 'mesh' ? connection.networks : [...connection.hubs, ...connection.spokes];
}

/** A network's id as connections and smoke refer to it. */
export function networkId(network: Pick<FleetNetwork, 'cluster' | 'namespace' | 'name'>): NetworkId {
  return `${network.cluster}/${network.namespace}/${network.name}`;
}
