import type { Fleet } from '../model/fleet.ts';
import { clusterPrefix, mirroredNamespace } from './names.ts';

/** How the central cluster calls a namespace of any cluster: its own keep their names, a distributed one's get its prefix. */
export function centralNamespace(fleet: Fleet, cluster: string, namespace: string): string {
  const distributed = fleet.distributed.find(({ name }) => name === cluster);
  return distributed === undefined ? namespace : mirroredNamespace(distributed.kubemanager, distributed.name, namespace);
}

/**
 * `namespace/network` as the central cluster knows it, from the name that it has on its own cluster; one that has the cluster's prefix
 * already stays as it is. Undefined for a text of another form.
 */
export function centralNetwork(fleet: Fleet, cluster: string, name: string): string | undefined {
  const [namespace = '', network = '', ...more] = name.split('/');
  if (namespace === '' || network === '' || more.length > 0) return undefined;
  const distributed = fleet.distributed.find((entry) => entry.name === cluster);
  const isCentral =
    distributed === undefined || namespace.startsWith(`${clusterPrefix(distributed.kubemanager, distributed.name)}-`);
  return isCentral ? name : `${centralNamespace(fleet, cluster, namespace)}/${network}`;
}
