import { parse } from 'yaml';
import { DEFAULT_SUBNETS } from '../cn2/names.ts';
import { canonicalCidr, formatCidr, networkOf, parseAddress, parseCidr } from '../declare/cidr.ts';
import { isFields } from '../model/json-object.ts';
import type { LiveCluster } from '../model/live.ts';
import { seen, seenObject } from '../plan/live-objects.ts';
import { textAt } from './view.ts';

/** What a cluster was made with, as far as kubeadm has left it in kube-system. */
export interface MadeWith {
  podSubnets: string[];
  serviceSubnets: string[];
  /** Its Kubernetes cluster name; kubeadm's own default, which says nothing, is left out. */
  clusterName?: string;
}

const KUBEADM_NAME = 'kubernetes';

/** What kubeadm says of a cluster; nothing where it was made otherwise. */
export function madeWith(cluster: LiveCluster): MadeWith {
  const config = seenObject(cluster, { group: '', kind: 'ConfigMap', namespace: 'kube-system', name: 'kubeadm-config' });
  const read = configuration(config === undefined ? '' : textAt(config, 'data', 'ClusterConfiguration'));
  const networking = isFields(read['networking']) ? read['networking'] : {};
  const { clusterName } = read;
  return {
    podSubnets: subnetsIn(networking['podSubnet']),
    serviceSubnets: subnetsIn(networking['serviceSubnet']),
    ...(typeof clusterName === 'string' && clusterName !== '' && clusterName !== KUBEADM_NAME ? { clusterName } : {}),
  };
}

function configuration(text: string): { [key: string]: unknown } {
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function subnetsIn(value: unknown): string[] {
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [];
  return parts.every((part) => parseCidr(part) !== undefined) ? parts.map(canonicalCidr) : [];
}

/** The pod and service subnets that CN2 itself has of its central cluster: those of the default networks. */
export function defaultSubnets(central: LiveCluster): Pick<MadeWith, 'podSubnets' | 'serviceSubnets'> {
  const home = /^contrail-k8s-kubemanager-.*-contrail$/;
  const own = seen(central, 'core.contrail.juniper.net', 'Subnet').filter(({ metadata }) => home.test(metadata.namespace ?? ''));
  const cidrs = (...names: string[]) =>
    names.flatMap((name) => {
      const cidr = textAt(own.find(({ metadata }) => metadata.name === name) ?? {}, 'spec', 'cidr');
      return parseCidr(cidr) === undefined ? [] : [canonicalCidr(cidr)];
    });
  return {
    podSubnets: cidrs(DEFAULT_SUBNETS.podV4, DEFAULT_SUBNETS.podV6),
    serviceSubnets: cidrs(DEFAULT_SUBNETS.serviceV4, DEFAULT_SUBNETS.serviceV6),
  };
}

/** More nodes than this are not named in a comment. */
const MOST_NODES = 4;

/** What is known of the underlay of a cluster: the nodes' addresses, and one network of each family that holds them. */
export function nodeAddresses({ facts }: LiveCluster): { networks: string[]; text: string } | undefined {
  const addresses = (facts?.nodes ?? []).flatMap((node) =>
    node.addresses.filter((address) => parseAddress(address) !== undefined),
  );
  if (addresses.length === 0) return undefined;
  const networks = (['v4', 'v6'] as const).flatMap((family) => enclosing(addresses, family) ?? []);
  const more = addresses.length > MOST_NODES ? ' …' : '';
  return { networks, text: `${addresses.slice(0, MOST_NODES).join(', ')}${more}` };
}

/** The longest prefix that all addresses of a family share, no longer than usual networks have. */
function enclosing(addresses: readonly string[], family: 'v4' | 'v6'): string | undefined {
  const values = addresses.flatMap((text) => {
    const address = parseAddress(text);
    return address?.family === family ? [address] : [];
  });
  const [first] = values;
  if (first === undefined) return undefined;
  for (let prefix = family === 'v4' ? 24 : 64; prefix > 0; prefix -= 1) {
    const network = parseCidr(`${addresses.find((text) => parseAddress(text)?.value === first.value)}/${prefix}`);
    if (network !== undefined && values.every(({ value }) => network.first <= value && value <= network.last))
      return formatCidr(networkOf(network));
  }
  return undefined;
}
