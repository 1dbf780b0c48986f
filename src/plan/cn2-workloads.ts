import { CENTRAL_KUBEMANAGER, CONTRAIL_NAMESPACE, DEPLOY_NAMESPACE, DEPLOYER, SYSTEM_NAMESPACE } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectName } from '../model/object-ref.ts';
import { seen } from './live-objects.ts';

const OWN_DEPLOYER = `${DEPLOY_NAMESPACE}/${DEPLOYER}`;
const CENTRAL_DEPLOYMENTS: ReadonlySet<string> = new Set([
  `${SYSTEM_NAMESPACE}/contrail-k8s-apiserver`,
  `${SYSTEM_NAMESPACE}/contrail-k8s-controller`,
  `${CONTRAIL_NAMESPACE}/${CENTRAL_KUBEMANAGER}`,
  OWN_DEPLOYER,
]);
const CENTRAL_STATEFUL_SET = `${CONTRAIL_NAMESPACE}/contrail-control`;

/** The workloads of CN2's controllers, which a user installs on the central cluster, as they are there. */
export function centralControllers(central: LiveCluster): KubernetesObject[] {
  const deployments = seen(central, 'apps', 'Deployment').filter(({ metadata }) => CENTRAL_DEPLOYMENTS.has(objectName(metadata)));
  const sets = seen(central, 'apps', 'StatefulSet').filter(({ metadata }) => objectName(metadata) === CENTRAL_STATEFUL_SET);
  return [...deployments, ...sets];
}

/** CN2's deployer on a cluster; empty where it does not run. */
export function deployersOn(cluster: LiveCluster): KubernetesObject[] {
  return seen(cluster, 'apps', 'Deployment').filter(({ metadata }) => objectName(metadata) === OWN_DEPLOYER);
}
