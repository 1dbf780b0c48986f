import type { Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest, StageId } from '../model/manifest.ts';
import { type Gate, seenAs, type Watched } from './gate.ts';
import { all, coreStateSuccess, type Judgement, judgeNamed, namespaceActive, objectName, PASSED, waiting } from './health.ts';
import { mirroredNamespace } from './names.ts';

/**
 * Stage 70: every declared namespace of a distributed cluster has its mirror on the central cluster, Active and with the
 * labels that VNRs select by. Of namespaces that are only referred to, the labels are not ours to demand.
 */
export function namespacesGate(fleet: Fleet): Gate | undefined {
  const mirrors = fleet.namespaces.flatMap((namespace) => {
    const home = fleet.distributed.find((cluster) => cluster.name === namespace.cluster && cluster.state === 'attached');
    if (home === undefined) return [];
    const name = mirroredNamespace(home.kubemanager, home.name, namespace.name);
    return [{ name, labels: namespace.manage ? namespace.labels : {} }];
  });
  if (mirrors.length === 0) return undefined;
  return {
    stage: '70-namespaces',
    cluster: fleet.central.name,
    watch: Object.fromEntries(
      mirrors.map(({ name }) => [name, { cluster: fleet.central.name, group: '', kind: 'Namespace', name }]),
    ),
    judge: (seen) =>
      all(
        mirrors.map(({ name, labels }) =>
          judgeNamed(seenAs(seen, name), { kind: 'Namespace', name }, (namespace) => namespaceActive(namespace, labels)),
        ),
      ),
  };
}

/**
 * Stages 80 and 90: each of these objects is in state Success; Failure ends the wait at once. CN2's status does not say which
 * generation it is about, so a Failure at the very resourceVersion that this run has `written` (by uid) is the old object's.
 */
export function successGate(
  fleet: Fleet,
  stage: StageId,
  manifests: readonly Manifest[],
  written: ReadonlyMap<string, string> = new Map(),
): Gate | undefined {
  if (manifests.length === 0) return undefined;
  const watch: Record<string, Watched> = {};
  for (const { cluster, object } of manifests) {
    const watched = { cluster, group: groupOf(object.apiVersion), kind: object.kind, ...inNamespace(object.metadata.namespace) };
    watch[watchKey(object.kind, object.metadata.namespace)] = watched;
  }
  return {
    stage,
    cluster: fleet.central.name,
    watch,
    judge: (seen) =>
      all(
        manifests.map(({ object: { kind, metadata } }) =>
          judgeNamed(
            seenAs(seen, watchKey(kind, metadata.namespace)),
            { kind, name: metadata.name, ...inNamespace(metadata.namespace) },
            (object) => unlessOld(coreStateSuccess(object), object, written),
          ),
        ),
      ),
  };
}

function unlessOld(judgement: Judgement, object: KubernetesObject, written: ReadonlyMap<string, string>): Judgement {
  const { uid, resourceVersion } = object.metadata;
  const old = uid !== undefined && resourceVersion !== undefined && written.get(uid) === resourceVersion;
  return judgement.state === 'failed' && old ? waiting(judgement.detail) : judgement;
}

function watchKey(kind: string, namespace: string | undefined): string {
  return `${kind} ${namespace ?? ''}`;
}

function inNamespace(namespace: string | undefined): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** An object that a delete has to get rid of; `uid` tells it from a later one of the same name. */
export interface Leaving extends Watched {
  name: string;
  uid: string;
}

/** After deletes: these objects are gone, finalizers included. */
export function goneGate(stage: StageId, cluster: string, leaving: readonly Leaving[]): Gate {
  const named = leaving.map((object, position) => ({ object, key: `${position}` }));
  return {
    stage,
    cluster,
    watch: Object.fromEntries(named.map(({ object: { uid: _, ...watched }, key }) => [key, watched])),
    judge: (seen) =>
      all(
        named.map(({ object, key }) => {
          const there = seenAs(seen, key).find((candidate) => candidate.metadata.uid === object.uid);
          if (there === undefined) return PASSED;
          const finalizers = there.metadata.finalizers ?? [];
          const why = finalizers.length === 0 ? '' : ` (finalizers: ${finalizers.join(', ')})`;
          return waiting(`${objectName(object.kind, object.namespace, object.name)} is not gone yet${why}`);
        }),
      ),
  };
}
