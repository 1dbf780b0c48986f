import { CONFIGPLANE, CORE, DATAPLANE, FLEET_LABEL } from '../cn2/names.ts';
import { isKnownObject } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired, StageId } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import type { Change } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import { hasController, isManaged, isUnrecorded, mirrorOwner } from './managed.ts';

export interface Deletion {
  change: Change;
  live: KubernetesObject;
}

/** Going with these would take more along than the object: they are only ever removed by hand. */
const NEVER = new Set(['/Namespace', '/Secret', 'apiextensions.k8s.io/CustomResourceDefinition']);
const KUBEMANAGER = `${CONFIGPLANE}/Kubemanager`;

const STAGE_OF: Readonly<Record<string, StageId>> = {
  [`${CORE}/VirtualNetworkRouter`]: '90-routers',
  [`${CORE}/VirtualNetwork`]: '80-networks',
  [`${CORE}/Subnet`]: '80-networks',
  [`${DATAPLANE}/Vrouter`]: '50-vrouter',
  [`${CONFIGPLANE}/ContrailCertificateManager`]: '30-certificates',
};

/**
 * This fleet's objects on a cluster that are no longer wanted. Only kinds that were listed are looked at: what cannot be seen is never
 * deleted. A Kubemanager is a whole cluster's connection: one that was renamed is a replacement, one that is undeclared a finding.
 */
export function deletionsOn(
  fleet: Fleet,
  cluster: LiveCluster,
  desired: readonly Desired[],
  scope?: Scope,
): { deletions: Deletion[]; findings: Finding[] } {
  const deletions: Deletion[] = [];
  const findings: Finding[] = [];
  if (isDetached(fleet, cluster.name)) return { deletions, findings };
  const wanted = new Set(
    desired.filter(({ manifest }) => manifest.cluster === cluster.name).map(({ object }) => objectKey(refOf(object))),
  );
  for (const listing of cluster.listings) {
    const kind = `${listing.group}/${listing.kind}`;
    if (listing.status !== 'listed' || NEVER.has(kind)) continue;
    for (const object of listing.items) {
      if (wanted.has(objectKey(refOf(object))) || hasController(object)) continue;
      if (object.metadata.deletionTimestamp !== undefined) continue;
      const owner = ownerOf(fleet, cluster.name, object);
      if (scope !== undefined && !scope.has(owner)) continue;
      if (isUnrecorded(fleet, object)) findings.push(unrecorded(cluster.name, object));
      if (!isManaged(fleet, cluster.name, object)) continue;
      if (kind !== KUBEMANAGER) deletions.push({ change: changeOf('delete', owner, object, stageOf(object)), live: object });
      else if (isDetached(fleet, owner)) continue;
      else judgeKubemanager(fleet, cluster.name, owner, object, deletions, findings);
    }
  }
  return { deletions, findings };
}

/** Where an object was applied, as far as its kind and name say it: what no vendor's file has was one of the user's own. */
function stageOf(object: KubernetesObject): StageId {
  const group = groupOf(object.apiVersion);
  const known = STAGE_OF[`${group}/${object.kind}`];
  if (known !== undefined) return known;
  if (group === CORE) return '80-networks';
  return isKnownObject('deployer', object) || isKnownObject('vrouter', object) ? '20-deployer' : '95-extra';
}

/** Never deleted by us, as nothing proves that it is ours; never passed over either. */
function unrecorded(cluster: string, object: KubernetesObject): Finding {
  const { name, namespace } = object.metadata;
  const place = namespace === undefined ? '' : ` -n ${namespace}`;
  return {
    rule: 'removal',
    severity: 'warning',
    cluster,
    message: `${objectTitle(refOf(object, cluster))} carries the marks of this fleet, is not declared, and has no record that cn2-fleet applied it`,
    remedy: `delete it by hand (kubectl delete ${object.kind.toLowerCase()} ${name}${place}), declare it, or take its label ${FLEET_LABEL} away`,
  };
}

function judgeKubemanager(
  fleet: Fleet,
  cluster: string,
  owner: string,
  object: KubernetesObject,
  deletions: Deletion[],
  findings: Finding[],
): void {
  const declared = fleet.distributed.find(({ name }) => name === owner);
  if (declared === undefined) {
    findings.push({
      rule: 'removal',
      severity: 'error',
      cluster,
      message: `Kubemanager ${object.metadata.name} on ${cluster} attaches ${owner}, which is no longer declared`,
      remedy: `declare ${owner} with state: detached first, and remove the entry when it is detached`,
    });
    return;
  }
  const change = changeOf('replace', owner, object, '40-kubemanager');
  change.fields = [{ path: '/metadata/name', before: object.metadata.name, after: declared.kubemanager }];
  deletions.push({ change, live: object });
}

function ownerOf(fleet: Fleet, cluster: string, object: KubernetesObject): string {
  if (cluster !== fleet.central.name) return cluster;
  if (object.kind === 'Kubemanager') {
    const name = (object['spec'] as { clusterName?: unknown } | undefined)?.clusterName;
    return typeof name === 'string' ? name : object.metadata.name;
  }
  return mirrorOwner(fleet, object.metadata.namespace) ?? cluster;
}

function isDetached(fleet: Fleet, cluster: string): boolean {
  return fleet.distributed.some(({ name, state }) => name === cluster && state === 'detached');
}

function changeOf(action: 'delete' | 'replace', owner: string, object: KubernetesObject, stage: StageId): Change {
  const { namespace, name, uid } = object.metadata;
  return {
    action,
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...present({ namespace }),
    name,
    ...present({ uid }),
    for: owner,
    stage: groupOf(object.apiVersion) === CONFIGPLANE && object.kind === 'Kubemanager' ? '40-kubemanager' : stage,
    predicted: false,
    fields: [],
  };
}
