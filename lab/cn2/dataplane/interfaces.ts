import { isCidr } from './cidr.ts';

/** What the kubemanager writes on a pod that asks for virtual networks: what it is to be given. */
export const INTERFACES_ANNOTATION = 'emulated.cn2/interfaces';

/** One interface of a pod. */
export interface PodInterface {
  /** Central name of the network, `namespace/network`. */
  network: string;
  /** Name inside the pod: eth0, eth1 … */
  name: string;
  /** Addresses with prefix length. */
  addresses: string[];
  gateways: string[];
  mac?: string;
}

/** Reads the annotation; throws when it does not hold a list of interfaces with addresses. */
export function parseInterfaces(annotation: string): PodInterface[] {
  const raw: unknown = JSON.parse(annotation);
  if (!Array.isArray(raw)) throw new Error(`${INTERFACES_ANNOTATION} is not a list`);
  return raw.map((entry: Record<string, unknown>) => {
    const addresses = entry.addresses;
    const gateways = entry.gateways ?? [];
    if (typeof entry.network !== 'string' || typeof entry.interface !== 'string') {
      throw new Error(`${INTERFACES_ANNOTATION} has an entry without network or interface`);
    }
    if (!isCidrList(addresses) || addresses.length === 0 || !isCidrList(gateways)) {
      throw new Error(`${INTERFACES_ANNOTATION} has no usable addresses for ${entry.network}`);
    }
    if (!/^[a-z][a-z0-9.-]{0,14}$/.test(entry.interface)) throw new Error(`no name for an interface: ${entry.interface}`);
    return {
      network: entry.network,
      name: entry.interface,
      addresses,
      gateways,
      ...(typeof entry.mac === 'string' && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(entry.mac) ? { mac: entry.mac } : {}),
    };
  });
}

/** The value of `k8s.v1.cni.cncf.io/network-status`, in the shape of the Network Plumbing Working Group's specification. */
export function networkStatus(interfaces: readonly (PodInterface & { mac: string })[]): string {
  return JSON.stringify(
    interfaces.map((one, index) => ({
      name: one.network,
      interface: one.name,
      ips: one.addresses.map((address) => address.split('/')[0]),
      mac: one.mac,
      default: index === 0,
    })),
  );
}

function isCidrList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && isCidr(entry));
}
