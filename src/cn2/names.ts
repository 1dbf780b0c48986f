/**
 * Names that CN2 creates or requires. Sources: Juniper's CRDs and example manifests, the multi-cluster guide and the outputs it
 * shows (22.2.0.93).
 */

/** The tool's own marks on objects. */
export const FIELD_MANAGER = 'cn2-fleet';
export const SMOKE_FIELD_MANAGER = 'cn2-fleet-smoke';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const FLEET_LABEL = 'cn2-fleet/fleet';
export const NETWORK_LABEL = 'cn2-fleet/network';
export const SMOKE_LABEL = 'cn2-fleet/smoke';
export const CONTENT_ANNOTATION = 'cn2-fleet/content';
/** Where an API has no server-side apply: what was applied to the object last, packed. */
export const LAST_APPLIED_ANNOTATION = 'cn2-fleet/last-applied';
export const UNPROVEN_ANNOTATION = 'cn2-fleet/unproven';
/** On the fleet's Lease: its last apply. */
export const APPLIED_ANNOTATION = 'cn2-fleet/applied';
/** There too: the kinds of the user's own objects that were applied and may still exist, by cluster. */
export const EXTRA_KINDS_ANNOTATION = 'cn2-fleet/extra-kinds';
/** The ConfigMap beside it with the last matrix of each fleet's smoke test: one name, so that a Role can give rights to it alone. */
export const MATRIX_CONFIG_MAP = 'cn2-fleet-smoke-matrix';
export const EMULATED_ANNOTATION = 'cn2-fleet/emulated';
export const SMOKE_NAMESPACE = 'cn2-fleet-smoke';
/** So begin the names of the Leases that lock a fleet; they are in namespace contrail of the central cluster. */
export const LEASE_PREFIX = 'cn2-fleet-';

/** Whether a key of labels or annotations is one by which the fleet's own objects are known: nobody else writes it. */
export function isOwnKey(key: string): boolean {
  return key.startsWith('cn2-fleet/') || key === MANAGED_BY_LABEL;
}

export const CONTRAIL_NAMESPACE = 'contrail';
export const DEPLOY_NAMESPACE = 'contrail-deploy';
export const SYSTEM_NAMESPACE = 'contrail-system';
/** A cluster's own, without which it is none: an API server refuses to delete most of them. */
export const KUBERNETES_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system']);

/** The secret on a distributed cluster through which its deployer reaches the central one; the name is fixed by the deployer file. */
export const CENTRAL_KUBECONFIG_SECRET = 'central-kubeconfig';
/** Key of the kubeconfig in both access secrets. */
export const KUBECONFIG_KEY = 'kubeconfig';
export const PULL_SECRET = 'registrypullsecret';
export const DEPLOYER = 'contrail-k8s-deployer';
/** The central cluster's own Kubemanager; no distributed one may take this name (E10). */
export const CENTRAL_KUBEMANAGER = 'contrail-k8s-kubemanager';
/** Container and image name of a Kubemanager. */
export const KUBEMANAGER_CONTAINER = 'contrail-k8s-kubemanager';

export const CONFIGPLANE = 'configplane.juniper.net';
export const DATAPLANE = 'dataplane.juniper.net';
export const CORE = 'core.contrail.juniper.net';
/** The API group of cert-manager. */
export const CERT_MANAGER = 'cert-manager.io';

export const ISOLATED_LABEL = 'core.juniper.net/isolated-namespace';
export const CLUSTER_NAME_LABEL = 'core.juniper.net/clusterName';
/** What the vendor's vRouter files carry as clusterName until somebody fills it in (22.1 to 23.1; from 23.2 on). */
export const CLUSTER_NAME_PLACEHOLDERS: readonly string[] = ['distributed-cluster', 'distributed-cluster-1', 'multi-cluster'];
export const FORWARDING_ANNOTATION = 'core.juniper.net/forwarding-mode';
/** On a namespace: the network that its pods have as their primary one. */
export const POD_NETWORK_ANNOTATION = 'net.juniper.contrail.podnetwork';
export const NETWORKS_ANNOTATION = 'k8s.v1.cni.cncf.io/networks';
export const NETWORK_STATUS_ANNOTATION = 'k8s.v1.cni.cncf.io/network-status';
/** On a NetworkAttachmentDefinition: what CN2 makes the network of it with. */
export const NAD_NETWORKS_ANNOTATION = 'juniper.net/networks';
/** Type of CN2's CNI plug-in in such a definition. */
export const CONTRAIL_CNI = 'contrail-k8s-cni';
export const METADATA_NAME_LABEL = 'kubernetes.io/metadata.name';

/** K: what a distributed cluster's namespaces are prefixed with on the central cluster. */
export function clusterPrefix(kubemanager: string, clusterName: string): string {
  return `${kubemanager}-${clusterName}`;
}

/** A distributed cluster's namespace as the central cluster knows it: `<K>-<namespace>`. */
export function mirroredNamespace(kubemanager: string, clusterName: string, namespace: string): string {
  return `${clusterPrefix(kubemanager, clusterName)}-${namespace}`;
}

/** K of the central cluster itself: its Kubernetes cluster name with dots as dashes (observed for kubeadm clusters). */
export function centralPrefix(kubernetesClusterName: string): string {
  return clusterPrefix(CENTRAL_KUBEMANAGER, kubernetesClusterName.replaceAll('.', '-'));
}

/** Label that CN2 puts on the default networks which every isolated namespace has; its value is their name. */
export const DEFAULT_NETWORK_LABEL = 'core.juniper.net/virtualnetwork';

/** Names of the default virtual networks that CN2 makes per cluster and per isolated namespace. */
export const DEFAULT_POD_NETWORK = 'default-podnetwork';
export const DEFAULT_SERVICE_NETWORK = 'default-servicenetwork';

/** The Subnets of the default networks; that the service ones are called "pod" too is observed. */
export const DEFAULT_SUBNETS = {
  podV4: 'default-podnetwork-pod-v4-subnet',
  podV6: 'default-podnetwork-pod-v6-subnet',
  serviceV4: 'default-servicenetwork-pod-v4-subnet',
  serviceV6: 'default-servicenetwork-pod-v6-subnet',
} as const;
