import type { KubernetesObject } from '../model/kubernetes.ts';
import type { StageId } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { Gate, Watched } from './gate.ts';
import { all, type Judgement, PASSED, waiting } from './health.ts';
import { fieldsOf } from './json-nodes.ts';

/** An object that a delete has to get rid of; `uid` tells it from a later one of the same name. */
export interface LeavingObject extends Watched {
  name: string;
  uid: string;
}

/** After deletes: these objects are gone, finalizers included. */
export function goneGate(stage: StageId, cluster: string, leaving: readonly LeavingObject[]): Gate {
  return {
    stage,
    cluster,
    watch: Object.fromEntries(leaving.map(watched)),
    judge(seen) {
      const there = new Map(Object.values(seen).flatMap((objects) => objects.map((object) => [object.metadata.uid, object])));
      return all(leaving.map(({ uid }) => stillThere(there.get(uid))));
    },
  };
}

/** One watch a kind and cluster, each holds a connection; Secrets one by one: nobody has the right to all of them. */
function watched({ cluster, group, kind, namespace, name }: LeavingObject): [string, Watched] {
  if (group !== '' || kind !== 'Secret') return [`${kind} on ${cluster}`, { cluster, group, kind }];
  return [`${kind} ${namespace}/${name} on ${cluster}`, { cluster, group, kind, name, ...present({ namespace }) }];
}

function stillThere(object: KubernetesObject | undefined): Judgement {
  return object === undefined ? PASSED : waiting(`${objectTitle(refOf(object))} still exists${holdersText(object)}`);
}

/** Who holds an object that is being deleted: its finalizers, and of a namespace what is left in it, as its controller says; '' for nobody. */
export function holdersText(object: KubernetesObject): string {
  const finalizers = object.metadata.finalizers ?? [];
  const left = object.kind === 'Namespace' && object.metadata.deletionTimestamp !== undefined ? contentLeft(object) : [];
  const why = [...(finalizers.length === 0 ? [] : [`finalizers: ${finalizers.join(', ')}`]), ...left];
  return why.length === 0 ? '' : ` (${why.join('; ')})`;
}

/** Conditions by which the namespace controller says why a namespace does not go. */
const LEFT = new Set([
  'NamespaceContentRemaining',
  'NamespaceFinalizersRemaining',
  'NamespaceDeletionContentFailure',
  'NamespaceDeletionDiscoveryFailure',
]);

function contentLeft(namespace: KubernetesObject): string[] {
  const conditions = fieldsOf(namespace['status'])['conditions'];
  return (Array.isArray(conditions) ? conditions : []).flatMap((entry) => {
    const { type, status, message } = fieldsOf(entry);
    return typeof type === 'string' && LEFT.has(type) && status === 'True' && typeof message === 'string' ? [message] : [];
  });
}
