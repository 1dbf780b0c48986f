import {
  CENTRAL_KUBEMANAGER,
  CONTRAIL_NAMESPACE,
  centralPrefix,
  DEFAULT_POD_NETWORK,
  DEPLOY_NAMESPACE,
  DEPLOYER,
  SYSTEM_NAMESPACE,
} from '../../../src/cn2/names.ts';
import { RELEASES, releaseOf } from '../../../src/cn2/releases.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { stateOf } from './core-objects.ts';
import { cn2Kinds, DEPLOYMENT, type Kind, NODE, STATEFUL_SET } from './kinds.ts';
import { kubeadmCluster } from './kubeadm-config.ts';

const WORKLOADS: [Kind, string, string][] = [
  [DEPLOYMENT, DEPLOY_NAMESPACE, DEPLOYER],
  [DEPLOYMENT, SYSTEM_NAMESPACE, 'contrail-k8s-apiserver'],
  [DEPLOYMENT, SYSTEM_NAMESPACE, 'contrail-k8s-controller'],
  [DEPLOYMENT, CONTRAIL_NAMESPACE, CENTRAL_KUBEMANAGER],
  [STATEFUL_SET, CONTRAIL_NAMESPACE, 'contrail-control'],
];

/**
 * What a central cluster still lacks, in words; nothing: CN2 is healthy there. Nodes and CoreDNS count only where there are nodes.
 * @param coreVersion the version of core.contrail.juniper.net that the release serves
 * @param release whose images all workloads must run, e.g. 23.4; absent: any
 */
export async function missingOnCentral(client: KubeClient, coreVersion: string, release?: string): Promise<string[]> {
  const missing: string[] = [];
  for (const [kind, namespace, name] of WORKLOADS) {
    const found = await client.get(kind, namespace, name);
    const title = `${kind.kind} ${namespace}/${name}`;
    if (found === undefined) missing.push(`${title} does not exist`);
    else if (release !== undefined && !isOfRelease(found, release)) missing.push(`${title} does not run ${release} yet`);
    else if (!isReady(found)) missing.push(`${title} is not ready`);
  }
  missing.push(...(await missingNetwork(client, coreVersion)), ...(await missingOnNodes(client)));
  return missing;
}

async function missingNetwork(client: KubeClient, coreVersion: string): Promise<string[]> {
  const namespace = `${centralPrefix((await kubeadmCluster(client)).name)}-${CONTRAIL_NAMESPACE}`;
  const network = await client.get(cn2Kinds('v1', coreVersion).virtualNetwork, namespace, DEFAULT_POD_NETWORK);
  const state = stateOf(network);
  if (state === 'Success') return [];
  return [`VirtualNetwork ${namespace}/${DEFAULT_POD_NETWORK} ${network ? `is ${state ?? 'without state'}` : 'does not exist'}`];
}

async function missingOnNodes(client: KubeClient): Promise<string[]> {
  const { items: nodes } = await client.list(NODE);
  if (nodes.length === 0) return [];
  const missing = nodes.filter((node) => !isNodeReady(node)).map(({ metadata }) => `Node ${metadata.name} is not Ready`);
  const dns = await client.get(DEPLOYMENT, 'kube-system', 'coredns');
  if (dns && !isReady(dns)) missing.push('Deployment kube-system/coredns is not ready');
  return missing;
}

/** Images that are not CN2's own have tags of their own. */
function isOfRelease(workload: KubernetesObject, release: string): boolean {
  const { template } = workload.spec as { template: { spec: { containers: { image: string }[] } } };
  const releases = template.spec.containers.map(({ image }) => releaseOf(image.slice(image.lastIndexOf(':') + 1)));
  return releases.every((found) => found === undefined || found === release || !RELEASES.some((each) => each.release === found));
}

function isReady(workload: KubernetesObject | undefined): boolean {
  const status = workload?.status as
    | { observedGeneration?: number; readyReplicas?: number; updatedReplicas?: number }
    | undefined;
  const replicas = (workload?.spec as { replicas?: number } | undefined)?.replicas ?? 1;
  return (
    status?.observedGeneration === workload?.metadata.generation &&
    [status?.readyReplicas, status?.updatedReplicas].every((count = 0) => count >= replicas)
  );
}

function isNodeReady(node: KubernetesObject): boolean {
  const conditions = (node.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
