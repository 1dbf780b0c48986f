import { FLEET_LABEL } from '../cn2/names.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import type { Scope } from '../model/scope.ts';
import { changeOf, type Deletion, KUBEMANAGER, ownerOf, stageOf } from './deletion.ts';
import { hasController, isManaged, isUnrecorded } from './managed.ts';

/** Going with these would take more along than the object: they go with a detach, or are removed by hand. */
const NEVER = new Set(['/Namespace', '/Secret', 'apiextensions.k8s.io/CustomResourceDefinition']);

/**
 * This fleet's objects on a cluster that are no longer wanted. Only kinds that were listed are looked at: what cannot be seen is never
 * deleted. A Kubemanager is a whole cluster's connection: one that was renamed is a replacement, one that is undeclared a finding. What
 * exists for a detached cluster is not judged here.
 */
export function deletionsOn(
  fleet: Fleet,
  cluster: LiveCluster,
  desired: readonly Desired[],
  scope?: Scope,
): { deletions: Deletion[]; findings: Finding[] } {
  const deletions: Deletion[] = [];
  const findings: Finding[] = [];
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
      if ((scope !== undefined && !scope.has(owner)) || detachedCluster(fleet, owner) !== undefined) continue;
      if (isUnrecorded(fleet, object)) findings.push(unrecorded(cluster.name, object));
      if (!isManaged(fleet, cluster.name, object)) continue;
      if (kind !== KUBEMANAGER) deletions.push({ change: changeOf('delete', owner, object, stageOf(object)), live: object });
      else judgeKubemanager(fleet, cluster.name, owner, object, deletions, findings);
    }
  }
  return { deletions, findings };
}

/** Never deleted by us, as nothing proves that it is ours; never passed over either. */
export function unrecorded(cluster: string, object: KubernetesObject): Finding {
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
      remedy: `put the entry of ${owner} back with state: detached and apply that; the entry can go when a plan says that nothing is left`,
    });
    return;
  }
  const change = changeOf('replace', owner, object, '40-kubemanager');
  change.fields = [{ path: '/metadata/name', before: object.metadata.name, after: declared.kubemanager }];
  deletions.push({ change, live: object });
}
