import { fieldsOf } from '../cn2/json-nodes.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Endpoint } from '../model/smoke.ts';
import { type PathFacts, readable } from './facts.ts';
import { type Fault, faultOf } from './fault.ts';

/**
 * The node of a probe, where its kubelet reports nothing any more: then no pod starts or ends there, and CN2's pods count as not ready
 * whatever they do. Where nobody knows which node it was, only what is so of every node of the cluster is a cause.
 */
export function silentNodeFault({ cluster, node }: Pick<Endpoint, 'cluster' | 'node'>, { nodes }: PathFacts): Fault | undefined {
  const concerned = readable(nodes.get(cluster)).filter(({ metadata }) => node === undefined || metadata.name === node);
  const faults = concerned.map((each) => {
    const { status, message } = readiness(each);
    const why = typeof message === 'string' && message !== '' ? `: ${message.replace(/\.$/, '')}` : '';
    return status === 'Unknown' ? faultOf('probe', each, cluster, `does not report whether it is ready${why}`) : undefined;
  });
  return faults.every((fault) => fault !== undefined) ? faults[0] : undefined;
}

function readiness(node: KubernetesObject): { status?: unknown; message?: unknown } {
  const { conditions } = fieldsOf(node['status']);
  const all = Array.isArray(conditions) ? conditions.map((condition: unknown) => fieldsOf(condition)) : [];
  return all.find(({ type }) => type === 'Ready') ?? {};
}
