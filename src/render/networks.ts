import { centralNamespace } from '../cn2/central-view.ts';
import { CORE, NETWORK_LABEL } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { networkFields } from '../declare/network-keys.ts';
import { subnetFields } from '../declare/subnet-keys.ts';
import { type Family, type Fleet, type FleetNetwork, networkId } from '../model/fleet.ts';
import type { NetworkFamily } from '../model/fleet-network.ts';
import { apiVersionOf, type KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import { type Draft, sortedMap } from './manifest.ts';
import { mergePatch } from './merge-patch.ts';

const FAMILIES: readonly Family[] = ['v4', 'v6'];

/**
 * Subnets, then the VirtualNetworks that refer to them, all on the central cluster (core.contrail.juniper.net is served nowhere
 * else). `labelled`: networks that a router can only select by the fleet's own label.
 */
export function networkDrafts(fleet: Fleet, facts: ReleaseFacts, labelled: ReadonlySet<string>): Draft[] {
  const apiVersion = apiVersionOf(CORE, facts.versions.core);
  const subnets: Draft[] = [];
  const networks: Draft[] = [];
  for (const [index, network] of fleet.networks.entries()) {
    const namespace = centralNamespace(fleet, network.cluster, network.namespace);
    const at = { cluster: fleet.central.name, stage: '80-networks' as const, for: network.cluster };
    const declaredAt = `/networks/${index}`;
    const references: Record<string, unknown> = {};
    for (const family of FAMILIES) {
      const subnet = network[family];
      if (subnet === undefined) continue;
      subnets.push({ ...at, declaredAt: `${declaredAt}/${family}`, object: subnetObject(apiVersion, namespace, subnet) });
      references[`${family}SubnetReference`] = { apiVersion, kind: 'Subnet', namespace, name: subnet.subnet };
    }
    networks.push({
      ...at,
      declaredAt,
      object: {
        apiVersion,
        kind: 'VirtualNetwork',
        metadata: {
          name: network.name,
          namespace,
          labels: networkLabels(network, labelled.has(networkId(network))),
          ...present({ annotations: network.annotations && sortedMap(network.annotations) }),
        },
        spec: mergePatch({ ...references, ...networkFields(network) }, network.spec ?? {}),
      },
    });
  }
  return [...subnets, ...networks];
}

function subnetObject(apiVersion: string, namespace: string, family: NetworkFamily): KubernetesObject {
  const { subnet, cidr, gateway } = family;
  return {
    apiVersion,
    kind: 'Subnet',
    metadata: { name: subnet, namespace },
    spec: { cidr, ...present({ defaultGateway: gateway }), ...subnetFields(family) },
  };
}

function networkLabels(network: FleetNetwork, marked: boolean): Record<string, string> {
  return { ...network.labels, ...(marked ? { [NETWORK_LABEL]: network.name } : {}) };
}
