import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Cluster } from '../ports/cluster.ts';
import { NODES } from './marks.ts';

/** A node that is to have probes; `fault`: why it cannot have any now. */
export interface ProbeNode {
  name: string;
  fault?: string;
}

interface Taint {
  key: string;
  effect?: string;
}

/**
 * The nodes of a cluster that run workloads or the control plane. Left out are those that are cordoned or kept for something else by a taint;
 * one that is not ready is named with that. Throws where nodes may not be listed.
 */
export async function nodesOf(cluster: Cluster): Promise<ProbeNode[]> {
  const nodes = await cluster.list(NODES);
  return nodes.filter(isForProbes).map((node) => {
    const name = node.metadata.name;
    return isReady(node) ? { name } : { name, fault: `node ${name} is not ready` };
  });
}

function isForProbes(node: KubernetesObject): boolean {
  const { unschedulable, taints = [] } = (node['spec'] ?? {}) as { unschedulable?: boolean; taints?: Taint[] };
  return unschedulable !== true && taints.every(({ key, effect }) => effect === 'PreferNoSchedule' || isPassing(key));
}

/** What every probe tolerates, and what says no more than that the node is not ready. */
function isPassing(key: string): boolean {
  return /^node-role\.kubernetes\.io\/(?:control-plane|master)$|^node\.kubernetes\.io\/(?:not-ready|unreachable)$/.test(key);
}

function isReady(node: KubernetesObject): boolean {
  const { conditions = [] } = (node['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
