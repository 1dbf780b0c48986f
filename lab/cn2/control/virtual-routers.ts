import { CLUSTER_NAME_LABEL, CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type ClusterView, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import { ROUTER_ANNOTATIONS, stateOf } from './core-objects.ts';
import { inform } from './informer.ts';
import { apiVersion, NODE, POD } from './kinds.ts';
import { startLoop } from './loop.ts';
import { nodeFacts } from './node-facts.ts';
import { servedKinds } from './served-versions.ts';
import { WORKLOAD_LABEL } from './workload-parts.ts';

/**
 * Keeps one VirtualRouter on the central cluster for every node of the cluster whose vRouter is ready and belongs to it: a
 * Vrouter object with another clusterName reports to nobody. A vRouter that is not ready any more keeps its VirtualRouter, as
 * the node keeps its sessions for a while; one that is gone loses it.
 */
export async function virtualRouters(view: ClusterView, clusterName: string | undefined): Promise<void> {
  const kinds = await servedKinds(view.own, view.signal, { core: false });
  const loop = startLoop('virtual routers', () => reconcile(), view.signal, view.log);
  const trigger = () => loop.trigger();
  const vrouters = inform(view.own, kinds.vrouter, CONTRAIL_NAMESPACE, trigger, view.signal);
  const pods = inform(view.own, POD, CONTRAIL_NAMESPACE, trigger, view.signal);
  const nodes = inform(view.own, NODE, undefined, trigger, view.signal);
  const existing = inform(view.central, view.kinds.virtualRouter, undefined, trigger, view.signal);

  const reconcile = async () => {
    await Promise.all([vrouters.synced, pods.synced, nodes.synced, existing.synced]);
    const reporting = pods.items().filter((pod) => {
      const vrouter = vrouters.get(CONTRAIL_NAMESPACE, pod.metadata.labels?.app ?? '');
      const name = (vrouter?.spec as { clusterName?: string } | undefined)?.clusterName || undefined;
      return pod.metadata.labels?.[WORKLOAD_LABEL] === 'Vrouter' && vrouter !== undefined && name === clusterName;
    });
    const wanted = new Set<string>();
    for (const pod of reporting) {
      const node = nodes.get(undefined, nodeOf(pod) ?? '');
      if (!node) continue;
      wanted.add(node.metadata.name);
      if (isReady(pod)) await ensure(node);
    }
    for (const { metadata } of existing.items()) {
      if (metadata.labels?.[CLUSTER_NAME_LABEL] !== view.prefix || wanted.has(metadata.name)) continue;
      await view.central.delete(view.kinds.virtualRouter, undefined, metadata.name);
    }
  };

  const ensure = async (node: KubernetesObject) => {
    const { name, addresses, podCIDRs } = nodeFacts(node);
    const found = existing.get(undefined, name);
    const owner = found?.metadata.labels?.[CLUSTER_NAME_LABEL];
    if (owner !== undefined && owner !== view.prefix) {
      throw new Error(`VirtualRouter ${name} belongs to ${owner}: node names must be unique over all clusters`);
    }
    const annotations = {
      [ROUTER_ANNOTATIONS.cluster]: view.cluster,
      [ROUTER_ANNOTATIONS.addresses]: JSON.stringify(addresses),
      [ROUTER_ANNOTATIONS.podCIDRs]: JSON.stringify(podCIDRs),
    };
    const same = Object.entries(annotations).every(([key, value]) => found?.metadata.annotations?.[key] === value);
    if (!same) {
      const parent = {
        apiVersion: apiVersion(view.kinds.virtualRouter),
        kind: 'GlobalSystemConfig',
        name: 'default-global-system-config',
      };
      await view.central.apply(
        view.kinds.virtualRouter,
        {
          apiVersion: apiVersion(view.kinds.virtualRouter),
          kind: view.kinds.virtualRouter.kind,
          metadata: { name, labels: { [CLUSTER_NAME_LABEL]: view.prefix }, annotations },
          spec: { parent, virtualRouterIPAddress: addresses[0] ?? '' },
        },
        KUBEMANAGER_MANAGER,
      );
    }
    if (!found || stateOf(found) !== 'Success') {
      await view.central.mergeStatus(view.kinds.virtualRouter, undefined, name, { state: 'Success', observation: '' });
    }
  };
  await loop.ended;
}

function nodeOf(pod: KubernetesObject): string | undefined {
  return (pod.spec as { nodeName?: string } | undefined)?.nodeName;
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = (pod.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
