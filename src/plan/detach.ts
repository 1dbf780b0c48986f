import {
  CENTRAL_KUBECONFIG_SECRET,
  CONTRAIL_NAMESPACE,
  DATAPLANE,
  DEPLOY_NAMESPACE,
  KUBERNETES_NAMESPACES,
  SMOKE_NAMESPACE,
} from '../cn2/names.ts';
import { isVendorNamespace } from '../cn2/vendor-files.ts';
import { detachedCluster, detachedClusters } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet, FleetNamespace } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Change } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import { unrecorded } from './deletes.ts';
import { changeOf, type Deletion, KUBEMANAGER, ownerOf, stageOf } from './deletion.ts';
import { hasController, isManaged, isUnrecorded } from './managed.ts';

/** An object of a detach that is being deleted already, as the change that has done it: what comes next waits for it. */
export interface Leaving {
  cluster: string;
  change: Change;
}

export interface DetachPart {
  deletions: Deletion[];
  leaving: Leaving[];
  findings: Finding[];
}

const CRD = 'apiextensions.k8s.io/CustomResourceDefinition';

/**
 * What the detach of clusters takes away on one of them: the objects that are recorded as applied by this fleet, and nothing else. Of
 * namespaces the vendor's and those that are declared here and not kept; definitions of kinds never, all objects of a kind would go along.
 */
export function detachOn(fleet: Fleet, cluster: LiveCluster, scope?: Scope): DetachPart {
  const part: DetachPart = { deletions: [], leaving: [], findings: [] };
  for (const listing of cluster.listings) {
    const kind = `${listing.group}/${listing.kind}`;
    if (listing.status !== 'listed' || kind === CRD) continue;
    for (const object of listing.items) {
      const owner = detachedCluster(fleet, leavesWith(fleet, cluster.name, object));
      if (owner === undefined || hasController(object) || (scope !== undefined && !scope.has(owner.name))) continue;
      if (!isManaged(fleet, cluster.name, object)) {
        part.findings.push(...foreign(fleet, cluster.name, owner, kind, object));
        continue;
      }
      if (kind === KUBEMANAGER) part.findings.push(...renamed(cluster.name, owner, object));
      if (kind === '/Namespace' && !goes(fleet, owner, object)) {
        part.findings.push(...forgotten(fleet, owner, object));
        continue;
      }
      const change = changeOf('delete', owner.name, object, detachStage(fleet, owner, object));
      if (object.metadata.deletionTimestamp === undefined) part.deletions.push({ change, live: object });
      else part.leaving.push({ cluster: cluster.name, change });
    }
  }
  return part;
}

/** As `ownerOf`, and the secret through which the central cluster reaches a distributed one goes with that. Secrets are seen by name only. */
function leavesWith(fleet: Fleet, cluster: string, object: KubernetesObject): string {
  if (object.kind !== 'Secret' || cluster !== fleet.central.name) return ownerOf(fleet, cluster, object);
  return fleet.distributed.find(({ kubeconfigSecret }) => kubeconfigSecret === object.metadata.name)?.name ?? cluster;
}

function detachStage(fleet: Fleet, owner: DistributedCluster, object: KubernetesObject): Change['stage'] {
  if (object.kind === 'Secret' && object.apiVersion === 'v1') return '10-access';
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return stageOf(object);
  const { name } = object.metadata;
  return isVendorNamespace(name) && declaredNamespace(fleet, owner, name) === undefined ? '20-deployer' : '70-namespaces';
}

/** Whether a detach deletes a namespace that this fleet has applied. What the declaration names is the user's, whatever it is called. */
function goes(fleet: Fleet, owner: DistributedCluster, { metadata: { name } }: KubernetesObject): boolean {
  const declared = declaredNamespace(fleet, owner, name);
  if (declared === undefined) return isVendorNamespace(name) || name === SMOKE_NAMESPACE;
  return declared.manage && !KUBERNETES_NAMESPACES.has(name) && owner.detach?.keep.includes(name) !== true;
}

function declaredNamespace(
  { namespaces }: Fleet,
  { name: cluster }: DistributedCluster,
  name: string,
): FleetNamespace | undefined {
  return namespaces.find((one) => one.cluster === cluster && one.name === name);
}

/** A namespace that was applied once and is declared no more: nobody has said that it may go. */
function forgotten(fleet: Fleet, owner: DistributedCluster, { metadata: { name } }: KubernetesObject): Finding[] {
  if (declaredNamespace(fleet, owner, name) !== undefined) return [];
  const cluster = owner.name;
  return [
    {
      rule: 'detach',
      severity: 'warning',
      cluster,
      message: `namespace ${name} of ${cluster} was applied by this fleet and is not declared: it stays`,
      remedy: `Delete it by hand when nothing in it is needed: kubectl delete namespace ${name}`,
    },
  ];
}

/** What was applied has other names than the declaration: what CN2 made under them would stay, and who uses it would not be seen. */
function renamed(
  cluster: string,
  { name, kubemanager, kubeconfigSecret }: DistributedCluster,
  object: KubernetesObject,
): Finding[] {
  const spec = object['spec'] as { kubeconfigSecretName?: unknown } | undefined;
  const names = [
    { key: 'kubemanager', applied: object.metadata.name, declared: kubemanager },
    { key: 'kubeconfigSecret', applied: spec?.kubeconfigSecretName, declared: kubeconfigSecret },
  ];
  return names.flatMap(({ key, applied, declared }): Finding[] => {
    if (typeof applied !== 'string' || applied === declared) return [];
    return [
      {
        rule: 'detach',
        severity: 'error',
        cluster,
        message: `${objectTitle(refOf(object, cluster))} attaches ${name} with ${key} ${applied}, and ${key} of ${name} is declared as ${declared}`,
        remedy: `Write ${key}: ${applied}: under another name the detach would not find what was applied.`,
      },
    ];
  });
}

/** What is not ours is not deleted. A Kubemanager or Vrouter of somebody else would keep the cluster attached, in part. */
function foreign(fleet: Fleet, cluster: string, owner: DistributedCluster, kind: string, object: KubernetesObject): Finding[] {
  const attaches = kind === KUBEMANAGER || kind === `${DATAPLANE}/Vrouter`;
  if (!attaches || object.metadata.deletionTimestamp !== undefined)
    return isUnrecorded(fleet, object) ? [unrecorded(cluster, object)] : [];
  const { name, namespace = '' } = object.metadata;
  return [
    {
      rule: 'detach',
      severity: 'error',
      cluster,
      message: `${objectTitle(refOf(object, cluster))} attaches ${owner.name}, and has no record that cn2-fleet applied it`,
      remedy: `Adopt it first (state: attached, then apply), or delete it by hand: kubectl delete ${object.kind.toLowerCase()} ${name} -n ${namespace}`,
    },
  ];
}

/** Secrets that a detach would delete, where they may not be read: whether they are there, the apply sees. */
export function unreadSecrets(
  fleet: Fleet,
  { name, role, listings }: LiveCluster,
  scope?: Scope,
): { namespace: string; name: string }[] {
  const secrets = listings.find(({ group, kind }) => group === '' && kind === 'Secret');
  if (secrets?.status !== 'unreadable' || secrets.problem.cause !== 'forbidden') return [];
  const leaving = detachedClusters(fleet).filter((cluster) => scope?.has(cluster.name) ?? true);
  if (role === 'central')
    return leaving.map(({ kubeconfigSecret }) => ({ namespace: CONTRAIL_NAMESPACE, name: kubeconfigSecret }));
  return leaving.some((cluster) => cluster.name === name)
    ? [{ namespace: DEPLOY_NAMESPACE, name: CENTRAL_KUBECONFIG_SECRET }]
    : [];
}
