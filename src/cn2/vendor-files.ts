import { type GroupKind, groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import {
  CERT_MANAGER,
  CONFIGPLANE,
  CONTRAIL_NAMESPACE,
  DATAPLANE,
  DEPLOY_NAMESPACE,
  DEPLOYER,
  PULL_SECRET,
  SYSTEM_NAMESPACE,
} from './names.ts';

/** The files of a release's multi-cluster folder. What a file is, its content says: names differ between downloads. */
export type VendorRole = AttachRole | 'central' | 'cert-manager' | 'all-in-one';
/** Those whose objects are applied to every distributed cluster. */
export type AttachRole = 'deployer' | 'certificates' | 'vrouter';

/** The flag with which a deployer drives a distributed cluster; the central one is started without it. */
const CENTRAL_CONFIG_FLAG = '-central-cluster-config-path';
/** cert-manager's own, which no file of CN2 holds. */
const CERTIFICATES_CRD = `certificates.${CERT_MANAGER}`;
/** The ConfigMaps in which a cluster's CN2 objects travel as text (the second one in the EKS files). */
const OBJECTS_CONFIG_MAPS: readonly string[] = ['contrail-cr', 'contrail-eks-cr'];

/** Titles for messages. */
export const ROLE_TITLES: Record<VendorRole, string> = {
  central: 'central file (ConfigMap contrail-cr)',
  deployer: 'deployer file of distributed clusters (Deployment contrail-k8s-deployer with -central-cluster-config-path)',
  certificates: 'certificate file (ContrailCertificateManager)',
  vrouter: 'vRouter file (Vrouter objects)',
  'cert-manager': "central cluster's cert-manager file (CustomResourceDefinition certificates.cert-manager.io)",
  'all-in-one': 'all-in-one file of distributed clusters (their deployer with a ConfigMap of the other objects)',
};

/** What a file is for, judged by the one object that only such a file holds; undefined for a file of no known kind. */
export function roleOf(objects: readonly KubernetesObject[]): VendorRole | undefined {
  const [carrier, deployer] = [objects.some(isObjectsConfigMap), objects.some(isDistributedDeployer)];
  if (carrier) return deployer ? 'all-in-one' : 'central';
  if (deployer) return 'deployer';
  if (objects.some((object) => isOf(object, CONFIGPLANE, 'ContrailCertificateManager'))) return 'certificates';
  if (objects.some((object) => isOf(object, DATAPLANE, 'Vrouter'))) return 'vrouter';
  if (objects.some(({ kind, metadata }) => kind === 'CustomResourceDefinition' && metadata.name === CERTIFICATES_CRD))
    return 'cert-manager';
  return undefined;
}

/** ConfigMap in which a cluster's CN2 objects travel as text: the central cluster's, and in an all-in-one file a distributed one's. */
export function isObjectsConfigMap(object: KubernetesObject): boolean {
  return isOf(object, '', 'ConfigMap') && OBJECTS_CONFIG_MAPS.includes(object.metadata.name);
}

/** The Job that applies the objects of that ConfigMap. */
export function isApplier(object: KubernetesObject): boolean {
  return isOf(object, 'batch', 'Job') && object.metadata.name === 'apply-contrail';
}

function isDistributedDeployer(object: KubernetesObject): boolean {
  // Either spelling: an argument of its own (23.3 on) or part of a shell line (before).
  return (
    isOf(object, 'apps', 'Deployment') &&
    object.metadata.name === DEPLOYER &&
    JSON.stringify(object['spec'] ?? null).includes(CENTRAL_CONFIG_FLAG)
  );
}

function isOf(object: KubernetesObject, group: string, kind: string): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === group;
}

interface KnownObject {
  group: string;
  kind: string;
  name: RegExp;
  /** Absent: cluster-scoped. */
  namespace?: RegExp;
}

const CN2_NAME = /^contrail(-[a-z0-9]+)*$/;
const CN2_NAMESPACE = CN2_NAME;
const ONLY_CONTRAIL = exactly(CONTRAIL_NAMESPACE);
const RBAC = 'rbac.authorization.k8s.io';
/** Uncommented by users whose nodes have several interfaces (E32); it may be in any file. */
const NETWORK_CONFIG: KnownObject = {
  group: '',
  kind: 'ConfigMap',
  name: exactly('contrail-network-config'),
  namespace: ONLY_CONTRAIL,
};

const KNOWN: Record<AttachRole, readonly KnownObject[]> = {
  deployer: [
    { group: '', kind: 'Namespace', name: CN2_NAMESPACE },
    { group: '', kind: 'Secret', name: exactly(PULL_SECRET), namespace: CN2_NAMESPACE },
    { group: '', kind: 'Secret', name: exactly('webhook-server-cert'), namespace: exactly(DEPLOY_NAMESPACE) },
    { group: '', kind: 'ServiceAccount', name: CN2_NAME, namespace: CN2_NAMESPACE },
    { group: RBAC, kind: 'ClusterRole', name: CN2_NAME },
    { group: RBAC, kind: 'ClusterRoleBinding', name: CN2_NAME },
    { group: RBAC, kind: 'Role', name: CN2_NAME, namespace: CN2_NAMESPACE },
    { group: RBAC, kind: 'RoleBinding', name: CN2_NAME, namespace: CN2_NAMESPACE },
    { group: '', kind: 'Service', name: exactly('webhook-service'), namespace: exactly(DEPLOY_NAMESPACE) },
    { group: '', kind: 'ConfigMap', name: exactly('contrail-k8s-controller-cm'), namespace: exactly(SYSTEM_NAMESPACE) },
    { group: 'apps', kind: 'Deployment', name: exactly(DEPLOYER), namespace: exactly(DEPLOY_NAMESPACE) },
    NETWORK_CONFIG,
  ],
  certificates: [
    {
      group: CONFIGPLANE,
      kind: 'ContrailCertificateManager',
      name: exactly('contrailcertificatemanager'),
      namespace: ONLY_CONTRAIL,
    },
  ],
  vrouter: [
    { group: DATAPLANE, kind: 'Vrouter', name: /^contrail-vrouter(-[a-z0-9]+)+$/, namespace: ONLY_CONTRAIL },
    NETWORK_CONFIG,
  ],
};

/** The kinds of what is applied to a distributed cluster, Secrets aside: those are read by name only. */
export const ATTACH_KINDS: readonly GroupKind[] = [
  ...new Map(
    Object.values(KNOWN)
      .flat()
      .filter(({ kind }) => kind !== 'Secret')
      .map(({ group, kind }) => [`${group}/${kind}`, { group, kind }]),
  ).values(),
];

/**
 * Whether an object may be among those that are applied for a role. Kinds, names and namespaces are those of the public manifests
 * 22.1-23.4; anything else is refused, since nobody reviewed what it would do on every distributed cluster.
 */
export function isKnownObject(role: AttachRole, object: KubernetesObject): boolean {
  const { name, namespace } = object.metadata;
  return KNOWN[role].some(
    (known) =>
      isOf(object, known.group, known.kind) &&
      known.name.test(name) &&
      (known.namespace === undefined ? namespace === undefined : namespace !== undefined && known.namespace.test(namespace)),
  );
}

/** Those of the files of deployers in the public manifests 22.1-23.4 (the last one to 22.2). */
const VENDOR_NAMESPACES: ReadonlySet<string> = new Set([
  CONTRAIL_NAMESPACE,
  DEPLOY_NAMESPACE,
  SYSTEM_NAMESPACE,
  'contrail-analytics',
]);

/** Whether the vendor's files bring a namespace of this name. One that is only called like theirs may be anybody's. */
export function isVendorNamespace(name: string): boolean {
  return VENDOR_NAMESPACES.has(name);
}

/** Images with a tag of their own: cert-manager's (E22). Juniper's contrail-k8s-cert-manager carries the CN2 tag. */
const OWN_TAG = /^cert-manager-(?:controller|webhook|cainjector|acmesolver|startupapicheck)(?:[:@]|$)/;

/** Whether an image is one of cert-manager's own by its name; one that only begins like them is not. */
export function hasOwnTag(image: string): boolean {
  return OWN_TAG.test(image.slice(image.lastIndexOf('/') + 1));
}

function exactly(name: string): RegExp {
  return new RegExp(`^${name}$`);
}
