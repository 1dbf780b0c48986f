import type { DistributedCluster } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { holdersText } from './gate-gone.ts';
import { CLUSTER_NAME_LABEL, clusterPrefix } from './names.ts';

/** Whether a namespace of the central cluster stands for one of this cluster (`K-…`). */
export function isMirrorOf({ kubemanager, name }: DistributedCluster, namespace: string | undefined): boolean {
  return namespace?.startsWith(`${clusterPrefix(kubemanager, name)}-`) === true;
}

/** Whether a VirtualRouter is of a node of this cluster, as far as its label says so. */
export function isRouterOf({ kubemanager, name }: DistributedCluster, { metadata }: KubernetesObject): boolean {
  const label = metadata.labels?.[CLUSTER_NAME_LABEL];
  return label === name || label === clusterPrefix(kubemanager, name);
}

/** What CN2 made for a cluster, where some of it may still be when the cluster has left. */
export interface MadeByCn2 {
  /** Of the central cluster. */
  namespaces: readonly KubernetesObject[];
  virtualRouters: readonly KubernetesObject[];
  routingInstances: readonly KubernetesObject[];
}

/** What of it is left, a phrase each with who holds it. Nobody knows which of it CN2 takes away itself. */
export function leftBehind(cluster: DistributedCluster, { namespaces, virtualRouters, routingInstances }: MadeByCn2): string[] {
  return [
    ...namespaces.filter(({ metadata }) => isMirrorOf(cluster, metadata.name)),
    ...virtualRouters.filter((router) => isRouterOf(cluster, router)),
    ...routingInstances.filter(({ metadata }) => isMirrorOf(cluster, metadata.namespace)),
  ].map((object) => {
    const state = object.metadata.deletionTimestamp === undefined ? '' : ', being deleted';
    return `${objectTitle(refOf(object))}${state}${holdersText(object)}`;
  });
}

/** The definitions of CN2's kinds, which stay on a cluster that has left. */
export function cn2Definitions(definitions: readonly KubernetesObject[]): string[] {
  return definitions.map(({ metadata }) => metadata.name).filter((name) => name.endsWith('.juniper.net'));
}
