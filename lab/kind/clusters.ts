import { formatAddress, parseAddress } from '../../src/declare/cidr.ts';
import type { CentralCluster, CredentialRef, DistributedCluster, Family, Fleet } from '../../src/model/fleet.ts';
import { LabError } from './commands.ts';

/** A declared cluster as the lab builds it. */
export interface LabCluster {
  /** As declared. */
  name: string;
  role: 'central' | 'distributed';
  /** kind's name for it, and the prefix of its nodes. */
  kindName: string;
  /** What kubeadm calls the cluster: its configuration and the names in its kubeconfig. */
  kubernetesClusterName: string;
  /** Host and port of the declared `server`. */
  server: { url: string; address: string; family: Family; port: number };
  /** IPv4 first: the first family is the one of the nodes and of Services that do not ask. */
  podSubnets: string[];
  serviceSubnets: string[];
  workers: number;
  kubeconfig: CredentialRef;
  handover?: CredentialRef;
}

/** The clusters of a declaration, central first. Throws LabError for a `server` that the lab cannot give to a node. */
export function labClusters(fleet: Fleet): LabCluster[] {
  return [
    labCluster(fleet, fleet.central, 'central', fleet.central.kubernetesClusterName ?? fleet.central.name),
    ...fleet.distributed.map((cluster) => labCluster(fleet, cluster, 'distributed', cluster.name)),
  ];
}

/** The name of the network that the nodes of a fleet share. */
export function networkName(fleet: Fleet): string {
  return `cn2-fleet-${fleet.metadata.name}`;
}

function labCluster(
  fleet: Fleet,
  cluster: CentralCluster | DistributedCluster,
  role: LabCluster['role'],
  kubernetesClusterName: string,
): LabCluster {
  return {
    name: cluster.name,
    role,
    kindName: `${fleet.metadata.name}-${cluster.name}`,
    kubernetesClusterName,
    server: serverOf(cluster.name, cluster.server),
    podSubnets: ipv4First(cluster.podSubnets),
    serviceSubnets: ipv4First(cluster.serviceSubnets),
    workers: cluster.lab?.workers ?? 0,
    kubeconfig: cluster.kubeconfig,
    ...(cluster.handover === undefined ? {} : { handover: cluster.handover }),
  };
}

function serverOf(name: string, url: string): LabCluster['server'] {
  const { hostname, port } = new URL(url);
  const address = parseAddress(hostname.replace(/^\[|\]$/g, ''));
  if (!address) throw new LabError(`${name}: the lab gives the host of server to a node, so ${url} must name an IP address`);
  return { url, address: formatAddress(address), family: address.family, port: port === '' ? 443 : Number(port) };
}

function ipv4First(subnets: readonly string[]): string[] {
  return [...subnets].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}
