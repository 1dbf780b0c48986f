import { cn2Definitions, leftBehind } from '../cn2/left-behind.ts';
import { CORE } from '../cn2/names.ts';
import { isGoneForGood } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { ClusterError } from '../ports/cluster.ts';
import { connectionTo } from './resources.ts';
import { checkpoint, type RunContext } from './run-context.ts';

/** Says what CN2 has left behind of a cluster that was detached. What may not be read is not spoken of. */
export async function reportLeft(context: RunContext, fleet: Fleet, name: string): Promise<void> {
  checkpoint(context);
  const cluster = fleet.distributed.find((candidate) => candidate.name === name)!;
  const central = fleet.central.name;
  const [namespaces, virtualRouters, routingInstances, definitions] = await Promise.all([
    objectsOf(context, central, '', 'Namespace'),
    objectsOf(context, central, CORE, 'VirtualRouter'),
    objectsOf(context, central, CORE, 'RoutingInstance'),
    isGoneForGood(cluster) ? [] : objectsOf(context, name, 'apiextensions.k8s.io', 'CustomResourceDefinition'),
  ]);
  for (const text of leftBehind(cluster, { namespaces, virtualRouters, routingInstances }))
    context.journal.warn(`${central} still has ${text}, which CN2 made for ${name}`);
  const kinds = cn2Definitions(definitions);
  if (kinds.length > 0)
    context.journal.warn(`${name} keeps the definitions of ${kinds.length} kinds of CN2: ${kinds.join(', ')}`);
}

async function objectsOf(context: RunContext, cluster: string, group: string, kind: string): Promise<KubernetesObject[]> {
  try {
    const resource = await context.resources(cluster, group, kind);
    return resource === undefined ? [] : await connectionTo(context.clusters, cluster).list(resource);
  } catch (error: unknown) {
    if (error instanceof ClusterError) return [];
    throw error;
  }
}
