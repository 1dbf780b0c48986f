import { type Cidr, contains, formatAddress, formatCidr, hasHostBits, networkOf, overlaps, parseCidr } from '../declare/cidr.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { isFields } from '../model/json-object.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Manifest } from '../model/manifest.ts';
import { clusterSubnets } from './declared-subnets.ts';
import { clusterPlace, declaredCluster, isWithoutVrouter } from './live-cluster.ts';
import { manifestPlace, specOf } from './manifest-place.ts';
import { CONFIG_KEY, type ControlDataNetwork, isNetworkConfig, readNetworkConfig } from './network-config.ts';
import { finding, type LiveInput, type ManifestsInput, type Rule } from './rule.ts';

/** What a gateway cannot be in an IPv4 subnet with room for hosts. */
const SMALLEST_WITH_BROADCAST = 30;

/** Where nodes have several interfaces, this ConfigMap says which of them the vRouter takes. */
export const networkConfig: Rule = {
  id: 'E32',
  sentence:
    'ConfigMap contrail/contrail-network-config lists under networkConfig.controlDataNetworks networks of the underlay, each with a subnet and a gateway inside it, apart from each other and from pod and service subnets; nodes with several addresses of a family have one (a warning).',
  remedy:
    'Correct the ConfigMap in the manifests, or by a patch: one entry {subnet, gateway} for each network of control and data traffic.',
  source: 'documented',
  notChecked:
    'which interfaces the nodes have: Kubernetes knows the addresses of their kubelets alone; the configuration of the central cluster, which is not applied from here.',
  judgeManifests(input) {
    return input.manifests.filter(isNetworkConfig).flatMap((manifest) => judgeConfig(manifest, input));
  },
  judgeLive(input) {
    return input.live.clusters
      .filter((cluster) => cluster.role === 'distributed' && isWithoutVrouter(cluster))
      .flatMap((cluster) => judgeNodes(cluster, input));
  },
};

function judgeConfig(manifest: Manifest, { fleet, folder }: ManifestsInput): Finding[] {
  const { networks, problems } = readNetworkConfig(manifest);
  const data = isFields(manifest.object['data']) ? manifest.object['data'] : {};
  const place = manifestPlace(manifest, folder, CONFIG_KEY in data ? ['data', CONFIG_KEY] : ['metadata', 'name']);
  const said = (text: string, more: { severity?: 'warning'; remedy?: string } = {}) =>
    finding(networkConfig, place, `contrail-network-config of ${manifest.cluster} ${text}`, more);
  const underlay = declaredCluster(fleet, manifest.cluster)?.cluster.nodeSubnets.flatMap((text) => parseCidr(text) ?? []) ?? [];
  return [
    ...problems.map((problem) => said(problem)),
    ...networks.flatMap((network) => [
      ...judgeSubnet(network, said),
      ...judgeGateway(network, said),
      ...clusterSubnets(fleet)
        .filter(({ use, cidr }) => use !== 'node' && overlaps(cidr, network.subnet))
        .map(({ title }) => said(`names ${network.text}, which overlaps ${title}`)),
      ...outside(network.subnet, underlay, (text) => said(text, { severity: 'warning' })),
    ]),
    ...overlapping(networks).map(([one, two]) => said(`names ${one.text} and ${two.text}, which overlap`)),
  ];
}

type Said = (text: string, more?: { remedy?: string }) => Finding;

function judgeSubnet({ subnet, text }: ControlDataNetwork, said: Said): Finding[] {
  if (!hasHostBits(subnet)) return [];
  return [said(`names ${text}, which has host bits set`, { remedy: `Write ${formatCidr(networkOf(subnet))}.` })];
}

function judgeGateway({ subnet, text, gateway }: ControlDataNetwork, said: Said): Finding[] {
  if (gateway === undefined) return [];
  const address = formatAddress(gateway);
  if (!contains(subnet, gateway)) return [said(`gives ${text} the gateway ${address}, which lies outside`)];
  const isNoHost =
    subnet.family === 'v4' &&
    subnet.prefix <= SMALLEST_WITH_BROADCAST &&
    (gateway.value === subnet.first || gateway.value === subnet.last);
  return isNoHost ? [said(`gives ${text} the gateway ${address}, which is not a host of it`)] : [];
}

function outside(subnet: Cidr, underlay: readonly Cidr[], said: (text: string) => Finding): Finding[] {
  const declared = underlay.filter(({ family }) => family === subnet.family);
  if (declared.length === 0 || declared.some((other) => other.first <= subnet.first && subnet.last <= other.last)) return [];
  return [said(`names ${formatCidr(networkOf(subnet))}, which lies in none of its nodeSubnets`)];
}

function overlapping(networks: readonly ControlDataNetwork[]): [ControlDataNetwork, ControlDataNetwork][] {
  return networks.flatMap((one, index) =>
    networks
      .slice(index + 1)
      .flatMap((two): [ControlDataNetwork, ControlDataNetwork][] => (overlaps(one.subnet, two.subnet) ? [[one, two]] : [])),
  );
}

/** Without the ConfigMap, and without a gateway in the Vrouters, the vRouter has to choose. */
function judgeNodes({ name, facts }: LiveCluster, { fleet, source, manifests }: LiveInput): Finding[] {
  if (manifests === undefined || facts === undefined) return [];
  const own = manifests.filter(({ cluster }) => cluster === name);
  if (own.some(isNetworkConfig) || own.some(saysGateway)) return [];
  const several = facts.nodes.filter(({ internalIPs = [] }) =>
    [true, false].some((v6) => internalIPs.filter((address) => address.includes(':') === v6).length > 1),
  );
  const [first, ...others] = several;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const place: FilePosition | undefined = clusterPlace(fleet, source, name);
  return [
    finding(
      networkConfig,
      place,
      `node ${first.name} of ${name}${more} has several addresses of one family (${first.internalIPs?.join(', ')}), and no contrail-network-config says which network the vRouter takes`,
      {
        cluster: name,
        severity: 'warning',
        remedy: 'Add the ConfigMap to the manifests; their vRouter file has it as a comment.',
      },
    ),
  ];
}

function saysGateway(manifest: Manifest): boolean {
  if (manifest.object.kind !== 'Vrouter') return false;
  const { agent } = specOf(manifest);
  const host = isFields(agent) ? agent['virtualHostInterface'] : undefined;
  return isFields(host) && (host['gateway'] !== undefined || host['gateway6'] !== undefined);
}
