import { NETWORKS_ANNOTATION, SMOKE_LABEL } from '../cn2/names.ts';
import { canonicalJson, sha256 } from '../declare/digest.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { isOurs, keptLabel, PODS } from './marks.ts';
import { judgePod } from './pod-state.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { pullSecretName, removePullSecret } from './pull-secrets.ts';

/** What a kept pod was made of: it serves again as long as that is what is wanted. */
const MADE_OF_ANNOTATION = 'cn2-fleet/probe';

/** A probe whose pod an earlier test has left running. */
export interface KeptProbe {
  /** With that pod's name. */
  probe: Probe;
  addresses: Addresses;
}

/** A pod that is to be kept, with what it is made of. */
export function podToKeep(probe: Probe, options: Omit<PodOptions, 'now'>): KubernetesObject {
  const pod = probePod(probe, probe.pod, options);
  pod.metadata.annotations = { ...pod.metadata.annotations, [MADE_OF_ANNOTATION]: madeOf(probe, options) };
  return pod;
}

/** The probes that run already as they are wanted. Throws where the pods may not be listed. */
export async function keptProbes(
  cluster: Cluster,
  fleet: string,
  wanted: readonly { probe: Probe; options: Omit<PodOptions, 'now'> }[],
): Promise<KeptProbe[]> {
  const label = keptLabel(fleet);
  const there = (await cluster.list(PODS, { labelSelector: `${SMOKE_LABEL}=${label}` })).filter(isOurs);
  const found: KeptProbe[] = [];
  const serving = new Set<KubernetesObject>();
  for (const { probe, options } of wanted) {
    const own = madeOf(probe, options);
    for (const pod of there) {
      const { namespace, annotations, name } = pod.metadata;
      if (serving.has(pod) || namespace !== probe.namespace || annotations?.[MADE_OF_ANNOTATION] !== own) continue;
      const state = judgePod(pod, probe);
      if (state.state !== 'ready' || isLost(pod)) continue;
      serving.add(pod);
      found.push({ probe: { ...probe, pod: name }, addresses: state.addresses });
      break;
    }
  }
  return found;
}

/**
 * Removes what an earlier test of this fleet has kept and serves no more: another image, other routes, a network that is gone, a pod that has
 * ended. `used`: names of pods by namespace/name. Throws where the pods may not be listed or removed.
 */
export async function removeUnused(cluster: Cluster, fleet: string, used: ReadonlySet<string>): Promise<void> {
  const there = (await cluster.list(PODS, { labelSelector: `${SMOKE_LABEL}=${keptLabel(fleet)}` })).filter(isOurs);
  const gone = there.filter(({ metadata: { namespace, name } }) => !used.has(`${namespace}/${name}`));
  await Promise.all(gone.map((pod) => remove(cluster, pod)));
}

/** Whether its node has gone: the pod seems to run for minutes then, and is not Ready. */
function isLost(pod: KubernetesObject): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status !== 'True');
}

/** Removes all that the tests of a fleet have kept on a cluster, with the pull secrets that it names; says what. */
export async function removeKept(cluster: Cluster, fleet: string): Promise<string[]> {
  const label = keptLabel(fleet);
  const own = (await cluster.list(PODS, { labelSelector: `${SMOKE_LABEL}=${label}` })).filter(isOurs);
  await Promise.all(own.map((pod) => remove(cluster, pod)));
  const removed = own.map(({ metadata }) => `Pod ${metadata.namespace}/${metadata.name}`);
  const name = pullSecretName(label);
  const namespaces = new Set(own.filter((pod) => namesSecret(pod, name)).map(({ metadata }) => metadata.namespace));
  for (const namespace of namespaces)
    if (await removePullSecret(cluster, namespace, label)) removed.push(`Secret ${namespace}/${name}`);
  return removed;
}

function namesSecret(pod: KubernetesObject, name: string): boolean {
  const spec = pod['spec'] as { imagePullSecrets?: { name?: string }[] } | undefined;
  return (spec?.imagePullSecrets ?? []).some((entry) => entry.name === name);
}

async function remove(cluster: Cluster, { metadata: { namespace, name, uid } }: KubernetesObject): Promise<void> {
  try {
    await cluster.delete({ resource: PODS, name, ...present({ namespace }) }, present({ uid }));
  } catch (error) {
    // Replaced in the meantime by an object of the same name: not the one that was seen.
    if (!(error instanceof ClusterError && error.cause === 'conflict')) throw error;
  }
}

/** Everything that the pod is made of but its name. */
function madeOf(probe: Probe, options: Omit<PodOptions, 'now'>): string {
  const { metadata, ...pod } = probePod(probe, 'probe', options);
  return sha256(canonicalJson({ spec: pod['spec'], network: metadata.annotations?.[NETWORKS_ANNOTATION] ?? null })).slice(0, 32);
}
