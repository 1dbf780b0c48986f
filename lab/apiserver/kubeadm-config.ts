import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServerOptions } from './apiserver.ts';
import { askAsAdministrator } from './ready.ts';

/** What kubeadm would have left behind: rules and the emulated CN2 read the cluster's name and subnets there. */
export async function publishKubeadmConfig(url: string, options: ApiServerOptions): Promise<void> {
  const configuration = [
    'apiVersion: kubeadm.k8s.io/v1beta4',
    'kind: ClusterConfiguration',
    `clusterName: ${options.kubernetesClusterName ?? options.name}`,
    'networking:',
    `  podSubnet: "${(options.podSubnets ?? ['10.244.0.0/16']).join(',')}"`,
    `  serviceSubnet: "${(options.serviceSubnets ?? ['10.96.0.0/16']).join(',')}"`,
    '',
  ].join('\n');
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: { ClusterConfiguration: configuration },
  });
  // kube-system is made by the API server itself a moment after it is ready.
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await askAsAdministrator(`${url}/api/v1/namespaces/kube-system/configmaps`, { method: 'POST', body });
    if (answer?.ok || answer?.status === 409) return;
    await sleep(50);
  }
  throw new Error('kubeadm-config could not be written');
}
