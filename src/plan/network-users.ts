import { centralNetwork } from '../cn2/central-view.ts';
import { namedNetworks } from '../cn2/named-networks.ts';
import {
  CONTRAIL_CNI,
  clusterPrefix,
  NAD_NETWORKS_ANNOTATION,
  NETWORKS_ANNOTATION,
  POD_NETWORK_ANNOTATION,
  SMOKE_LABEL,
} from '../cn2/names.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { LiveState } from '../model/live.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Change, Plan } from '../model/plan.ts';
import { imagesOf, isCn2Image } from '../render/images.ts';
import { liveCluster, seen } from './live-objects.ts';

/**
 * What still needs something that the detach of a cluster takes away, a phrase each; what goes in the same detach is not among it.
 * `isUser`: whose needs count.
 */
export function networkUsers(
  fleet: Fleet,
  cluster: DistributedCluster,
  live: LiveState,
  plan: Pick<Plan, 'clusters'>,
  isUser: (object: KubernetesObject) => boolean = isStaying,
): string[] {
  const deletes = deletesFor(cluster.name, plan);
  const own = liveCluster(live, cluster.name);
  const onCluster = plan.clusters.find(({ name }) => name === cluster.name)?.changes ?? [];
  const leaving = onCluster.filter(
    ({ action, kind, stage }) => action === 'delete' && kind === 'Namespace' && stage !== '95-extra',
  );
  const namespaces = new Set(leaving.map(({ name }) => name));
  const vendors = new Set(leaving.filter(({ stage }) => stage === '20-deployer').map(({ name }) => name));
  const networks = new Set(deletes.filter(isNetwork).map(({ namespace, name }) => `${namespace}/${name}`));
  const prefix = `${clusterPrefix(cluster.kubemanager, cluster.name)}-`;
  const leaves = (name: string) => networks.has(name) || name.startsWith(prefix);
  const pods = live.clusters.flatMap((each) => {
    const isOwn = each === own;
    const podNetworks = new Map(
      seen(each, '', 'Namespace').map(({ metadata }) => [metadata.name, metadata.annotations?.[POD_NETWORK_ANNOTATION]]),
    );
    return seen(each, '', 'Pod')
      .filter((pod) => isUnfinished(pod) && isUser(pod) && !(isOwn && goesWith(pod, onCluster)))
      .flatMap((pod) => {
        const title = objectTitle(refOf(pod, isOwn ? undefined : each.name));
        const { namespace = '' } = pod.metadata;
        if (isOwn && vendors.has(namespace) && isOfCn2Workload(pod)) return [];
        if (isOwn && namespaces.has(namespace)) return [`${title} (its namespace is deleted)`];
        const named = namesOf(pod, podNetworks.get(namespace));
        if (named === undefined) return isOwn ? [`${title} (which networks it names cannot be read)`] : [];
        const used = isOwn
          ? (named.full.map((name) => centralNetwork(fleet, each.name, name) ?? name).find(leaves) ??
            named.alone.map((name) => centralNetwork(fleet, each.name, name) ?? name).find((name) => networks.has(name)))
          : [...named.full, ...named.alone].find((name) => name.startsWith(prefix));
        return used === undefined ? [] : [`${title} (uses network ${used})`];
      });
  });
  if (own === undefined) return pods;
  const definitions = seen(own, NAD_GROUP, NAD_KIND).filter((nad) => isUser(nad) && isOfCn2(nad) && !isAmong(nad, onCluster));
  const claims = seen(own, '', CLAIM_KIND).filter(
    (claim) => isUser(claim) && namespaces.has(claim.metadata.namespace ?? '') && !isAmong(claim, onCluster),
  );
  return [
    ...pods,
    ...definitions.map((nad) => `${objectTitle(refOf(nad))} (makes a network of CN2)`),
    ...claims.map((claim) => `${objectTitle(refOf(claim))} (its data goes with its namespace)`),
  ];
}

export const NAD_GROUP = 'k8s.cni.cncf.io';
export const NAD_KIND = 'NetworkAttachmentDefinition';
export const CLAIM_KIND = 'PersistentVolumeClaim';

/** The deletions of a plan that exist for a cluster. */
export function deletesFor(cluster: string, { clusters }: Pick<Plan, 'clusters'>): Change[] {
  return clusters.flatMap(({ changes }) => changes.filter((change) => change.action === 'delete' && change.for === cluster));
}

function isNetwork({ kind, stage }: Change): boolean {
  return kind === 'VirtualNetwork' && stage === '80-networks';
}

/** Nobody has asked it to go, and it does not go by itself, as the probes of a smoke test do. */
function isStaying({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined && metadata.labels?.[SMOKE_LABEL] === undefined;
}

/** Made by one of CN2's own workloads, which go with it: whoever else runs beside them has to be asked. */
function isOfCn2Workload(pod: KubernetesObject): boolean {
  const controller = pod.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller === undefined) return false;
  return controller.name.startsWith('contrail-') || imagesOf(pod).some(({ image }) => isCn2Image(image));
}

function isUnfinished(pod: KubernetesObject): boolean {
  const phase = (pod['status'] as { phase?: string } | undefined)?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed';
}

/**
 * Networks that a pod names by annotation, or its namespace for it, as namespace/name; `alone`: those without a namespace, which are of
 * the pod's own, where another CNI plug-in may have one of that name. Undefined where a value is of no known form.
 */
function namesOf(
  { metadata }: KubernetesObject,
  ofNamespace: string | undefined,
): { full: string[]; alone: string[] } | undefined {
  const { annotations = {}, namespace: own = '' } = metadata;
  const more = namedNetworks(annotations[NETWORKS_ANNOTATION] ?? '');
  if (more === undefined) return undefined;
  const first = (annotations[POD_NETWORK_ANNOTATION] ?? ofNamespace)?.trim() ?? '';
  const names = [...more.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`)), first];
  return {
    full: names.filter((name) => name.includes('/')),
    alone: names.filter((name) => name !== '' && !name.includes('/')).map((name) => `${own}/${name}`),
  };
}

function isOfCn2(nad: KubernetesObject): boolean {
  const config = (nad['spec'] as { config?: unknown } | undefined)?.config;
  return nad.metadata.annotations?.[NAD_NETWORKS_ANNOTATION] !== undefined || String(config).includes(CONTRAIL_CNI);
}

function isAmong(object: KubernetesObject, changes: readonly Change[]): boolean {
  const { name, namespace } = object.metadata;
  return changes.some(
    (change) =>
      change.kind === object.kind &&
      groupOf(change.apiVersion) === groupOf(object.apiVersion) &&
      change.name === name &&
      change.namespace === namespace,
  );
}

/** Whether a pod is one of the fleet's own objects that the plan deletes, or is made by one: its controller, or the owner of that by its name. */
function goesWith(pod: KubernetesObject, changes: readonly Change[]): boolean {
  if (isAmong(pod, changes)) return true;
  const controller = pod.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller === undefined) return false;
  const own = changes.filter(({ action, namespace }) => action === 'delete' && namespace === pod.metadata.namespace);
  return own.some(({ kind, name, uid }) => {
    if (uid !== undefined && uid === controller.uid) return true;
    const suffix = controller.name.startsWith(`${name}-`) ? controller.name.slice(name.length + 1) : '';
    if (kind === 'Deployment') return controller.kind === 'ReplicaSet' && /^[a-z0-9]+$/.test(suffix);
    return kind === 'CronJob' && controller.kind === 'Job' && /^\d+$/.test(suffix);
  });
}
