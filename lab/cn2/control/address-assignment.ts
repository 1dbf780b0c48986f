import { freeAddress } from './addresses.ts';
import type { KubeClient } from './client.ts';
import { type InstanceIpSpec, type SubnetSpec, specOf, stateOf, type VirtualNetworkSpec } from './core-objects.ts';
import { MANAGER } from './finalizers.ts';
import type { Informer } from './informer.ts';
import type { Cn2Kinds } from './kinds.ts';

/**
 * Gives every InstanceIP without an address the lowest free one of its network's Subnet. What was given is remembered until
 * the watch shows it, so one address is never given twice. An InstanceIP whose network is missing or not Success waits.
 */
export function assignAddresses(client: KubeClient, kinds: Cn2Kinds) {
  const given = new Map<string, string>();
  return async (addresses: Informer, networks: Informer, subnets: Informer): Promise<void> => {
    const items = addresses.items();
    for (const name of given.keys()) {
      const item = addresses.get(undefined, name);
      if (!item || specOf<InstanceIpSpec>(item).instanceIPAddress) given.delete(name);
    }
    const taken = new Set([...given.values(), ...items.map((item) => specOf<InstanceIpSpec>(item).instanceIPAddress ?? '')]);
    for (const item of items) {
      const { name, deletionTimestamp } = item.metadata;
      const { instanceIPAddress, instanceIPFamily, virtualNetworkReference } = specOf<InstanceIpSpec>(item);
      if (deletionTimestamp !== undefined || given.has(name)) continue;
      if (instanceIPAddress) {
        if (stateOf(item) !== 'Success')
          await client.mergeStatus(kinds.instanceIp, undefined, name, { state: 'Success', observation: '' }, MANAGER);
        continue;
      }
      const network = networks.get(virtualNetworkReference?.namespace, virtualNetworkReference?.name ?? '');
      if (!network || stateOf(network) !== 'Success') continue;
      const spec = specOf<VirtualNetworkSpec>(network);
      const reference = instanceIPFamily === 'v6' ? spec.v6SubnetReference : spec.v4SubnetReference;
      const subnet = subnets.get(reference?.namespace ?? network.metadata.namespace, reference?.name ?? '');
      const address = subnet ? freeAddress(specOf<SubnetSpec>(subnet), taken) : undefined;
      if (address === undefined) {
        const observation = subnet ? 'the Subnet has no free address' : `the network has no ${instanceIPFamily ?? 'v4'} Subnet`;
        if (stateOf(item) !== 'Failure')
          await client.mergeStatus(kinds.instanceIp, undefined, name, { state: 'Failure', observation }, MANAGER);
        continue;
      }
      taken.add(address);
      given.set(name, address);
      await client
        .merge(kinds.instanceIp, undefined, name, { spec: { instanceIPAddress: address } }, MANAGER)
        .catch((error: Error) => {
          given.delete(name);
          throw error;
        });
    }
  };
}
