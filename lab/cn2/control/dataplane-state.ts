import {
  CLUSTER_NAME_LABEL,
  DEFAULT_POD_NETWORK,
  DEFAULT_SERVICE_NETWORK,
  FORWARDING_ANNOTATION,
  ISOLATED_LABEL,
} from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { DataplaneState, Peer } from '../dataplane/state.ts';
import { gatewayOf } from './addresses.ts';
import { allowedPairs } from './allowed.ts';
import {
  type InstanceIpSpec,
  IP_ANNOTATIONS,
  nameOf,
  ROUTER_ANNOTATIONS,
  type SubnetSpec,
  specOf,
  stateOf,
  type VirtualNetworkSpec,
} from './core-objects.ts';
import { nodeFacts } from './node-facts.ts';

/** Everything that decides what the nodes of one cluster do. */
export interface DataplaneInput {
  cluster: string;
  /** K of the cluster: what its namespaces on the central cluster are labelled with. */
  prefix: string;
  isCentral: boolean;
  /** The cluster's own nodes and namespaces. */
  nodes: KubernetesObject[];
  namespaces: KubernetesObject[];
  /** The central cluster's. */
  centralNamespaces: KubernetesObject[];
  networks: KubernetesObject[];
  subnets: KubernetesObject[];
  routers: KubernetesObject[];
  virtualRouters: KubernetesObject[];
  addresses: KubernetesObject[];
}

/** state.json for the nodes of a cluster; the same input gives the same order. */
export function dataplaneState(input: DataplaneInput): DataplaneState {
  const networks = userNetworks(input);
  const cidrs = new Map(networks.map(({ name, cidrs: own }) => [name, own]));
  const objects = input.networks.filter((network) => cidrs.has(nameOf(network)));
  const labels = new Map(input.centralNamespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const routers = input.routers.filter((router) => stateOf(router) === 'Success');
  const allowed = allowedPairs(objects, routers, (namespace) => labels.get(namespace) ?? {});
  return {
    peers: [...ownPeers(input), ...foreignPeers(input)].sort(by((peer) => `${peer.cluster}/${peer.node}`)),
    networks,
    allowed: allowed.flatMap(([from, to]) => sameFamily(cidrs.get(from) ?? [], cidrs.get(to) ?? [])),
    hosts: hosts(input),
    isolation: isolation(input),
  };
}

/** Networks with packets of their own: the default ones carry the cluster's pod addresses and are routed as such. */
function userNetworks({ networks, subnets }: DataplaneInput): DataplaneState['networks'] {
  const subnetOf = new Map(subnets.map((subnet) => [nameOf(subnet), specOf<SubnetSpec>(subnet)]));
  return networks
    .filter(({ metadata }) => metadata.name !== DEFAULT_POD_NETWORK && metadata.name !== DEFAULT_SERVICE_NETWORK)
    .filter((network) => stateOf(network) === 'Success')
    .map((network) => {
      const spec = specOf<VirtualNetworkSpec>(network);
      const found = [spec.v4SubnetReference, spec.v6SubnetReference]
        .map((reference) => reference && subnetOf.get(`${reference.namespace ?? network.metadata.namespace}/${reference.name}`))
        .filter((subnet) => subnet !== undefined);
      return {
        name: nameOf(network),
        cidrs: found.map(({ cidr }) => cidr ?? ''),
        gateways: found.map((subnet) => gatewayOf(subnet) ?? ''),
      };
    })
    .filter(({ cidrs }) => cidrs.length > 0)
    .sort(by(({ name }) => name));
}

function sameFamily(from: string[], to: string[]): [string, string][] {
  return from.flatMap((a) => to.filter((b) => a.includes(':') === b.includes(':')).map((b): [string, string] => [a, b]));
}

function ownPeers({ cluster, nodes }: DataplaneInput): Peer[] {
  return nodes.map(nodeFacts).map(({ name, addresses, podCIDRs }) => ({ cluster, node: name, addresses, podCIDRs }));
}

function foreignPeers({ cluster, nodes, virtualRouters }: DataplaneInput): Peer[] {
  // A VirtualRouter of an own node may call the cluster by another name.
  const own = new Set(nodes.map(({ metadata }) => metadata.name));
  return virtualRouters
    .filter(({ metadata }) => !own.has(metadata.name))
    .map(({ metadata }) => ({
      cluster: metadata.annotations?.[ROUTER_ANNOTATIONS.cluster] ?? '',
      node: metadata.name,
      addresses: JSON.parse(metadata.annotations?.[ROUTER_ANNOTATIONS.addresses] ?? '[]') as string[],
      podCIDRs: JSON.parse(metadata.annotations?.[ROUTER_ANNOTATIONS.podCIDRs] ?? '[]') as string[],
    }))
    .filter((peer) => peer.cluster !== cluster);
}

function hosts({ addresses }: DataplaneInput): DataplaneState['hosts'] {
  return addresses
    .map((address) => ({
      address: specOf<InstanceIpSpec>(address).instanceIPAddress ?? '',
      node: address.metadata.annotations?.[IP_ANNOTATIONS.node] ?? '',
      cluster: address.metadata.annotations?.[IP_ANNOTATIONS.cluster] ?? '',
    }))
    .filter(({ address }) => address !== '')
    .sort(by(({ address }) => address));
}

/** The namespace default has fabric SNAT without being told. */
function isolation({ namespaces, isCentral, prefix }: DataplaneInput): DataplaneState['isolation'] {
  const own = namespaces.filter(({ metadata }) => !isCentral || (metadata.labels?.[CLUSTER_NAME_LABEL] ?? prefix) === prefix);
  const names = (fits: (namespace: KubernetesObject) => boolean) =>
    own
      .filter(fits)
      .map(({ metadata }) => metadata.name)
      .sort();
  return {
    isolatedNamespaces: names(({ metadata }) => metadata.labels?.[ISOLATED_LABEL] === 'true'),
    snatNamespaces: names(
      ({ metadata }) => metadata.name === 'default' || metadata.annotations?.[FORWARDING_ANNOTATION] === 'fabric-snat',
    ),
  };
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
