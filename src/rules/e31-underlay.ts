import { type Address, contains, formatAddress, parseAddress, parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import type { Finding } from '../model/finding.ts';
import type { Family } from '../model/fleet.ts';
import { clusterSubnets, type DeclaredSubnet } from './declared-subnets.ts';
import { clusterPlace, declaredCluster } from './live-cluster.ts';
import { isNetworkConfig } from './network-config.ts';
import { finding, type LiveInput, type Rule } from './rule.ts';

/** An address by which the underlay would reach a node. */
interface NodeAddress {
  cluster: string;
  node: string;
  address: Address;
}

/** vRouters of all clusters exchange packets directly, from node to node. */
export const routedUnderlay: Rule = {
  id: 'E31',
  sentence:
    'The underlay can route between all nodes: no address is that of two nodes of different clusters, none lies in a pod or service subnet of the fleet, every cluster has an address family in common with the central one, and nodes lie in the nodeSubnets of their cluster where it declares any (the last two are warnings).',
  remedy: 'Give the nodes addresses that mean one place in the whole underlay.',
  source: 'documented',
  notChecked:
    'whether packets pass between the nodes, GRE (IP protocol 47) included, and with which MTU: the smoke test sends some; nodes whose vRouter uses other interfaces (contrail-network-config) have further addresses that Kubernetes does not know.',
  judgeLive(input) {
    const addresses = addressesOf(input);
    return [
      ...usedTwice(addresses, input),
      ...insideSubnets(addresses, input),
      ...outsideNodeSubnets(addresses, input),
      ...withoutCommonFamily(addresses, input),
    ];
  },
};

function addressesOf({ live }: LiveInput): NodeAddress[] {
  return live.clusters.flatMap((cluster) =>
    (cluster.facts?.nodes ?? []).flatMap(({ name, internalIPs = [] }) =>
      internalIPs.flatMap((text) => {
        const address = parseAddress(text);
        return address === undefined ? [] : [{ cluster: cluster.name, node: name, address }];
      }),
    ),
  );
}

/** Where vRouters have interfaces of their own, these addresses may be of a network that ends at the cluster. */
function usedTwice(addresses: readonly NodeAddress[], { fleet, source, manifests = [] }: LiveInput): Finding[] {
  const elsewhere = new Set(manifests.filter(isNetworkConfig).map(({ cluster }) => cluster));
  const first = new Map<string, NodeAddress>();
  return addresses.flatMap((one) => {
    const text = formatAddress(one.address);
    const other = first.get(text);
    if (other === undefined) first.set(text, one);
    if (other === undefined || other.cluster === one.cluster) return [];
    const message = `address ${text} is that of node ${one.node} of ${one.cluster} and of node ${other.node} of ${other.cluster}`;
    return [
      finding(routedUnderlay, clusterPlace(fleet, source, one.cluster), message, {
        cluster: one.cluster,
        severity: elsewhere.has(one.cluster) || elsewhere.has(other.cluster) ? 'warning' : 'error',
      }),
    ];
  });
}

function insideSubnets(addresses: readonly NodeAddress[], { fleet, source }: LiveInput): Finding[] {
  const subnets = clusterSubnets(fleet).filter(({ use }) => use !== 'node');
  const found = new Map<DeclaredSubnet, NodeAddress[]>();
  for (const one of addresses)
    for (const subnet of subnets) if (contains(subnet.cidr, one.address)) found.set(subnet, [...(found.get(subnet) ?? []), one]);
  return [...found].map(([subnet, [one, ...others]]) =>
    finding(
      routedUnderlay,
      source && placeOf(source, subnet.at),
      `node ${one!.node} of ${one!.cluster}${moreOf(others)} has the address ${formatAddress(one!.address)}, which lies in ${subnet.title}`,
      { cluster: one!.cluster, remedy: 'Use pod and service subnets that the underlay does not have.' },
    ),
  );
}

function outsideNodeSubnets(addresses: readonly NodeAddress[], { fleet, source }: LiveInput): Finding[] {
  return [...Map.groupBy(addresses, ({ cluster }) => cluster)].flatMap(([name, all]) => {
    const subnets = (declaredCluster(fleet, name)?.cluster.nodeSubnets ?? []).flatMap((text) => parseCidr(text) ?? []);
    // Of a family that has no subnet there, nothing is said.
    const [one, ...others] = all.filter(
      ({ address }) =>
        subnets.some(({ family }) => family === address.family) && !subnets.some((subnet) => contains(subnet, address)),
    );
    if (one === undefined) return [];
    const message = `node ${one.node} of ${name}${moreOf(others)} has the address ${formatAddress(one.address)}, which lies in none of the nodeSubnets of ${name}`;
    return [
      finding(routedUnderlay, clusterPlace(fleet, source, name, 'nodeSubnets'), message, {
        cluster: name,
        severity: 'warning',
        remedy: 'Declare all of the underlay: other rules compare subnets with it.',
      }),
    ];
  });
}

/** Said at the first cluster that shares none with the central one. */
function withoutCommonFamily(addresses: readonly NodeAddress[], { fleet, source }: LiveInput): Finding[] {
  const families = new Map<string, Set<Family>>();
  for (const { cluster, address } of addresses)
    families.set(cluster, (families.get(cluster) ?? new Set<Family>()).add(address.family));
  const central = families.get(fleet.central.name);
  if (central === undefined) return [];
  return [...families].flatMap(([name, own]) => {
    if ([...own].some((family) => central.has(family))) return [];
    const message = `the nodes of ${name} have IP${[...own].join()} addresses only, those of ${fleet.central.name} IP${[...central].join()} ones`;
    return [
      finding(routedUnderlay, clusterPlace(fleet, source, name), message, {
        cluster: name,
        // A kubelet may report fewer families than its node has.
        severity: 'warning',
        remedy: 'Give the nodes addresses of one family.',
      }),
    ];
  });
}

function moreOf(others: readonly unknown[]): string {
  return others.length === 0 ? '' : ` and ${others.length} more`;
}
