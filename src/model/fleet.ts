import type { NetworkFamily, NetworkSettings } from './fleet-network.ts';
import type { Smoke } from './fleet-smoke.ts';
import type { Fields } from './json-object.ts';

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
  /** Indexes of former clusters, which are never used again. */
  retired?: number[];
  namespaces: FleetNamespace[];
  networks: FleetNetwork[];
  connections: Connection[];
  /** The user's own objects beside what the keys render. Absent: none. */
  extra?: ExtraSource[];
  /** Absent: the declaration has none, and everything is allowed. */
  policy?: Policy;
  /** Absent: the declaration has none, and clusters are upgraded one after another. */
  upgrade?: UpgradePolicy;
  /** Rules whose errors are warnings in this fleet, by id. */
  severity?: Record<string, LoweredRule>;
  drift?: DriftPolicy;
  /** Absent: no smoke test runs. */
  smoke?: Smoke;
}

/** An exception from a rule. */
export interface LoweredRule {
  level: 'warning';
  reason: string;
  /** Its last day, YYYY-MM-DD in UTC; absent: it has no end. */
  until?: string;
}

/** What may be planned and proposed. */
export interface Policy {
  /** Changes that interrupt what runs. */
  disruptive: 'allow' | 'refuse';
}

/** How looks for drift are judged. */
export interface DriftPolicy {
  /** As it is written, for example 72h: how long a cluster may go unjudged before an issue says so. */
  maxAge: string;
}

/** How another release is brought to the distributed clusters. */
export interface UpgradePolicy {
  /** Clusters that are upgraded at the same time. */
  maxUnavailable: number;
  /** As it is written, for example 10m: how long the fleet runs after the smoke test before the next clusters begin. */
  soak: string;
  /** Names of distributed clusters; the others come after them. */
  order: string[];
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
  /** Tags of images that a hotfix has newer than `version`, by image name. */
  images?: Record<string, string>;
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
  /** For life: listenerPort 19446 + index, constantRouteTargetNumber 7699 + 100 × index. Absent: both are declared. */
  index?: number;
  /** Instead of what follows from the index. */
  listenerPort?: number;
  /** Instead of what follows from the index. */
  constantRouteTargetNumber?: number;
  state: 'attached' | 'detached';
  /** How it is detached. Absent: with all that is of this fleet, from both sides. */
  detach?: Detach;
  /** Name of the Kubemanager object. */
  kubemanager: string;
  /** Merged last onto the spec of that object. The file has it with the name: kubemanager: {name, spec}. */
  kubemanagerSpec?: Fields;
  /** Name of the secret on the central cluster that holds this cluster's kubeconfig. */
  kubeconfigSecret: string;
  /** Folder of manifests of its own; its Kubemanager comes from release.manifests all the same. */
  manifests?: string;
  /** Merged into the objects of its manifests, in this order. */
  patches?: Patch[];
  registry?: string;
  pullSecret?: CredentialRef;
  kubemanagerNodeSelector?: Record<string, string>;
}

/** How a cluster leaves. */
export interface Detach {
  /** Its namespaces that stay, with what is in them. */
  keep: string[];
  /** The cluster is gone for good: the central side alone, and no connection to it is tried. */
  unreachable: boolean;
}

/** What a declaration changes of one object of the vendor's manifests. */
export interface Patch {
  kind: string;
  name: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  /** A JSON merge patch (RFC 7386). */
  merge: Fields;
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

/** The networks of a connection in declared order. */
export function networksOf(connection: Connection): NetworkId[] {
  return connection.type === 'mesh' ? connection.networks : [...connection.hubs, ...connection.spokes];
}

/** A network's id as connections and smoke refer to it. */
export function networkId(network: Pick<FleetNetwork, 'cluster' | 'namespace' | 'name'>): NetworkId {
  return `${network.cluster}/${network.namespace}/${network.name}`;
}
