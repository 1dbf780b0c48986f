import {
  CENTRAL_KUBECONFIG_SECRET,
  CERT_MANAGER,
  CONFIGPLANE,
  CONTRAIL_NAMESPACE,
  CORE,
  DATAPLANE,
  DEPLOY_NAMESPACE,
} from '../cn2/names.ts';
import { CENTRAL_EXTRA_KINDS, DISTRIBUTED_EXTRA_KINDS } from '../import/extra.ts';
import { textAt } from '../import/view.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupKind } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { observeCluster } from '../observe/observe-cluster.ts';
import { readNamed } from '../observe/read-kind.ts';
import { seen } from '../plan/live-objects.ts';
import type { Cluster } from '../ports/cluster.ts';

const RBAC = 'rbac.authorization.k8s.io';
const EVERYWHERE: readonly GroupKind[] = [
  { group: '', kind: 'Namespace' },
  { group: '', kind: 'Node' },
  { group: '', kind: 'ConfigMap' },
  { group: 'apps', kind: 'DaemonSet' },
  { group: 'apps', kind: 'Deployment' },
];
const CENTRAL: readonly GroupKind[] = [
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: CONFIGPLANE, kind: 'Kubemanager' },
  { group: CORE, kind: 'Subnet' },
  { group: CORE, kind: 'VirtualNetwork' },
  { group: CORE, kind: 'VirtualNetworkRouter' },
  ...CENTRAL_EXTRA_KINDS,
];
const DISTRIBUTED: readonly GroupKind[] = [
  { group: DATAPLANE, kind: 'Vrouter' },
  { group: '', kind: 'Pod' },
  ...DISTRIBUTED_EXTRA_KINDS,
];
/** Kinds of the vendor's files, where the cluster is compared with these. */
const OF_FILES: readonly GroupKind[] = [
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
  ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map((kind) => ({ group: RBAC, kind })),
  { group: CONFIGPLANE, kind: 'ContrailCertificateManager' },
  { group: CERT_MANAGER, kind: 'Certificate' },
];

/** What is looked at beside everything that a declaration could say. */
export interface Compared {
  /** The vendor's files are there to be compared with. */
  vendor: boolean;
  /** Secrets of theirs. */
  secrets: readonly { namespace: string; name: string }[];
}

/** Reads everything of a cluster that a declaration could say. Lists and gets, and nothing else. */
export async function takeInventory(role: LiveCluster['role'], connection: Cluster, compared: Compared): Promise<LiveCluster> {
  const central = role === 'central';
  const kinds = [...EVERYWHERE, ...(central ? CENTRAL : DISTRIBUTED), ...(compared.vendor && !central ? OF_FILES : [])];
  const secrets = central ? [] : [{ namespace: DEPLOY_NAMESPACE, name: CENTRAL_KUBECONFIG_SECRET }, ...compared.secrets];
  const cluster = await observeCluster(role, connection, connection.server, { kinds, secrets });
  const names = seen(cluster, CONFIGPLANE, 'Kubemanager').flatMap((kubemanager) => {
    const name = textAt(kubemanager, 'spec', 'kubeconfigSecretName');
    return name === '' ? [] : [{ namespace: CONTRAIL_NAMESPACE, name }];
  });
  if (names.length === 0) return cluster;
  const listing = await readNamed(connection, cluster, { group: '', kind: 'Secret' }, names);
  const others = cluster.listings.filter(({ group, kind }) => group !== '' || kind !== 'Secret');
  return { ...cluster, listings: [...others, listing], requests: connection.counts().total };
}

/** What keeps a cluster from being read: all missing rights in one finding, else the first problem. Secrets may stay unread. */
export function inventoryFindings(cluster: LiveCluster): Finding[] {
  const { name, listings, problem } = cluster;
  if (cluster.status === 'known') return [];
  const forbidden = listings.flatMap((listing) =>
    listing.status === 'unreadable' && listing.problem.cause === 'forbidden' && listing.kind !== 'Secret'
      ? [resourceName(cluster, listing)]
      : [],
  );
  if (forbidden.length > 0) {
    return [
      {
        rule: 'cluster',
        severity: 'error',
        cluster: name,
        message: `${name}: the identity of the kubeconfig may not list ${forbidden.sort().join(', ')}`,
        remedy:
          'Grant it the verb list on these resources, in all namespaces: a ClusterRole with a ClusterRoleBinding. Nothing is written.',
      },
    ];
  }
  return [
    {
      rule: problem?.cause === 'credential' ? 'credential' : 'cluster',
      severity: 'error',
      cluster: name,
      message: problem?.message ?? `${name}: could not be read`,
      remedy: 'Make kubectl work with the same kubeconfig on this host first.',
    },
  ];
}

/** As a ClusterRole names it. */
function resourceName({ resources }: LiveCluster, { group, kind }: GroupKind): string {
  const plural = resources.find((resource) => resource.group === group && resource.kind === kind)?.plural ?? kind;
  return group === '' ? plural : `${plural}.${group}`;
}
