import { canonicalJson, sha256 } from '../declare/digest.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Change, PlanCluster } from '../model/plan.ts';

/**
 * sha256:… over what a drift is: the cluster (its uid where known), the object, what would be done and the fields. API versions, uids
 * and versions of objects and whether a create could be previewed are left out, so that it is the same in every run.
 */
export function fingerprintOf(cluster: Pick<PlanCluster, 'name' | 'uid'>, change: Change): string {
  const { action, apiVersion, kind, namespace, name, fields } = change;
  const object = { group: groupOf(apiVersion), kind, namespace, name };
  return sha256(canonicalJson({ cluster: cluster.uid ?? cluster.name, object, action, fields }));
}
