import { setTimeout as sleep } from 'node:timers/promises';
import { askAsAdministrator } from './administrator.ts';

/** What kubeadm writes down of a cluster. */
export interface KubeadmFacts {
  name: string;
  /** Kubernetes' cluster name in kubeadm-config; default: name. */
  kubernetesClusterName?: string;
  podSubnets?: string[];
  serviceSubnets?: string[];
}

/** The subnet of Services where none is given. */
export const SERVICE_SUBNETS = ['10.96.0.0/16'];

/**
 * What kubeadm would have left behind: rules and the emulated CN2 read the cluster's name and subnets there. Rejects when it cannot be
 * written within about 5 s.
 */
export async function publishKubeadmConfig(url: string, facts: KubeadmFacts): Promise<void> {
  const configuration = [
    'apiVersion: kubeadm.k8s.io/v1beta4',
    'kind: ClusterConfiguration',
    `clusterName: ${facts.kubernetesClusterName ?? facts.name}`,
    'networking:',
    `  podSubnet: "${(facts.podSubnets ?? ['10.244.0.0/16']).join(',')}"`,
    `  serviceSubnet: "${(facts.serviceSubnets ?? SERVICE_SUBNETS).join(',')}"`,
    '',
  ].join('\n');
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: { ClusterConfiguration: configuration },
  };
  // kube-system is made by the API server itself a moment after it is ready.
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await askAsAdministrator(`${url}/api/v1/namespaces/kube-system/configmaps`, object);
    if (answer.ok || answer.status === 409) return;
    await sleep(50);
  }
  throw new Error('kubeadm-config could not be written');
}
