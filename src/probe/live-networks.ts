import { CORE } from '../cn2/names.ts';
import { formatAddress, parseCidr } from '../declare/cidr.ts';
import type { Family } from '../model/fleet.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Probe } from './probes.ts';

/** A virtual network as the central cluster has it: what its pods would route through, or why it cannot be probed. */
export type LiveNetwork = { ready: true; gateways: Partial<Record<Family, string>> } | { ready: false; reason: string };

/** Looks at the virtual networks of the probes and their subnets: one LIST of each kind. Keyed by central name. */
export async function liveNetworks(
  central: Cluster,
  resources: (cluster: string, group: string, kind: string) => Promise<Resource>,
  probes: readonly Probe[],
): Promise<Map<string, LiveNetwork>> {
  const wanted = probes.flatMap((probe) => probe.network ?? []);
  if (wanted.length === 0) return new Map();
  const [networks, subnets] = await Promise.all(
    ['VirtualNetwork', 'Subnet'].map(async (kind) => byName(await central.list(await resources(central.name, CORE, kind)))),
  );
  return new Map(
    wanted.map(({ declared, centralName }) => {
      const network = networks!.get(centralName);
      const [namespace] = centralName.split('/');
      const gateways: Partial<Record<Family, string>> = {};
      for (const family of ['v4', 'v6'] as const) {
        const entry = declared[family];
        if (!entry) continue;
        const spec = subnets!.get(`${namespace}/${entry.subnet}`)?.['spec'] as { defaultGateway?: unknown } | undefined;
        const live = typeof spec?.defaultGateway === 'string' ? spec.defaultGateway : undefined;
        const gateway = entry.gateway ?? live ?? firstHost(entry.cidr);
        if (gateway !== undefined) gateways[family] = gateway;
      }
      return [centralName, judge(network, centralName, gateways)] as const;
    }),
  );
}

function judge(network: KubernetesObject | undefined, name: string, gateways: Partial<Record<Family, string>>): LiveNetwork {
  if (network === undefined) return { ready: false, reason: `virtual network ${name} does not exist` };
  const { state, observation } = (network['status'] ?? {}) as { state?: string; observation?: string };
  if (state === 'Success') return { ready: true, gateways };
  const why = observation ? `: ${observation.slice(0, 200)}` : '';
  return { ready: false, reason: `virtual network ${name} is ${state ?? 'not processed yet'}${why}` };
}

/** CN2 takes the first address of a subnet for its gateway unless told otherwise. */
function firstHost(cidr: string): string | undefined {
  const parsed = parseCidr(cidr);
  return parsed && formatAddress({ family: parsed.family, value: parsed.first + 1n });
}

function byName(objects: readonly KubernetesObject[]): Map<string, KubernetesObject> {
  return new Map(objects.map((object) => [objectName(object.metadata), object]));
}
