import { CLUSTER_NAME_LABEL, CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { parentLabel } from './back-references.ts';
import type { KubeClient } from './client.ts';
import { ROUTER_ANNOTATIONS, specOf, stateOf } from './core-objects.ts';
import { inform } from './informer.ts';
import { apiVersion, type Kind, NODE, POD } from './kinds.ts';
import { startLoop } from './loop.ts';
import { nodeFacts } from './node-facts.ts';
import { WORKLOAD_LABEL } from './workload-parts.ts';

/** Who keeps the VirtualRouters of a cluster, and how they look. */
export interface VirtualRouterMaker {
  /** The cluster with the nodes, and the central one. */
  own: KubeClient;
  central: KubeClient;
  kinds: { vrouter: Kind; virtualRouter: Kind };
  /** Field manager. */
  manager: string;
  /** Tells this maker's objects from those of others. */
  id: string;
  /** Labels of the VirtualRouters of a Vrouter object; undefined: it reports to nobody. */
  labels(vrouter: KubernetesObject): Record<string, string> | undefined;
  /** How the nodes of other clusters call the cluster of a Vrouter object. */
  cluster(vrouter: KubernetesObject): string;
  signal: AbortSignal;
  log: (line: string) => void;
}

const PARENT = { kind: 'GlobalSystemConfig', name: 'default-global-system-config' };

/** clusterName of a Vrouter object; empty where it has none, as on a central cluster. */
export function clusterNameOf(vrouter: KubernetesObject): string {
  return specOf<{ clusterName?: string }>(vrouter).clusterName ?? '';
}

/** The labels of published VirtualRouters: CN2's deployer made them, and copied clusterName from the Vrouter object. */
export function deployerLabels(vrouter: KubernetesObject): Record<string, string> {
  return { [CLUSTER_NAME_LABEL]: clusterNameOf(vrouter), 'core.juniper.net/virtualRouter': 'deployer-generated' };
}

/**
 * Keeps one VirtualRouter on the central cluster for every node of the cluster whose vRouter is ready. A vRouter that is not ready
 * any more keeps its VirtualRouter, as the node keeps its sessions for a while; one that is gone loses it, also when that happens
 * while this ends.
 */
export async function virtualRouters(maker: VirtualRouterMaker): Promise<void> {
  const { own, central, kinds, signal } = maker;
  const loop = startLoop('virtual routers', () => reconcile(), signal, maker.log);
  const trigger = () => loop.trigger();
  const vrouters = inform(own, kinds.vrouter, CONTRAIL_NAMESPACE, trigger, signal);
  const pods = inform(own, POD, CONTRAIL_NAMESPACE, trigger, signal);
  const nodes = inform(own, NODE, undefined, trigger, signal);
  const existing = inform(central, kinds.virtualRouter, undefined, trigger, signal);

  const reconcile = async () => {
    await Promise.all([vrouters.synced, pods.synced, nodes.synced, existing.synced]);
    const wanted = new Set<string>();
    for (const pod of pods.items()) {
      const vrouter = vrouters.get(CONTRAIL_NAMESPACE, pod.metadata.labels?.['app'] ?? '');
      const node = nodes.get(undefined, nodeOf(pod) ?? '');
      const labels = pod.metadata.labels?.[WORKLOAD_LABEL] === 'Vrouter' && vrouter ? maker.labels(vrouter) : undefined;
      if (vrouter === undefined || node === undefined || labels === undefined) continue;
      wanted.add(node.metadata.name);
      if (isReady(pod)) await ensure(node, labels, maker.cluster(vrouter));
    }
    await removeBut(wanted);
  };

  const removeBut = async (wanted: ReadonlySet<string>) => {
    for (const { metadata } of existing.items()) {
      if (metadata.annotations?.[ROUTER_ANNOTATIONS.maker] !== maker.id || wanted.has(metadata.name)) continue;
      await central.delete(kinds.virtualRouter, undefined, metadata.name);
    }
  };

  const ensure = async (node: KubernetesObject, labels: Record<string, string>, cluster: string) => {
    const { name, addresses, podCIDRs } = nodeFacts(node);
    const found = existing.get(undefined, name);
    const owner = found?.metadata.annotations?.[ROUTER_ANNOTATIONS.maker];
    if (owner !== undefined && owner !== maker.id) {
      throw new Error(
        `VirtualRouter ${name} belongs to another cluster (clusterName "${found?.metadata.labels?.[CLUSTER_NAME_LABEL]}"): ` +
          'node names must be unique over all clusters',
      );
    }
    const metadata = {
      labels: { ...labels, ...parentLabel(PARENT.kind, PARENT) },
      annotations: {
        [ROUTER_ANNOTATIONS.maker]: maker.id,
        [ROUTER_ANNOTATIONS.cluster]: cluster,
        [ROUTER_ANNOTATIONS.addresses]: JSON.stringify(addresses),
        [ROUTER_ANNOTATIONS.podCIDRs]: JSON.stringify(podCIDRs),
      },
    };
    if (!hasAll(found?.metadata.labels, metadata.labels) || !hasAll(found?.metadata.annotations, metadata.annotations)) {
      const version = apiVersion(kinds.virtualRouter);
      const spec = {
        fqName: [PARENT.name, name],
        parent: { apiVersion: version, ...PARENT },
        virtualRouterIPAddress: addresses[0] ?? '',
      };
      const object = { apiVersion: version, kind: kinds.virtualRouter.kind, metadata: { name, ...metadata }, spec };
      await central.write(kinds.virtualRouter, object, maker.manager);
    }
    if (!found || stateOf(found) !== 'Success') {
      const status = { state: 'Success', observation: '' };
      await central.mergeStatus(kinds.virtualRouter, undefined, name, status, maker.manager);
    }
  };
  await loop.ended;
  // The Vrouter objects may have gone a moment before their deployer: nobody else would remove what they left.
  const left = await own.list(kinds.vrouter, CONTRAIL_NAMESPACE).catch(() => undefined);
  if (left?.items.length === 0) await removeBut(new Set()).catch(() => {});
}

function hasAll(there: Record<string, string> | undefined, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => there?.[key] === value);
}

function nodeOf(pod: KubernetesObject): string | undefined {
  return (pod['spec'] as { nodeName?: string } | undefined)?.nodeName;
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = (pod['status'] as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
