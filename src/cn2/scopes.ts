import { CORE } from './names.ts';

/**
 * Kinds that live in a namespace, and kinds that do not, as far as they are known without asking a cluster: Kubernetes' own (API
 * reference of 1.31), CN2's core API (types of v4), and NetworkAttachmentDefinition (its CRD).
 */
const NAMESPACED = new Set([
  ...kinds('', 'ConfigMap Endpoints LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota'),
  ...kinds('', 'Service ServiceAccount'),
  ...kinds('apps', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet'),
  ...kinds('autoscaling', 'HorizontalPodAutoscaler'),
  ...kinds('batch', 'CronJob Job'),
  ...kinds('coordination.k8s.io', 'Lease'),
  ...kinds('discovery.k8s.io', 'EndpointSlice'),
  ...kinds('networking.k8s.io', 'Ingress NetworkPolicy'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('rbac.authorization.k8s.io', 'Role RoleBinding'),
  ...kinds('k8s.cni.cncf.io', 'NetworkAttachmentDefinition'),
  ...kinds(CORE, 'AddressGroup ApplicationPolicySet BGPAsAService BGPRouter ContrailSecurityPolicy FirewallPolicy FirewallRule'),
  ...kinds(CORE, 'InterfaceRouteTable RouteTable RoutingInstance ServiceGroup ServiceHealthCheck Subnet'),
  ...kinds(CORE, 'VirtualMachineInterface VirtualNetwork VirtualNetworkRouter'),
]);
const CLUSTER_WIDE = new Set([
  ...kinds('', 'Node PersistentVolume'),
  ...kinds('admissionregistration.k8s.io', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration'),
  ...kinds('admissionregistration.k8s.io', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding'),
  ...kinds('apiregistration.k8s.io', 'APIService'),
  ...kinds('networking.k8s.io', 'IngressClass'),
  ...kinds('node.k8s.io', 'RuntimeClass'),
  ...kinds('rbac.authorization.k8s.io', 'ClusterRole ClusterRoleBinding'),
  ...kinds('scheduling.k8s.io', 'PriorityClass'),
  ...kinds('storage.k8s.io', 'CSIDriver StorageClass'),
  ...kinds(CORE, 'FloatingIP GlobalContrailSecurityPolicy GlobalSystemConfig GlobalVrouterConfig InstanceIP MirrorDestination'),
  ...kinds(CORE, 'RouteTarget Tag TagType VirtualMachine VirtualRouter'),
]);

/** Whether objects of a kind live in a namespace; undefined: only a cluster that serves the kind knows. */
export function isNamespaced(group: string, kind: string): boolean | undefined {
  const key = `${group}/${kind}`;
  if (NAMESPACED.has(key)) return true;
  return CLUSTER_WIDE.has(key) ? false : undefined;
}

function kinds(group: string, names: string): string[] {
  return names.split(' ').map((name) => `${group}/${name}`);
}
