import { hasHostBits, parseAddress, parseCidr } from '../declare/cidr.ts';
import { NETWORK_KEYS, type NetworkKey } from '../declare/network-keys.ts';
import { declaredSpec } from '../declare/network-spec.ts';
import { fits, OBJECT_NAME } from '../declare/text-forms.ts';
import type { Family } from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { withoutServerFields } from '../render/extra-object.ts';
import { compact, type NetworkEntry } from './draft.ts';
import { isApplied, ownAnnotations, ownLabels, specOf } from './own.ts';
import { fieldsAt, type Place, textAt } from './view.ts';

/** What CN2 fills in where a network says nothing: left out, it is the same network. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  podNetwork: false,
  fabricForwarding: false,
  forwardingMode: 'l2_l3',
  rpf: 'enable',
};
const FAMILIES: readonly Family[] = ['v4', 'v6'];
const IGNORED: ReadonlySet<string> = new Set(['v4SubnetReference', 'v6SubnetReference', 'fqName']);

/**
 * A VirtualNetwork as an entry of the declaration, with the Subnets that it refers to; undefined where the keys cannot say it, so that
 * it and its Subnets are taken over as they are.
 */
export function networkEntry(
  network: KubernetesObject,
  { cluster, namespace }: Place,
  subnetOf: (name: string) => KubernetesObject | undefined,
  labels = ownLabels(network),
): NetworkEntry | undefined {
  if (!fits(network.metadata.name, OBJECT_NAME)) return undefined;
  const plain = withoutServerFields(network);
  const families: Fields = {};
  const subnets: KubernetesObject[] = [];
  for (const family of FAMILIES) {
    const reference = specOf(plain)[`${family}SubnetReference`];
    if (reference === undefined) continue;
    const name = isFields(reference) && reference['namespace'] === network.metadata.namespace ? textAt(reference, 'name') : '';
    const subnet = subnetOf(name);
    const said = subnet && familyKeys(subnet, family, `${network.metadata.name}-${family}`);
    if (said === undefined) return undefined;
    families[family] = said;
    subnets.push(subnet!);
  }
  const settings = settingsOf(network, specOf(plain));
  if (settings === undefined || (subnets.length === 0 && settings['fabricForwarding'] !== true)) return undefined;
  return {
    value: {
      cluster,
      namespace,
      name: network.metadata.name,
      ...compact({ labels, annotations: ownAnnotations(network) }),
      ...families,
      ...settings,
    },
    objects: [...subnets, network],
  };
}

/** The keys of a family from its Subnet; undefined where they cannot say it. */
function familyKeys(subnet: KubernetesObject, family: Family, usual: string): Fields | undefined {
  const { cidr, defaultGateway, ranges, dnsNameservers, ...others } = specOf(withoutServerFields(subnet));
  const network = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  if (network?.family !== family || hasHostBits(network) || !fits(subnet.metadata.name, OBJECT_NAME)) return undefined;
  if (Object.entries(others).some(([key, value]) => !isUsual(key, value))) return undefined;
  const gateway = isAddress(defaultGateway, family) ? defaultGateway : undefined;
  const collections = Array.isArray(ranges) ? ranges.map((range: unknown) => rangeKeys(range, family)) : [];
  const servers = Array.isArray(dnsNameservers) ? dnsNameservers : [];
  const readable = (defaultGateway ?? '') === '' || gateway !== undefined;
  if (!readable || collections.includes(undefined) || !servers.every((server) => isAddress(server, family))) return undefined;
  const name = subnet.metadata.name;
  return compact({ cidr, gateway, subnet: name === usual ? undefined : name, ranges: collections.flat(), dns: servers });
}

/** Fields that no key says, with the value that they have where nobody has said anything. */
function isUsual(key: string, value: unknown): boolean {
  if (key === 'enableDhcp') return value === true || value === false;
  return value === false || value === '' || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function rangeKeys(range: unknown, family: Family): Fields[] | undefined {
  if (!isFields(range) || !Array.isArray(range['ipRanges'])) return undefined;
  const key = range['key'] === 'default' ? undefined : range['key'];
  const said = range['ipRanges'].map((each: unknown) => {
    const { from, to } = isFields(each) ? each : {};
    return isAddress(from, family) && isAddress(to, family) ? compact({ key, from, to }) : undefined;
  });
  return said.length > 0 && said.every((each) => each !== undefined) ? said : undefined;
}

function isAddress(value: unknown, family: Family): value is string {
  return typeof value === 'string' && parseAddress(value)?.family === family;
}

/** Keys of the network's own fields, and `spec` for the others; undefined where one of them cannot be declared. */
function settingsOf(network: KubernetesObject, spec: Fields): Fields | undefined {
  const left = structuredClone(Object.fromEntries(Object.entries(spec).filter(([key]) => !IGNORED.has(key))));
  const settings: Fields = {};
  for (const [key, { field, schema }] of Object.entries<NetworkKey>(NETWORK_KEYS)) {
    const [name, inner] = field;
    const holder = inner === undefined ? left : left[name];
    const member = inner ?? name;
    if (!isFields(holder) || !Object.hasOwn(holder, member)) continue;
    const value = holder[member];
    delete holder[member];
    const says = isApplied(network, 'spec', ...field) || !(isEmpty(value) || DEFAULTS[key] === value);
    if (!says) continue;
    if (!schema.safeParse(value).success) return undefined;
    settings[key] = value;
  }
  const further = Object.fromEntries(Object.entries(left).filter(([, value]) => !isEmpty(value) && value !== false));
  if (Object.keys(further).length === 0) return settings;
  return declaredSpec(further) === undefined ? undefined : { ...settings, spec: further };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** The Subnets that a network refers to, as namespace/name. */
export function subnetNames(network: KubernetesObject): string[] {
  return FAMILIES.flatMap((family) => {
    const reference = fieldsAt(network, 'spec', `${family}SubnetReference`);
    return textAt(reference, 'name') === '' ? [] : [`${textAt(reference, 'namespace')}/${textAt(reference, 'name')}`];
  });
}

/** The Subnets that more than one network refers to: a network declares Subnets of its own. */
export function sharedSubnets(networks: readonly KubernetesObject[]): Set<string> {
  const names = networks.flatMap(subnetNames);
  return new Set(names.filter((name, at) => names.indexOf(name) !== at));
}
