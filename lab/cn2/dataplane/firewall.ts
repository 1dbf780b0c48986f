import type { Family } from '../../../src/model/fleet.ts';
import { familyOf, hostCidr, networkOf, outermost } from './cidr.ts';
import { POD_INTERFACES, VIRTUAL_INTERFACES } from './interface-names.ts';

/** The one table of nftables that the emulated vRouter owns. */
const FIREWALL_TABLE = 'cn2_emulator';

/** Packets that carry this bit pass whatever the virtual networks say: the one way for a fault to let something leak. */
export const PASSING_MARK = '0x100000';

/** Everything that decides on a packet of this node; addresses and CIDRs of both families mixed. */
export interface FirewallInput {
  /** CIDRs of every virtual network of the fleet. */
  virtual: string[];
  /** Ordered pairs of CIDRs of virtual networks. */
  allowed: [string, string][];
  /** Pod CIDRs of this node. */
  ownPods: string[];
  /** Pod CIDRs of other clusters. */
  foreignPods: string[];
  /** What else is reached by routes and needs no masquerade: other nodes and their pods. */
  inside: string[];
  /** Addresses of pods on this node whose namespace has fabric SNAT. */
  snat: string[];
  /** This node's addresses on the fabric, by family; without one no packet of that family is translated. */
  fabric: Partial<Record<Family, string>>;
  /** Pods of this node in isolated namespaces without SNAT, and the pods of the same namespace on any node of the cluster. */
  isolated: { address: string; neighbours: string[] }[];
}

/**
 * The whole rule set as one transaction: the kernel takes all of it or nothing. Sets are deleted and recreated because
 * nftables refuses to flush and refill interval sets in one transaction; the table and its counters stay.
 * Verdicts are per packet, not per connection, so a router that is taken away stops a ping that is running.
 */
export function firewallRules(input: FirewallInput): string {
  const sets = (['v4', 'v6'] as const).flatMap((family) => familySets(family, input));
  return [
    `add table inet ${FIREWALL_TABLE}`,
    ...['virtual_dropped', 'isolated_dropped'].map((counter) => `add counter inet ${FIREWALL_TABLE} ${counter}`),
    'add chain forward { type filter hook forward priority 0; policy accept; }',
    'add chain input { type filter hook input priority 0; policy accept; }',
    'add chain postrouting { type nat hook postrouting priority 90; policy accept; }',
    ...['virtual', 'isolated'].map((chain) => `add chain ${chain}`),
    ...['forward', 'input', 'postrouting', 'virtual', 'isolated'].map((chain) => `flush chain ${chain}`),
    ...sets.map((set) => `add set ${set.name} { type ${set.type}; flags interval; }`),
    ...sets.map((set) => `delete set ${set.name}`),
    ...sets.map(({ name, type, elements }) => {
      const filling = elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} };`;
      return `add set ${name} { type ${type}; flags interval;${filling} }`;
    }),
    ...virtualRules(input).map((rule) => `add rule virtual ${rule}`),
    ...isolatedRules(input).map((rule) => `add rule isolated ${rule}`),
    'add rule forward jump virtual',
    'add rule forward ip saddr @isolated4 jump isolated',
    'add rule forward ip6 saddr @isolated6 jump isolated',
    'add rule input jump virtual',
    ...translationRules(input).map((rule) => `add rule postrouting ${rule}`),
    '',
  ]
    .map((line) => line.replace(/^(\w+ (?:chain|set|rule)) /, `$1 inet ${FIREWALL_TABLE} `))
    .join('\n');
}

interface NamedSet {
  name: string;
  type: string;
  elements: string[];
}

function familySets(family: Family, input: FirewallInput): NamedSet[] {
  const number = family === 'v6' ? 6 : 4;
  const set = (name: string, cidrs: readonly string[]): NamedSet => ({
    name: `${name}${number}`,
    type: `ipv${number}_addr`,
    elements: outermost(cidrs.filter((cidr) => familyOf(cidr) === family)),
  });
  return [
    set('virtual', input.virtual),
    set(
      'isolated',
      input.isolated.map((pod) => hostCidr(pod.address)),
    ),
    set('snat', input.snat.map(hostCidr)),
    set('pods', input.ownPods),
    set('foreign', input.foreignPods),
    set('inside', [...input.ownPods, ...input.foreignPods, ...input.inside, ...input.virtual]),
  ];
}

/** Packets from and to virtual networks. A return is a pass: the base chains accept what nobody drops. */
function virtualRules(input: FirewallInput): string[] {
  const drop = 'counter name virtual_dropped drop';
  return [
    // Neighbour discovery of a gateway never leaves its link, whatever the source address is.
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
    `meta mark and ${PASSING_MARK} == ${PASSING_MARK} return`,
    // The interface decides which networks a pod speaks for.
    `iifname "${VIRTUAL_INTERFACES}*" ip saddr != @virtual4 ${drop}`,
    `iifname "${VIRTUAL_INTERFACES}*" ip6 saddr != @virtual6 ${drop}`,
    `iifname "${POD_INTERFACES}*" ip saddr @virtual4 ${drop}`,
    `iifname "${POD_INTERFACES}*" ip6 saddr @virtual6 ${drop}`,
    ...targetsBySource(input.allowed).map(([source, targets]) => {
      const protocol = protocolOf(source);
      return `${protocol} saddr ${source} ${protocol} daddr { ${targets.join(', ')} } return`;
    }),
    ...['saddr', 'daddr'].flatMap((side) => [`ip ${side} @virtual4 ${drop}`, `ip6 ${side} @virtual6 ${drop}`]),
  ];
}

/** Packets from pods of isolated namespaces: to their own namespace and to services; answers to whoever began. */
function isolatedRules(input: FirewallInput): string[] {
  return [
    'ct direction reply accept',
    'ct status dnat accept',
    ...input.isolated.flatMap(({ address, neighbours }) => {
      const same = outermost(neighbours.filter((other) => familyOf(other) === familyOf(address)).map(hostCidr));
      const protocol = protocolOf(address);
      return same.length === 0 ? [] : [`${protocol} saddr ${address} ${protocol} daddr { ${same.join(', ')} } accept`];
    }),
    'counter name isolated_dropped drop',
  ];
}

function translationRules(input: FirewallInput): string[] {
  return (['v4', 'v6'] as const).flatMap((family) => {
    const [protocol, number] = family === 'v6' ? ['ip6', 6] : ['ip', 4];
    const fabric = input.fabric[family];
    return [
      ...(fabric === undefined
        ? []
        : [`${protocol} saddr @snat${number} ${protocol} daddr @foreign${number} snat ${protocol} to ${fabric}`]),
      // What leaves the fleet (an image registry, a name server) finds its way back to the node.
      `${protocol} saddr @pods${number} ${protocol} daddr != @inside${number} oifname != { "lo", "${POD_INTERFACES}*" } masquerade`,
    ];
  });
}

/** Pairs of one source joined, both sides canonical; targets that lie in another target are left out. */
function targetsBySource(pairs: readonly [string, string][]): [string, string[]][] {
  const targets = new Map<string, string[]>();
  for (const [from, to] of pairs) {
    if (familyOf(from) !== familyOf(to)) continue;
    const source = networkOf(from);
    targets.set(source, [...(targets.get(source) ?? []), to]);
  }
  return [...targets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, all]) => [source, outermost(all)]);
}

function protocolOf(address: string): 'ip' | 'ip6' {
  return familyOf(address) === 'v6' ? 'ip6' : 'ip';
}
