import { DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK } from '../../../src/cn2/names.ts';
import { isCidr } from './cidr.ts';

/** Where the kubemanager of a cluster says what the nodes of this cluster are to do. */
export const STATE_NAMESPACE = 'contrail';
export const STATE_CONFIG_MAP = 'emulated-dataplane';
export const STATE_KEY = 'state.json';

/** A node of this or another cluster, and what lives behind it. */
export interface Peer {
  cluster: string;
  node: string;
  /** Its own addresses, at most one of each family is used. */
  addresses: string[];
  podCIDRs: string[];
}

/** A virtual network by its central name. */
export interface VirtualNetwork {
  name: string;
  cidrs: string[];
  gateways: string[];
}

/** Where an address of a virtual network lives. */
export interface VirtualHost {
  address: string;
  node: string;
  cluster: string;
}

export interface DataplaneState {
  peers: Peer[];
  networks: VirtualNetwork[];
  /** Ordered pairs of CIDRs of virtual networks that may exchange packets. */
  allowed: [string, string][];
  hosts: VirtualHost[];
  isolation: { isolatedNamespaces: string[]; snatNamespaces: string[] };
}

const DEFAULT_NETWORKS: string[] = [DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK];

/** Before a kubemanager has spoken: nothing is known, so no virtual network may talk. */
export const EMPTY_STATE: DataplaneState = {
  peers: [],
  networks: [],
  allowed: [],
  hosts: [],
  isolation: { isolatedNamespaces: [], snatNamespaces: [] },
};

/**
 * Reads state.json. What is not an address or CIDR is left out (one bad entry must not stop the others); a text that is not JSON
 * object throws, and the caller keeps what it had.
 */
export function parseState(text: string): DataplaneState {
  const raw = JSON.parse(text) as Partial<Record<keyof DataplaneState, unknown>> | null;
  if (raw === null || typeof raw !== 'object') throw new Error(`${STATE_KEY} is not an object`);
  const isolation = (raw.isolation ?? {}) as Record<string, unknown>;
  return {
    peers: records(raw.peers).map((peer) => ({
      cluster: String(peer.cluster ?? ''),
      node: String(peer.node ?? ''),
      addresses: cidrs(peer.addresses),
      podCIDRs: cidrs(peer.podCIDRs),
    })),
    networks: records(raw.networks)
      .map((network) => ({ name: String(network.name ?? ''), cidrs: cidrs(network.cidrs), gateways: cidrs(network.gateways) }))
      // The default networks are the pod networks themselves: no overlay that could be closed.
      .filter(({ name }) => !DEFAULT_NETWORKS.includes(name.slice(name.indexOf('/') + 1))),
    allowed: list(raw.allowed).flatMap((pair): [string, string][] => {
      const [from, to] = cidrs(pair);
      return from !== undefined && to !== undefined ? [[from, to]] : [];
    }),
    hosts: records(raw.hosts)
      .map((host) => ({
        address: String(host.address ?? ''),
        node: String(host.node ?? ''),
        cluster: String(host.cluster ?? ''),
      }))
      .filter((host) => isCidr(host.address)),
    isolation: { isolatedNamespaces: texts(isolation.isolatedNamespaces), snatNamespaces: texts(isolation.snatNamespaces) },
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function records(value: unknown): Record<string, unknown>[] {
  return list(value).filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null);
}

function texts(value: unknown): string[] {
  return list(value).filter((entry): entry is string => typeof entry === 'string');
}

function cidrs(value: unknown): string[] {
  return texts(value).filter(isCidr);
}
