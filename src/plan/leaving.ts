import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';

/** "Subnet ns1/s of c is being deleted (since …), held by finalizer x": why a name is not free yet. */
export function leavingText(object: KubernetesObject, cluster: string): string {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const held =
    finalizers.length === 0 ? '' : `, held by ${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${finalizers.join(', ')}`;
  return `${objectTitle(refOf(object, cluster))} is being deleted (since ${deletionTimestamp ?? 'a moment ago'})${held}`;
}
