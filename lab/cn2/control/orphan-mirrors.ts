import { CLUSTER_NAME_LABEL } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { NAMESPACE } from './kinds.ts';

/** What is there of a central cluster. */
export interface MirrorsSeen {
  namespaces: readonly KubernetesObject[];
  kubemanagers: readonly KubernetesObject[];
  deployments: readonly KubernetesObject[];
}

/** The namespaces `K-…` that nobody keeps any more: neither a Kubemanager of that K nor its Deployment is there. */
export function orphanMirrors({ namespaces, kubemanagers, deployments }: MirrorsSeen): string[] {
  const keepers = [...kubemanagers, ...deployments].map(({ metadata }) => `${metadata.name}-`);
  return namespaces.flatMap(({ metadata }) => {
    const owner = metadata.labels?.[CLUSTER_NAME_LABEL];
    const isMirror = owner !== undefined && metadata.name.startsWith(`${owner}-`);
    if (!isMirror || metadata.deletionTimestamp !== undefined) return [];
    return keepers.some((keeper) => owner.startsWith(keeper)) ? [] : [metadata.name];
  });
}

/** Deletes them. */
export async function removeOrphanMirrors(client: KubeClient, seen: MirrorsSeen): Promise<void> {
  for (const name of orphanMirrors(seen)) await client.delete(NAMESPACE, undefined, name);
}
