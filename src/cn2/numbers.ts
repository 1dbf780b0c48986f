/** Numbers of the multi-cluster guide: the first distributed cluster has 19446 and 7699, each further one +1 and +100. */
const FIRST_LISTENER_PORT = 19446;
const FIRST_ROUTE_TARGET = 7699;
const ROUTE_TARGET_STEP = 100;

/** listenerPort of the distributed cluster with this index (19445 belongs to the central kubemanager). */
export function listenerPort(index: number): number {
  return FIRST_LISTENER_PORT + index;
}

/** constantRouteTargetNumber of the distributed cluster with this index. */
export function constantRouteTargetNumber(index: number): number {
  return FIRST_ROUTE_TARGET + ROUTE_TARGET_STEP * index;
}
