import { CENTRAL_KUBECONFIG_SECRET, CONFIGPLANE, CONTRAIL_NAMESPACE, CORE, DATAPLANE, DEPLOY_NAMESPACE } from '../cn2/names.ts';
import { ATTACH_KINDS } from '../cn2/vendor-files.ts';
import { detachedCluster, detachedClusters } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { GroupKind } from '../model/kubernetes.ts';
import { groupOf, versionOf } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';

export interface WantedKind extends GroupKind {
  /** The version the rendered objects are written in: live objects are read in the same one where it is served. */
  version?: string;
}

export interface NamedObject {
  namespace: string;
  name: string;
}

/** What is read of one cluster: kinds as a whole, Secrets by name only. */
export interface Wanted {
  kinds: WantedKind[];
  secrets: NamedObject[];
}

/** Facts, identity and (on the distributed side) the pods that are older than CN2. */
const EVERYWHERE: readonly GroupKind[] = [
  { group: '', kind: 'Namespace' },
  { group: '', kind: 'Node' },
  { group: 'apps', kind: 'DaemonSet' },
];

/** Health of CN2, and the kinds whose objects may have to be deleted when the last one is no longer declared. */
const CENTRAL: readonly GroupKind[] = [
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: CONFIGPLANE, kind: 'Kubemanager' },
  { group: CORE, kind: 'Subnet' },
  { group: CORE, kind: 'VirtualNetwork' },
  { group: CORE, kind: 'VirtualNetworkRouter' },
];
const DISTRIBUTED: readonly GroupKind[] = [
  { group: DATAPLANE, kind: 'Vrouter' },
  { group: '', kind: 'Pod' },
];

/** What has to be seen of a cluster to plan its manifests, and of a detached one what it may still have. */
export function wantedOf(fleet: Fleet, manifests: readonly Manifest[], cluster: string): Wanted {
  const kinds = new Map<string, WantedKind>();
  const secrets: NamedObject[] = [];
  for (const { object } of manifests.filter((manifest) => manifest.cluster === cluster)) {
    const group = groupOf(object.apiVersion);
    if (group === '' && object.kind === 'Secret') {
      secrets.push({ namespace: object.metadata.namespace ?? '', name: object.metadata.name });
      continue;
    }
    kinds.set(`${group}/${object.kind}`, { group, kind: object.kind, version: versionOf(object.apiVersion) });
  }
  const isCentral = fleet.central.name === cluster;
  const leaving = detachedCluster(fleet, cluster) === undefined ? [] : ATTACH_KINDS;
  if (isCentral)
    for (const { kubeconfigSecret } of detachedClusters(fleet))
      secrets.push({ namespace: CONTRAIL_NAMESPACE, name: kubeconfigSecret });
  else if (leaving.length > 0) secrets.push({ namespace: DEPLOY_NAMESPACE, name: CENTRAL_KUBECONFIG_SECRET });
  for (const kind of [...EVERYWHERE, ...(isCentral ? CENTRAL : DISTRIBUTED), ...leaving]) {
    const key = `${kind.group}/${kind.kind}`;
    if (!kinds.has(key)) kinds.set(key, kind);
  }
  return { kinds: [...kinds.values()], secrets };
}
