import { centralNamespace } from '../cn2/central-view.ts';
import { DEFAULT_NETWORK } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import { INTERRUPTIONS, type Interruption } from '../model/interruption.ts';
import type { Plan } from '../model/plan.ts';
import type { DiagnosedPath, Endpoint } from '../model/smoke.ts';

/** Of interruptions those that no packet between pods that run feels: what waits are new pods, and names. */
const NO_PACKETS: ReadonlySet<Interruption> = new Set(['kubemanager', 'dns']);

/**
 * What a plan says that its changes interrupt on a path: vRouters of the cluster of an end, or objects of the namespace of a network at an
 * end. The worst first.
 */
export function plannedFor({ source, target }: DiagnosedPath, plan: Pick<Plan, 'clusters'>, fleet: Fleet): Interruption[] {
  const places = [source, target].map((endpoint) => placesOf(endpoint, fleet));
  const found = new Set<Interruption>();
  for (const { name: cluster, changes } of plan.clusters) {
    for (const { disrupts = [], namespace, kind, name } of changes) {
      const concerns = places.some(
        ({ clusters, namespaces }) =>
          namespaces.has(`${cluster}/${kind === 'Namespace' ? name : (namespace ?? '')}`) ||
          disrupts.some(({ where }) => clusters.has(where)),
      );
      if (concerns) for (const { what } of disrupts) if (!NO_PACKETS.has(what)) found.add(what);
    }
  }
  return INTERRUPTIONS.filter((what) => found.has(what));
}

/** Where an end of a path is felt: its cluster as a whole, and its namespace on its own cluster and on the central one. */
function placesOf({ cluster, network }: Endpoint, fleet: Fleet): { clusters: Set<string>; namespaces: Set<string> } {
  const clusters = new Set([cluster]);
  if (network === DEFAULT_NETWORK) return { clusters, namespaces: new Set() };
  const namespace = network.slice(0, network.indexOf('/'));
  const central = `${fleet.central.name}/${centralNamespace(fleet, cluster, namespace)}`;
  return { clusters, namespaces: new Set([`${cluster}/${namespace}`, central]) };
}
