/** Numbers of the multi-cluster guide: the first distributed cluster has 19446 and 7699, each further one +1 and +100. */
const FIRST_LISTENER_PORT = 19446;
const FIRST_ROUTE_TARGET = 7699;
/** How far apart the guide keeps the constantRouteTargetNumbers of two clusters. */
export const ROUTE_TARGET_STEP = 100;

/** What a declaration says of a distributed cluster's numbers. */
export interface DeclaredNumbers {
  index?: number;
  listenerPort?: number;
  constantRouteTargetNumber?: number;
}

/** listenerPort of a distributed cluster (19445 belongs to the central kubemanager); NaN where the declaration does not say. */
export function listenerPort({ index, listenerPort: declared }: DeclaredNumbers): number {
  return declared ?? FIRST_LISTENER_PORT + (index ?? Number.NaN);
}

/** constantRouteTargetNumber of a distributed cluster; NaN where the declaration does not say. */
export function constantRouteTargetNumber({ index, constantRouteTargetNumber: declared }: DeclaredNumbers): number {
  return declared ?? FIRST_ROUTE_TARGET + ROUTE_TARGET_STEP * (index ?? Number.NaN);
}

/** The place of a distributed cluster in the order of attaching: its index, else that of an index that would give its port. */
export function attachPlace(cluster: DeclaredNumbers): number {
  return cluster.index ?? listenerPort(cluster) - FIRST_LISTENER_PORT;
}
