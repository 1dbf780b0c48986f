import type { KubernetesObject } from '../model/kubernetes.ts';

/** What stage 60 does with a distributed cluster's pods. */
export interface RestartSelection {
  /** To be deleted, CoreDNS first; their controllers make new ones, which CN2 then connects. */
  restart: KubernetesObject[];
  /** Also older than CN2, but nothing would recreate them: only named. */
  bare: KubernetesObject[];
}

/** What CoreDNS is found by (kubeadm and kubespray label it so). */
export const COREDNS_NAMESPACE = 'kube-system';
export const COREDNS_LABEL = { key: 'k8s-app', value: 'kube-dns' } as const;

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** Creation time of the oldest Vrouter object, milliseconds since the epoch: CN2 is not older than that on the cluster. */
export function oldestVrouter(vrouters: readonly KubernetesObject[]): number | undefined {
  const times = vrouters
    .map((vrouter) => Date.parse(vrouter.metadata.creationTimestamp ?? ''))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** CoreDNS, by its label in kube-system. */
export function isDns(pod: KubernetesObject): boolean {
  return pod.metadata.namespace === COREDNS_NAMESPACE && pod.metadata.labels?.[COREDNS_LABEL.key] === COREDNS_LABEL.value;
}

/** A pod that was there before CN2, has a network of its own and still runs: it is not on CN2's network. */
export function isOlderThanCn2(pod: KubernetesObject, oldest: number): boolean {
  const hostNetwork = (pod['spec'] as { hostNetwork?: boolean } | undefined)?.hostNetwork === true;
  const phase = (pod['status'] as { phase?: string } | undefined)?.phase;
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const mirror = pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
  const leaving = pod.metadata.deletionTimestamp !== undefined;
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  return !hostNetwork && !finished && !mirror && !leaving && created < oldest;
}

/** Pods created before the cluster's oldest Vrouter object, in a stable order with CoreDNS first. No Vrouter: none. */
export function selectRestarts(pods: readonly KubernetesObject[], vrouters: readonly KubernetesObject[]): RestartSelection {
  const oldest = oldestVrouter(vrouters);
  if (oldest === undefined) return { restart: [], bare: [] };
  const old = pods.filter((pod) => isOlderThanCn2(pod, oldest)).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const hasController = (pod: KubernetesObject) =>
    pod.metadata.ownerReferences?.some((owner) => owner.controller === true) === true;
  return { restart: old.filter(hasController), bare: old.filter((pod) => !hasController(pod)) };
}

function sortKey(pod: KubernetesObject): string {
  return `${isDns(pod) ? 0 : 1}/${pod.metadata.namespace}/${pod.metadata.name}`;
}
