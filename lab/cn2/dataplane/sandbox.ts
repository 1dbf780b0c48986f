import { createHash } from 'node:crypto';
import { addressOf, familyOf, hostCidr, networkOf } from './cidr.ts';
import { hostInterface } from './interface-names.ts';
import type { PodInterface } from './interfaces.ts';
import { LOCAL_PROTOCOL } from './routes.ts';

/** A pod's network on this node as the container runtime knows it. */
export interface Sandbox {
  containerId: string;
  /** Path of the pod's network namespace, as this process can open it. */
  netns: string;
}

/** One of a pod's interfaces, with everything decided. */
export interface AttachedInterface extends PodInterface {
  mac: string;
  /** The node's end of the pair. */
  host: string;
  /** In a virtual network, not on the default pod network. */
  virtual: boolean;
}

/** Fills in what an interface leaves open. Without a given one the hardware address follows from the sandbox. */
export function decided(sandbox: Sandbox, wanted: PodInterface, virtual: boolean): AttachedInterface {
  const hash = createHash('sha256').update(`${sandbox.containerId}/${wanted.name}/mac`).digest('hex');
  const mac = wanted.mac ?? ['02', ...(hash.match(/../g) ?? []).slice(0, 5)].join(':');
  return { ...wanted, mac, host: hostInterface(sandbox.containerId, wanted.name, virtual), virtual };
}

export interface AttachCommands {
  node: string[];
  pod: string[];
  /** Below /proc/sys/net on the node. */
  nodeSettings: Record<string, number>;
  /** Below /proc/sys/net in the pod, before anything else there. */
  podSettings: Record<string, number>;
}

/** Everything that gives a sandbox its interfaces. */
export function attachCommands(sandbox: Sandbox & { interfaces: readonly AttachedInterface[] }): AttachCommands {
  const parts = sandbox.interfaces.map((one) => interfaceCommands(sandbox, one));
  return {
    node: parts.flatMap(({ node }) => node),
    pod: parts.flatMap(({ pod }) => pod),
    nodeSettings: Object.assign({}, ...parts.map(({ nodeSettings }) => nodeSettings)),
    podSettings: Object.assign({}, ...parts.map(({ podSettings }) => podSettings)),
  };
}

/**
 * A routed pair: the node's end holds the gateway's address and a host route to the pod, so no bridge is needed and one address
 * can be the gateway of every pod. In a virtual network the node also answers ARP for whatever it has a route to, as CN2's
 * vRouter does. The pod gets routes to its gateways and its own prefixes, the default route only by its default interface:
 * routes to other virtual networks are the pod's own business.
 */
function interfaceCommands(sandbox: Sandbox, one: AttachedInterface): AttachCommands {
  const addresses = one.addresses.map((cidr) => ({ cidr, address: addressOf(cidr), family: familyOf(cidr) }));
  const gatewayOf = (family: string) => one.gateways.map(addressOf).find((gateway) => familyOf(gateway) === family);
  const gateways = [...new Set(one.gateways.map(addressOf))].filter((gateway) =>
    addresses.some(({ family }) => family === familyOf(gateway)),
  );
  return {
    node: [
      `link add ${one.host} mtu 1500 type veth peer name ${one.name} address ${one.mac} netns ${sandbox.netns}`,
      ...gateways.map((gateway) => `addr add ${hostCidr(gateway)} dev ${one.host}${nodad(gateway)}`),
      // Solicitations for the pod are sent from the link-local address: the kernel's own would not be usable for a second.
      ...(addresses.some(({ family }) => family === 'v6')
        ? [`link set ${one.host} addrgenmode none`, `addr add fe80::1/64 dev ${one.host} nodad`]
        : []),
      `link set ${one.host} up`,
      ...addresses.map(({ address }) => `route replace ${hostCidr(address)} dev ${one.host} proto ${LOCAL_PROTOCOL}`),
    ],
    pod: [
      `link set ${one.name} up`,
      // The prefix route is made by hand below: for IPv6 it must lead to the gateway, because nobody answers for neighbours.
      ...addresses.map(({ cidr }) => `addr add ${cidr} dev ${one.name}${nodad(cidr)} noprefixroute`),
      ...gateways.map((gateway) => `route add ${hostCidr(gateway)} dev ${one.name}`),
      ...addresses.flatMap(({ cidr, address, family }) => {
        const gateway = gatewayOf(family);
        const onLink = one.virtual && family === 'v4';
        const routes = cidr === hostCidr(address) ? [] : [networkOf(cidr)];
        if (!one.virtual && gateway !== undefined) routes.push(family === 'v6' ? '::/0' : '0.0.0.0/0');
        const way = onLink || gateway === undefined ? '' : ` via ${gateway}`;
        return routes.map((route) => `route add ${route}${way} dev ${one.name} src ${address}`);
      }),
    ],
    nodeSettings: {
      [`ipv4/conf/${one.host}/send_redirects`]: 0,
      [`ipv6/conf/${one.host}/accept_ra`]: 0,
      ...(one.virtual ? { [`ipv4/conf/${one.host}/proxy_arp`]: 1, [`ipv4/neigh/${one.host}/proxy_delay`]: 0 } : {}),
    },
    // Some runtimes start sandboxes with IPv6 off.
    podSettings: addresses.some(({ family }) => family === 'v6') ? { [`ipv6/conf/${one.name}/disable_ipv6`]: 0 } : {},
  };
}

/** Nobody else can have the address on a pair of two, so the second of duplicate detection is saved. */
function nodad(address: string): string {
  return familyOf(address) === 'v6' ? ' nodad' : '';
}
