import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { LabCluster } from './clusters.ts';
import type { NodeProvider } from './provider.ts';
import { onNode } from './provider.ts';

interface Kubeconfig {
  clusters: { name: string; cluster: { server: string } }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  users: unknown[];
}

/** Where a cluster's kubeconfig lies below the lab's folder. */
export function kubeconfigPath(folder: string, cluster: LabCluster): string {
  return join(folder, `${cluster.name}.kubeconfig`);
}

/** kubeadm's administrator kubeconfig of a cluster, dialled at the declared address; written for its owner's eyes only. */
export async function saveKubeconfig(
  provider: NodeProvider,
  controlPlane: string,
  cluster: LabCluster,
  folder: string,
): Promise<string> {
  const path = kubeconfigPath(folder, cluster);
  const text = kubeconfigText(await onNode(provider, controlPlane, ['cat', '/etc/kubernetes/admin.conf']), cluster);
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

/** A cluster's kubeconfig as written by saveKubeconfig. */
export function readKubeconfig(folder: string, cluster: LabCluster): Promise<string> {
  return readFile(kubeconfigPath(folder, cluster), 'utf8');
}

/** admin.conf with the declared `server`, and with the contexts that the declaration names beside kubeadm's own. */
export function kubeconfigText(adminConf: string, cluster: LabCluster): string {
  const config = parse(adminConf) as Kubeconfig;
  for (const entry of config.clusters) entry.cluster.server = cluster.server.url;
  const [first] = config.contexts;
  for (const name of [cluster.kubeconfig.context, cluster.handover?.context]) {
    if (first === undefined || name === undefined || config.contexts.some((context) => context.name === name)) continue;
    config.contexts.push({ name, context: { ...first.context } });
  }
  return stringify(config, { lineWidth: 0 });
}
