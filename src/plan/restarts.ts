import { DATAPLANE } from '../cn2/names.ts';
import { isOlderThanCn2, selectRestarts } from '../cn2/restart.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import type { Change } from '../model/plan.ts';
import { seen } from './live-objects.ts';
import { hasController } from './managed.ts';

/** Stage 60 of one cluster: a single change, and only where there are pods that CN2 has not connected. */
export function restartOn(cluster: LiveCluster, desired: readonly Desired[]): Change | undefined {
  const pods = seen(cluster, '', 'Pod');
  const vrouters = seen(cluster, DATAPLANE, 'Vrouter');
  if (vrouters.length > 0) return selectRestarts(pods, vrouters).restart.length > 0 ? restart(cluster.name, false) : undefined;
  const attaches = desired.some(({ manifest, object }) => manifest.cluster === cluster.name && object.kind === 'Vrouter');
  // Every pod of today will be older than the Vrouter objects that this plan makes.
  const old = pods.some((pod) => isOlderThanCn2(pod, Number.POSITIVE_INFINITY) && hasController(pod));
  return attaches && old ? restart(cluster.name, true) : undefined;
}

function restart(cluster: string, predicted: boolean): Change {
  return {
    action: 'restart',
    apiVersion: 'v1',
    kind: 'Pod',
    name: '*',
    for: cluster,
    stage: '60-restart',
    predicted,
    fields: [],
  };
}
