import { detachStep } from '../cn2/detach-steps.ts';
import { type Gate, seenAs, type Watched } from '../cn2/gate.ts';
import { all, waiting } from '../cn2/health.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import { CLAIM_KIND, NAD_GROUP, NAD_KIND, networkUsers } from './network-users.ts';

/**
 * Before a detach takes the first network away: nothing on the cluster needs one any more, and what was asked to go has gone. The plan has
 * named what stays; this sees who came since, and waits for the pods of what was deleted just before.
 */
export function unusedGate(fleet: Fleet, cluster: DistributedCluster, plan: Pick<Plan, 'clusters'>): Gate {
  const { name } = cluster;
  const watch: Record<string, Watched> = {
    pods: { cluster: name, group: '', kind: 'Pod' },
    namespaces: { cluster: name, group: '', kind: 'Namespace' },
    definitions: { cluster: name, group: NAD_GROUP, kind: NAD_KIND },
    claims: { cluster: name, group: '', kind: CLAIM_KIND },
  };
  // What is deleted before counts as long as it is there.
  const clusters = plan.clusters.map((each) => ({
    ...each,
    changes: each.changes.filter((change) => change.for !== name || detachStep(change) !== 'extra'),
  }));
  return {
    stage: '90-routers',
    cluster: name,
    watch,
    judge(seen) {
      const listings = Object.entries(watch).map(([key, watched]) => listed(watched, seenAs(seen, key)));
      return all(networkUsers(fleet, cluster, { clusters: [alone(name, listings)] }, { clusters }, () => true).map(waiting));
    },
  };
}

function listed({ group, kind }: Watched, items: readonly KubernetesObject[]): LiveCluster['listings'][number] {
  const resource: Resource = { group, kind, version: '', plural: '', namespaced: true };
  return { group, kind, status: 'listed', resource, items: [...items] };
}

function alone(name: string, listings: LiveCluster['listings']): LiveCluster {
  return {
    name,
    role: 'distributed',
    status: 'known',
    resources: [],
    unavailableGroups: [],
    listings,
    emulated: false,
    requests: 0,
  };
}
