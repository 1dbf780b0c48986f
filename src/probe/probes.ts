import { centralNamespace } from '../cn2/central-view.ts';
import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import { DEFAULT_NETWORK, endpointKey, endpointOf } from '../expectation/expect.ts';
import type { Family, Fleet, FleetNetwork } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import type { Endpoint, Expected } from '../model/smoke.ts';

/** One endpoint of the matrix as a pod (and, in a virtual network, a neighbour of it). */
export interface Probe {
  endpoint: Endpoint;
  cluster: string;
  namespace: string;
  pod: string;
  /** The node that it has to run on; absent: any. */
  node?: string;
  families: Family[];
  /** Present for virtual networks. */
  network?: {
    declared: FleetNetwork;
    /** `namespace/name` as the central cluster knows it: what the pod annotation asks for. */
    centralName: string;
  };
}

/** The probes that the expected pairs need, in the order in which their endpoints first appear. `prefix`: what their names begin with. */
export function probesFor(fleet: Fleet, expected: Expected, prefix: string): Probe[] {
  const networks = new Map(fleet.networks.map((network) => [endpointKey(endpointOf(network)), network]));
  const families = new Map<string, { endpoint: Endpoint; families: Set<Family> }>();
  for (const pair of expected.pairs) {
    for (const endpoint of [pair.source, pair.target]) {
      const key = endpointKey(endpoint);
      const known = families.get(key) ?? { endpoint, families: new Set() };
      known.families.add(pair.family);
      families.set(key, known);
    }
  }
  return [...families.values()].map(({ endpoint, families: wanted }, at): Probe => {
    const { cluster, network, node } = endpoint;
    const common = { endpoint, cluster, pod: `${prefix}-${at}`, families: [...wanted].sort(), ...present({ node }) };
    if (network === DEFAULT_NETWORK) return { ...common, namespace: SMOKE_NAMESPACE };
    const declared = networks.get(endpointKey({ cluster, network }));
    if (declared === undefined) throw new Error(`no network is declared for ${endpointKey(endpoint)}`);
    const centralName = `${centralNamespace(fleet, declared.cluster, declared.namespace)}/${declared.name}`;
    return { ...common, namespace: declared.namespace, network: { declared, centralName } };
  });
}
