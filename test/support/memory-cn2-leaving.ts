import { clusterPrefix } from '../../src/cn2/names.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { MemoryCluster } from './memory-cluster.ts';

/** What goes with an object of the central cluster. */
export function goneFromCentral(central: MemoryCluster, object: KubernetesObject): void {
  const { name } = object.metadata;
  if (object.kind !== 'Kubemanager') return;
  const { clusterName } = object['spec'] as { clusterName: string };
  central.remove('Deployment', 'contrail', name);
  const prefix = `${clusterPrefix(name, clusterName)}-`;
  for (const { kind, metadata } of central.all())
    if (kind === 'Namespace' && metadata.name.startsWith(prefix)) removeNamespace(central, metadata.name);
}

/** What goes with an object of a distributed cluster, on either side. */
export function goneFromDistributed(central: MemoryCluster, distributed: MemoryCluster, object: KubernetesObject): void {
  const { name } = object.metadata;
  if (object.kind === 'Namespace') {
    removeWith(distributed, name);
    for (const { metadata, spec } of central.all().filter(({ kind }) => kind === 'Kubemanager')) {
      const { clusterName } = spec as { clusterName: string };
      const mirrored = `${clusterPrefix(metadata.name, clusterName)}-${name}`;
      if (clusterName === distributed.name && name !== 'contrail') removeNamespace(central, mirrored);
    }
  }
  if (object.kind !== 'Vrouter') return;
  distributed.remove('DaemonSet', 'contrail', name);
  if (distributed.all().some(({ kind }) => kind === 'Vrouter')) return;
  for (const { kind, metadata } of distributed.all())
    if (kind === 'Node') central.remove('VirtualRouter', undefined, metadata.name);
}

function removeNamespace(cluster: MemoryCluster, name: string): void {
  removeWith(cluster, name);
  cluster.remove('Namespace', undefined, name);
}

function removeWith(cluster: MemoryCluster, namespace: string): void {
  for (const { kind, metadata } of cluster.all())
    if (metadata.namespace === namespace) cluster.remove(kind, namespace, metadata.name);
}
