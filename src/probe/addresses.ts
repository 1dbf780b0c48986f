import { NETWORK_STATUS_ANNOTATION } from '../cn2/names.ts';
import { contains, parseAddress, parseCidr } from '../declare/cidr.ts';
import type { Family } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Probe } from './probes.ts';

export type Addresses = Partial<Record<Family, string>>;

/**
 * The addresses of a probe pod in its network: the pod's own for default pod networks, for a virtual network what annotation
 * network-status says, by its name and, since the name's shape differs between releases, else by the declared CIDR. Anything that is no
 * address is left out: the annotation is text that others write.
 */
export function addressesOf(pod: KubernetesObject, probe: Probe): Addresses {
  if (probe.network === undefined) return byFamily(podAddresses(pod));
  const { declared, centralName } = probe.network;
  const entries = networkStatus(pod);
  const named = entries.filter((entry) => entry.name === centralName).flatMap((entry) => entry.ips);
  const candidates = [...named, ...entries.filter((entry) => !entry.default).flatMap((entry) => entry.ips)];
  const inside = candidates.filter((text) => {
    const address = parseAddress(text);
    if (address === undefined) return false;
    const cidr = parseCidr(declared[address.family]?.cidr ?? '');
    return cidr !== undefined && contains(cidr, address);
  });
  return byFamily(inside);
}

function podAddresses(pod: KubernetesObject): string[] {
  const status = (pod['status'] ?? {}) as { podIP?: unknown; podIPs?: { ip?: unknown }[] };
  const all = [...(Array.isArray(status.podIPs) ? status.podIPs.map((entry) => entry?.ip) : []), status.podIP];
  return all.filter((ip): ip is string => typeof ip === 'string');
}

function byFamily(texts: readonly string[]): Addresses {
  const found: Addresses = {};
  for (const text of texts) {
    const address = parseAddress(text);
    if (address !== undefined) found[address.family] ??= text;
  }
  return found;
}

interface StatusEntry {
  name: string;
  ips: string[];
  default: boolean;
}

function networkStatus(pod: KubernetesObject): StatusEntry[] {
  try {
    const parsed: unknown = JSON.parse(pod.metadata.annotations?.[NETWORK_STATUS_ANNOTATION] ?? '[]');
    return Array.isArray(parsed) ? parsed.flatMap(statusEntry) : [];
  } catch {
    return [];
  }
}

function statusEntry(entry: unknown): StatusEntry[] {
  if (entry === null || typeof entry !== 'object') return [];
  const { name, ips, default: isDefault } = entry as Record<string, unknown>;
  const texts = Array.isArray(ips) ? ips.filter((ip): ip is string => typeof ip === 'string') : [];
  return [{ name: typeof name === 'string' ? name : '', ips: texts.map((ip) => ip.split('/')[0]!), default: isDefault === true }];
}
