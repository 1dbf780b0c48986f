import type { Fleet, FleetNamespace, NetworkId } from '../model/fleet.ts';
import { DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK } from './names.ts';

/** A network that CN2 makes in every isolated namespace, and that nobody declares. */
export interface DefaultNetwork {
  /** The declared namespace that it is in, isolated or not: only an isolated one has it. */
  namespace: FleetNamespace;
  name: string;
}

/** The default network that an id (cluster/namespace/network) names, of a declared namespace; undefined for every other id. */
export function defaultNetwork({ namespaces }: Fleet, id: NetworkId): DefaultNetwork | undefined {
  const [cluster, name, network = '', ...more] = id.split('/');
  if (!isDefaultNetwork(network) || more.length > 0) return undefined;
  const namespace = namespaces.find((candidate) => candidate.cluster === cluster && candidate.name === name);
  return namespace && { namespace, name: network };
}

/** Whether a network of this name is CN2's own. */
export function isDefaultNetwork(name: string): boolean {
  return name === DEFAULT_POD_NETWORK || name === DEFAULT_SERVICE_NETWORK;
}
