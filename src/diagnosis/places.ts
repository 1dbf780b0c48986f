import { DEFAULT_NETWORK } from '../expectation/expect.ts';
import type { Endpoint } from '../model/smoke.ts';

/** "network ns1/vn1 of cluster2", with the node of its probe where there is one per node. */
export function networkTitle({ cluster, network, node }: Endpoint): string {
  const name = network === DEFAULT_NETWORK ? `the default pod network of ${cluster}` : `network ${network} of ${cluster}`;
  return node === undefined ? name : `${name} on node ${node}`;
}
