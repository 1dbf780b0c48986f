import { restartGate } from '../cn2/gate-restart.ts';
import { CONTRAIL_NAMESPACE, DATAPLANE } from '../cn2/names.ts';
import { isDns, selectRestarts } from '../cn2/restart.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { OpenStep } from './journal.ts';
import { inLanes } from './lanes.ts';
import { connectionTo } from './resources.ts';
import { checkpoint, pass, type RunContext, writeContext } from './run-context.ts';
import { persist } from './write-context.ts';

const LANES = 4;
const PODS: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/**
 * Stage 60: deletes the pods that are older than CN2, so that their controllers make ones that CN2 connects; CoreDNS first, and
 * only when it is back the others. Pods without a controller are only named. Answers how many were deleted.
 */
export async function restartPods(context: RunContext, cluster: string, step: OpenStep): Promise<number> {
  const connection = connectionTo(context.clusters, cluster);
  const vrouter = await context.resources(cluster, DATAPLANE, 'Vrouter');
  const [pods, vrouters] = await Promise.all([
    connection.list(PODS),
    vrouter === undefined ? [] : connection.list(vrouter, { namespace: CONTRAIL_NAMESPACE }),
  ]);
  const { restart, bare } = selectRestarts(pods, vrouters);
  for (const pod of bare) {
    context.journal.warn(
      `${objectTitle(refOf(pod, cluster))} is older than CN2 and has no controller: delete and recreate it by hand`,
    );
  }
  const dns = restart.filter(isDns);
  await inLanes(dns, LANES, (pod) => remove(context, cluster, pod));
  if (dns.length > 0) await pass(context, restartGate(cluster), step);
  await inLanes(
    restart.filter((pod) => !isDns(pod)),
    LANES,
    (pod) => remove(context, cluster, pod),
  );
  return restart.length;
}

async function remove(context: RunContext, cluster: string, pod: KubernetesObject): Promise<void> {
  checkpoint(context);
  const { uid, namespace, name } = pod.metadata;
  const target = { resource: PODS, name, ...present({ namespace }) };
  const write = writeContext(context, cluster);
  try {
    await persist(write, () => write.cluster.delete(target, present({ uid })));
  } catch (error: unknown) {
    // Another pod has taken the name (StatefulSet): the old one is gone, which is what was intended.
    if (!(error instanceof ClusterError && error.cause === 'conflict')) throw error;
  }
}
