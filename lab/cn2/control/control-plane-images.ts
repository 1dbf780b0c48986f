import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { POD } from './kinds.ts';

/** Images that every node with a control plane has, because its own pods run them. */
export interface ControlPlaneImages {
  apiServer: string;
  etcd: string;
}

/** Asks a cluster that kubeadm made which images its control plane runs; throws where no such pod is there. */
export async function controlPlaneImages(client: KubeClient): Promise<ControlPlaneImages> {
  const { items } = await client.list(POD, 'kube-system');
  return { apiServer: imageOf(items, 'kube-apiserver'), etcd: imageOf(items, 'etcd') };
}

function imageOf(pods: readonly KubernetesObject[], component: string): string {
  const pod = pods.find(({ metadata }) => metadata.labels?.['component'] === component);
  const image = (pod?.['spec'] as { containers: { image: string }[] } | undefined)?.containers[0]?.image;
  if (image === undefined) throw new Error(`no pod of namespace kube-system is the control plane's ${component}`);
  return image;
}
