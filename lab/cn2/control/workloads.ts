import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type Additions, podTemplate } from './pod-template.ts';
import { ownedBy, WORKLOAD_LABEL } from './workload-parts.ts';

/** The listener port of the central cluster's own kubemanager, which its object does not name. */
const CENTRAL_LISTENER_PORT = 19445;
const REMOTE_FOLDER = '/etc/config/remote';
/** Where a kubemanager finds the kubeconfig of its distributed cluster. */
export const REMOTE_KUBECONFIG_PATH = `${REMOTE_FOLDER}/kubeconfig`;

export interface KubemanagerSpec {
  clusterName?: string;
  kubeconfigSecretName?: string;
  podV4Subnet?: string;
  podV6Subnet?: string;
  serviceV4Subnet?: string;
  serviceV6Subnet?: string;
  listenerPort?: number;
  externalNetworkSelectors?: Record<string, object>;
}

/** The fields of a Kubemanager's spec that the emulation reads. */
export function kubemanagerSpec(kubemanager: KubernetesObject): KubemanagerSpec {
  return (kubemanager.spec ?? {}) as KubemanagerSpec;
}

/**
 * The Deployment of a Kubemanager object. Its pod holds the listener port on the host and mounts the secret that the object
 * names, so a port that is taken or a secret that is missing leaves it unavailable, as Kubernetes does by itself.
 */
export function kubemanagerDeployment(kubemanager: KubernetesObject): KubernetesObject {
  const { listenerPort: port = CENTRAL_LISTENER_PORT, kubeconfigSecretName: secretName } = kubemanagerSpec(kubemanager);
  return deployment(kubemanager, {
    role: 'kubemanager',
    ports: [{ name: 'listener', containerPort: port, hostPort: port, protocol: 'TCP' }],
    env: [
      { name: 'KUBEMANAGER', value: kubemanager.metadata.name },
      { name: 'LISTENER_PORT', value: String(port) },
      { name: 'KUBEMANAGER_EXTERNAL_NETWORK_SELECTORS', value: JSON.stringify(externalSelectors(kubemanager)) },
    ],
    readinessProbe: { httpGet: { path: '/readyz', port }, periodSeconds: 1, failureThreshold: 2 },
    ...(secretName
      ? {
          volumeMounts: [{ name: 'remote-kubeconfig', mountPath: REMOTE_FOLDER, readOnly: true }],
          volumes: [{ name: 'remote-kubeconfig', secret: { secretName, items: [{ key: 'kubeconfig', path: 'kubeconfig' }] } }],
        }
      : {}),
  });
}

/** The networks that Services may take external addresses from: CN2's own selector, then what the object asks for. */
function externalSelectors(kubemanager: KubernetesObject): object {
  const label = 'service.contrail.juniper.net/externalNetworkSelector';
  const builtIn = { networkSelector: { matchLabels: { [label]: 'default-external' } }, namespaceSelector: {} };
  return { 'default-external': builtIn, ...kubemanagerSpec(kubemanager).externalNetworkSelectors };
}

/** The Deployment of an ApiServer object where something else serves the core kinds: stays up and does nothing. */
export function apiServerStandIn(apiServer: KubernetesObject): KubernetesObject {
  return deployment(apiServer, { role: 'stand-in' });
}

/** The Deployment of a Controller object: works out the states of the core objects. */
export function controllerDeployment(controller: KubernetesObject): KubernetesObject {
  return deployment(controller, { role: 'controller' });
}

/** The StatefulSet of a Control object. */
export function controlStatefulSet(control: KubernetesObject): KubernetesObject {
  const { name } = control.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(control),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: podTemplate(control, { role: 'stand-in' }),
    },
  };
}

/** The Deployment of one pod that an operator object becomes. */
export function deployment(owner: KubernetesObject, additions: Additions): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(owner),
    spec: {
      replicas: 1,
      // A second pod beside the first could never get the host port.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: owner.metadata.name } },
      template: podTemplate(owner, additions),
    },
  };
}

function metadataOf(owner: KubernetesObject): KubernetesObject['metadata'] {
  const { name, namespace } = owner.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { app: name, [WORKLOAD_LABEL]: owner.kind },
    ownerReferences: [ownedBy(owner)],
  };
}
