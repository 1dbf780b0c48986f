import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Behavior } from './behavior.ts';
import type { KubeClient } from './client.ts';
import type { Cn2Kinds } from './kinds.ts';

/** What the parts of one kubemanager share. */
export interface ClusterView {
  /** The central cluster's API: the only one with core kinds. */
  central: KubeClient;
  /** The API of the cluster that this kubemanager drives; the same client on the central cluster. */
  own: KubeClient;
  kinds: Cn2Kinds;
  /** `<kubemanager>-<cluster name>` */
  prefix: string;
  /** How peers call the cluster: its clusterName, or the central cluster's Kubernetes name with dashes. */
  cluster: string;
  isCentral: boolean;
  behavior: Behavior;
  signal: AbortSignal;
  log: (line: string) => void;
}

/** Field manager of everything that a kubemanager writes, as published objects name it. */
export const KUBEMANAGER_MANAGER = 'kubemanager';

/** The central name of one of the cluster's own namespaces. */
export function centralNamespace(view: ClusterView, namespace: string): string {
  return view.isCentral ? namespace : `${view.prefix}-${namespace}`;
}

/** Whether an object has been asked to go. */
export function isGoing(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
