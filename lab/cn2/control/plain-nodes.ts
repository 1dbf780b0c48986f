import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { inform } from './informer.ts';
import { DAEMON_SET, NODE, POD } from './kinds.ts';
import { startLoop } from './loop.ts';
import { selects } from './selectors.ts';
import { ownedBy } from './workload-parts.ts';

interface NodeAffinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: {
      nodeSelectorTerms: { matchExpressions?: { key: string; operator: string; values?: string[] }[] }[];
    };
  };
}

interface Template {
  metadata: { labels: Record<string, string> };
  spec: { nodeSelector?: Record<string, string>; affinity?: NodeAffinity; containers: { name: string; image: string }[] };
}

/**
 * Kubelet, scheduler and DaemonSet controller for Node objects behind which there is no machine: every DaemonSet gets a pod per
 * node that it selects, every pod is at once running and ready, and a node is Ready once a pod of a DaemonSet is on it.
 */
export function emulateNodes(client: KubeClient, signal: AbortSignal, log: (line: string) => void): Promise<void> {
  const loop = startLoop('nodes', () => reconcile(), signal, log);
  const trigger = () => loop.trigger();
  const nodes = inform(client, NODE, undefined, trigger, signal);
  const pods = inform(client, POD, undefined, trigger, signal);
  const daemonSets = inform(client, DAEMON_SET, undefined, trigger, signal);

  const reconcile = async () => {
    await Promise.all([nodes.synced, pods.synced, daemonSets.synced]);
    for (const set of daemonSets.items()) await schedule(set);
    for (const pod of pods.items()) await run(pod);
  };

  const schedule = async (set: KubernetesObject) => {
    const template = (set.spec as { template: Template }).template;
    const chosen = nodes.items().filter((node) => fits(template.spec, node));
    for (const node of chosen) {
      const name = `${set.metadata.name}-${node.metadata.name}`;
      if (!pods.get(set.metadata.namespace, name)) await client.create(POD, podOf(set, template, node.metadata.name, name));
      if (!isReady(node)) await markReady(node);
    }
    const count = chosen.length;
    const status = {
      observedGeneration: set.metadata.generation,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
      numberMisscheduled: 0,
    };
    await writeStatus(client, set, status);
  };

  const run = async (pod: KubernetesObject) => {
    const { namespace, name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) return client.delete(POD, namespace, name, 0);
    const phase = (pod.status as { phase?: string } | undefined)?.phase;
    if (phase === 'Succeeded' || phase === 'Failed' || isReady(pod)) return;
    const first = nodes.items()[0];
    if (!(pod.spec as { nodeName?: string }).nodeName) {
      if (first) await bind(client, pod, first.metadata.name);
      return;
    }
    const now = new Date().toISOString();
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    }));
    await client.mergeStatus(POD, namespace, name, { phase: 'Running', startTime: now, conditions });
  };

  const markReady = (node: KubernetesObject) => {
    const now = new Date().toISOString();
    const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now };
    return client.mergeStatus(NODE, undefined, node.metadata.name, { conditions: [condition] });
  };
  return loop.ended;
}

/** Merges a DaemonSet's status where it says something else. */
async function writeStatus(client: KubeClient, workload: KubernetesObject, status: Record<string, unknown>): Promise<void> {
  const now = (workload.status ?? {}) as Record<string, unknown>;
  if (Object.entries(status).every(([key, value]) => (now[key] ?? 0) === value)) return;
  await client.mergeStatus(DAEMON_SET, workload.metadata.namespace, workload.metadata.name, status);
}

function bind(client: KubeClient, pod: KubernetesObject, node: string): Promise<unknown> {
  const { namespace, name } = pod.metadata;
  return client.json('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  });
}

function fits({ nodeSelector = {}, affinity }: Template['spec'], node: KubernetesObject): boolean {
  const labels = node.metadata.labels ?? {};
  if (!selects({ matchLabels: nodeSelector }, labels)) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return !terms || terms.some(({ matchExpressions = [] }) => selects({ matchExpressions }, labels));
}

function podOf(set: KubernetesObject, template: Template, node: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: template.metadata.labels,
      ownerReferences: [ownedBy(set)],
    },
    spec: {
      nodeName: node,
      hostNetwork: true,
      tolerations: [{ operator: 'Exists' }],
      containers: template.spec.containers.map(({ name: container, image }) => ({ name: container, image })),
    },
  };
}

function isReady(object: KubernetesObject): boolean {
  const conditions = (object.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
