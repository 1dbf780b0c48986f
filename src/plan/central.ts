import { centralHealth } from '../cn2/gate-preflight.ts';
import { CORE } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import { liveCluster, seen } from './live-objects.ts';

/** CN2 on the central cluster is a precondition of every change: what it lacks, as a finding. Silent where it could not be read. */
export function centralFinding(fleet: Fleet, live: LiveState): Finding | undefined {
  const central = liveCluster(live, fleet.central.name);
  if (central === undefined || central.status === 'unknown') return undefined;
  const health = centralHealth(fleet, {
    apiServices: seen(central, 'apiregistration.k8s.io', 'APIService'),
    deployments: seen(central, 'apps', 'Deployment'),
    statefulSets: seen(central, 'apps', 'StatefulSet'),
    networks: seen(central, CORE, 'VirtualNetwork'),
  });
  if (health.state === 'passed') return undefined;
  return {
    rule: 'cluster',
    severity: 'error',
    cluster: central.name,
    message: `CN2 on the central cluster ${central.name} is not healthy: ${health.detail}`,
    remedy: 'bring CN2 on the central cluster up first; attaching clusters needs its API and controllers',
  };
}
