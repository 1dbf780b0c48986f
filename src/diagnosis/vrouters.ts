import { fieldsOf } from '../cn2/json-nodes.ts';
import { CORE } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Endpoint } from '../model/smoke.ts';
import { find, type PathFacts, readable } from './facts.ts';
import { type Fault, faultOf, faultOfObject } from './fault.ts';

/** What of CN2's data plane is not there for these ends of a path: DaemonSets of their clusters first, then the vRouters of their nodes. */
export function vrouterFault(ends: readonly Endpoint[], central: string, facts: PathFacts): Fault | undefined {
  return firstOf(ends, ({ cluster }) => daemonSetFault(cluster, facts)) ?? firstOf(ends, (end) => nodeFault(end, central, facts));
}

function firstOf(ends: readonly Endpoint[], fault: (end: Endpoint) => Fault | undefined): Fault | undefined {
  for (const end of ends) {
    const found = fault(end);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A DaemonSet of CN2 whose pods are not all ready. */
function daemonSetFault(cluster: string, { daemonSets }: PathFacts): Fault | undefined {
  for (const daemonSet of readable(daemonSets.get(cluster))) {
    const { desiredNumberScheduled: wanted, numberReady: ready = 0 } = fieldsOf(daemonSet['status']);
    if (typeof wanted === 'number' && typeof ready === 'number' && ready < wanted)
      return faultOf('vrouter', daemonSet, cluster, `has ${ready} of ${wanted} pods ready`);
  }
  return undefined;
}

/**
 * The vRouter of the node that a probe ran on, as the central cluster knows it: by the name of the node. Where nobody knows which node it
 * was, only what is wrong with every node of the cluster is a cause.
 */
function nodeFault(end: Endpoint, central: string, facts: PathFacts): Fault | undefined {
  const faults = nodeFaults(end, central, facts);
  return faults.every((fault) => fault !== undefined) ? faults[0] : undefined;
}

/** Nodes of these clusters without a vRouter that works, which may or may not be where a probe ran. */
export function nodesWithoutRouter(clusters: readonly string[], central: string, facts: PathFacts): string[] {
  return clusters.flatMap((cluster) =>
    nodeFaults({ cluster, network: '' }, central, facts).flatMap((fault) => fault?.cause ?? []),
  );
}

/** Of each node that the probe may have run on, in their order. */
function nodeFaults(
  { cluster, node }: Endpoint,
  central: string,
  { central: { VirtualRouter: routers }, nodes }: PathFacts,
): (Fault | undefined)[] {
  if (typeof routers === 'string') return [];
  const names = node === undefined ? readable(nodes.get(cluster)).map(({ metadata }) => metadata.name) : [node];
  return names.map((name) => {
    const fault = faultOfObject('vrouter', wanted(name), find(routers, name), central);
    return fault && { ...fault, cause: `${fault.cause}: the vRouter of node ${name} of ${cluster}, expected Success` };
  });
}

function wanted(name: string): KubernetesObject {
  return { apiVersion: `${CORE}/v1alpha1`, kind: 'VirtualRouter', metadata: { name } };
}
