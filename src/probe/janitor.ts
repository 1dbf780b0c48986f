import { SMOKE_LABEL, SMOKE_NAMESPACE } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { removeKept } from './kept-probes.ts';
import { isExpired, isOurs, keptLabel, PODS, runLabel, SECRETS } from './marks.ts';
import { pullSecretName, removePullSecret } from './pull-secrets.ts';
import type { SmokeInput } from './run-smoke.ts';

/** Removes from a cluster what earlier tests have left and what is kept no more, and says so; what is in the way of that is a warning. */
export async function lookAfter(
  { clusters, clock, reporter, dead, fleet }: Pick<SmokeInput, 'clusters' | 'clock' | 'reporter' | 'dead' | 'fleet'>,
  name: string,
): Promise<void> {
  const cluster = clusters.get(name);
  if (cluster === undefined) return;
  const steps = [
    () => removeExpired(cluster, clock.now()),
    ...(dead === undefined ? [] : [() => removeOfRun(cluster, fleet, dead)]),
    ...(fleet.smoke?.keepProbes === true ? [] : [() => removeKept(cluster, fleet.metadata.name)]),
  ];
  const problems = new Set<string>();
  // What is in the way of one is not in the way of the next.
  for (const step of steps) {
    try {
      const removed = await step();
      if (removed.length > 0)
        reporter.progress({ type: 'note', text: `${name}: removed from an earlier run: ${removed.join(', ')}` });
    } catch (error) {
      problems.add(error instanceof Error ? error.message : String(error));
    }
  }
  for (const problem of problems)
    reporter.progress({ type: 'warning', text: `${name}: could not look for remains of earlier runs: ${problem}` });
}

/**
 * Removes what a run left behind that could not clean up (killed, or the API was away): only objects with label, expiry and field manager
 * of a smoke test, only past their expiry, only with the uid that was seen. Says what it removed. The namespace of the probes stays: it
 * is an object of the fleet, also where a smoke test of an earlier version made it.
 */
function removeExpired(cluster: Cluster, now: number): Promise<string[]> {
  return removeLeftovers(cluster, (object) => isExpired(object, now));
}

/**
 * The same for one run that is known to have ended, without waiting for its expiry; also its pull secrets where it died before it made a pod
 * that names them.
 */
export async function removeOfRun(cluster: Cluster, fleet: Fleet, runId: string): Promise<string[]> {
  const mayGo = (object: KubernetesObject) => isOfRun(object, runId);
  const removed = await removeLeftovers(cluster, mayGo);
  const own = fleet.networks.filter((network) => network.cluster === cluster.name).map(({ namespace }) => namespace);
  for (const namespace of new Set([SMOKE_NAMESPACE, ...own])) {
    // The one of kept probes is made for each test, so the dead run's belongs to nobody else.
    for (const label of [runLabel(runId), keptLabel(fleet.metadata.name)])
      if (await removePullSecret(cluster, namespace, label)) removed.push(`Secret ${namespace}/${pullSecretName(label)}`);
  }
  return removed;
}

function isOfRun(object: KubernetesObject, runId: string): boolean {
  return isOurs(object) && object.metadata.labels?.[SMOKE_LABEL] === runLabel(runId);
}

async function removeLeftovers(cluster: Cluster, mayGo: (object: KubernetesObject) => boolean): Promise<string[]> {
  const removed: string[] = [];
  const pods = await cluster.list(PODS, { labelSelector: SMOKE_LABEL });
  for (const pod of pods.filter(mayGo)) {
    if (await remove(cluster, pod)) removed.push(objectTitle(refOf(pod)));
    for (const name of pullSecrets(pod)) await removeSecret(cluster, pod.metadata.namespace, name, mayGo);
  }
  return removed;
}

async function remove(cluster: Cluster, pod: KubernetesObject): Promise<boolean> {
  const { namespace, name, uid } = pod.metadata;
  try {
    await cluster.delete({ resource: PODS, name, ...(namespace ? { namespace } : {}) }, present({ uid }));
    return true;
  } catch (error) {
    // Replaced in the meantime by an object of the same name: not the one that was seen.
    if (error instanceof ClusterError && error.cause === 'conflict') return false;
    throw error;
  }
}

/** The secrets are named in the pods that use them, so that no right to list secrets is needed. */
function pullSecrets(pod: KubernetesObject): string[] {
  const spec = pod['spec'] as { imagePullSecrets?: { name?: string }[] } | undefined;
  return (spec?.imagePullSecrets ?? []).flatMap((entry) => (entry.name?.startsWith('cn2-fleet-smoke-') ? [entry.name] : []));
}

async function removeSecret(
  cluster: Cluster,
  namespace: string | undefined,
  name: string,
  mayGo: (object: KubernetesObject) => boolean,
): Promise<boolean> {
  const target = { resource: SECRETS, name, ...(namespace ? { namespace } : {}) };
  const secret = await cluster.get(target);
  if (secret === undefined || !mayGo(secret)) return false;
  await cluster.delete(target, secret.metadata.uid ? { uid: secret.metadata.uid } : {});
  return true;
}
