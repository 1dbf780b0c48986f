import { type Fleet, networkId, networksOf } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest, StageId } from '../model/manifest.ts';
import { centralNamespace } from './central-view.ts';
import { defaultNetwork } from './default-networks.ts';
import { type Gate, seenAs, type Watched } from './gate.ts';
import { all, coreStateSuccess, type Judgement, judgeNamed, namespaceActive, waiting } from './health.ts';
import { CORE, mirroredNamespace } from './names.ts';
import { probeNamespaces } from './probe-namespaces.ts';

/**
 * Stage 70: every declared namespace of a distributed cluster, and that of the smoke test, has its mirror on the central cluster, Active and with the
 * labels that VNRs select by; labels of namespaces that are only referred to are not ours to require. The default networks that connections
 * join, which CN2 makes in isolated namespaces, are Success: their routers would select nothing before.
 */
export function namespacesGate(fleet: Fleet): Gate | undefined {
  const mirrors = mirrorsOf(fleet);
  const defaults = joinedDefaults(fleet);
  if (mirrors.length === 0 && defaults.length === 0) return undefined;
  const cluster = fleet.central.name;
  return {
    stage: '70-namespaces',
    cluster,
    // One watch for all of them: each holds a connection.
    watch: {
      ...(mirrors.length === 0 ? {} : { namespaces: { cluster, group: '', kind: 'Namespace' } }),
      ...(defaults.length === 0 ? {} : { networks: { cluster, group: CORE, kind: 'VirtualNetwork' } }),
    },
    judge: (seen) =>
      all([
        ...mirrors.map(({ name, labels }) =>
          judgeNamed(seenAs(seen, 'namespaces'), { kind: 'Namespace', name }, (namespace) => namespaceActive(namespace, labels)),
        ),
        ...defaults.map((place) => judgeNamed(seenAs(seen, 'networks'), { kind: 'VirtualNetwork', ...place }, coreStateSuccess)),
      ]),
  };
}

function mirrorsOf(fleet: Fleet): { name: string; labels: Record<string, string> }[] {
  // No router selects by the labels of the smoke test's namespaces.
  const probes = probeNamespaces(fleet).map((namespace) => ({ ...namespace, manage: false }));
  return [...fleet.namespaces, ...probes].flatMap((namespace) => {
    const home = fleet.distributed.find((cluster) => cluster.name === namespace.cluster && cluster.state === 'attached');
    if (home === undefined) return [];
    const name = mirroredNamespace(home.kubemanager, home.name, namespace.name);
    return [{ name, labels: namespace.manage ? namespace.labels : {} }];
  });
}

function joinedDefaults(fleet: Fleet): { namespace: string; name: string }[] {
  const declared = new Set(fleet.networks.map(networkId));
  const away = new Set(fleet.distributed.filter(({ state }) => state !== 'attached').map(({ name }) => name));
  return [...new Set(fleet.connections.flatMap(networksOf))].flatMap((id) => {
    const found = declared.has(id) ? undefined : defaultNetwork(fleet, id);
    if (found === undefined || away.has(found.namespace.cluster)) return [];
    return [{ namespace: centralNamespace(fleet, found.namespace.cluster, found.namespace.name), name: found.name }];
  });
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
  const kinds = manifests.map(({ cluster, object }) => ({ cluster, group: groupOf(object.apiVersion), kind: object.kind }));
  return {
    stage,
    cluster: fleet.central.name,
    watch: watchKinds(kinds),
    judge: (seen) =>
      all(
        manifests.map(({ cluster, object: { kind, metadata } }) =>
          judgeNamed(seenAs(seen, watchKey(cluster, kind)), { kind, ...metadata }, (object) =>
            unlessOld(coreStateSuccess(object), object, written),
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

/** One watch a kind and cluster, whatever the number of objects and namespaces: each holds a connection. */
function watchKinds(kinds: readonly Watched[]): Record<string, Watched> {
  return Object.fromEntries(kinds.map(({ cluster, group, kind }) => [watchKey(cluster, kind), { cluster, group, kind }]));
}

function watchKey(cluster: string, kind: string): string {
  return `${kind} on ${cluster}`;
}
