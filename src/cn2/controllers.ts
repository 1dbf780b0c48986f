/**
 * Field managers of controllers that complete objects as a part of running them: Kubernetes' own, and those that CN2's controllers and
 * kubemanagers write under (cn2 as observed: `manager`, `kubemanager`). What they add is how an object works, and nobody's change.
 */
const CONTROLLERS: ReadonlySet<string> = new Set([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'cloud-controller-manager',
  'kubelet',
  'kubeadm',
  'manager',
  'kubemanager',
]);

/** Whether a field manager is a controller of Kubernetes or CN2. */
export function isController(manager: string): boolean {
  return CONTROLLERS.has(manager);
}
