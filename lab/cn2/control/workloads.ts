import { CENTRAL_KUBEMANAGER } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { commonOf, emulatorContainer, ownedBy, WORKLOAD_LABEL } from './workload-parts.ts';

/** The listener port of the central cluster's own kubemanager, which its object does not name. */
export const CENTRAL_LISTENER_PORT = 19445;
/** Where a kubemanager finds the kubeconfig of its distributed cluster. */
export const REMOTE_KUBECONFIG_PATH = '/etc/config/remote/kubeconfig';

export interface KubemanagerSpec {
  clusterName?: string;
  kubeconfigSecretName?: string;
  podV4Subnet?: string;
  podV6Subnet?: string;
  serviceV4Subnet?: string;
  serviceV6Subnet?: string;
  listenerPort?: number;
}

export function kubemanagerSpec(kubemanager: KubernetesObject): KubemanagerSpec {
  return (kubemanager.spec ?? {}) as KubemanagerSpec;
}

/** The host port that a kubemanager takes on its node: two with the same one cannot both run. */
export function kubemanagerPort(kubemanager: KubernetesObject): number {
  return kubemanagerSpec(kubemanager).listenerPort ?? CENTRAL_LISTENER_PORT;
}

/**
 * The Deployment of a Kubemanager object. Its pod holds the listener port on the host and mounts the secret that the object
 * names, so a port that is taken or a secret that is missing leaves it unavailable, as Kubernetes does by itself.
 */
export function kubemanagerDeployment(kubemanager: KubernetesObject): KubernetesObject {
  const port = kubemanagerPort(kubemanager);
  const secret = kubemanagerSpec(kubemanager).kubeconfigSecretName;
  const mount = { name: 'remote-kubeconfig', mountPath: '/etc/config/remote', readOnly: true };
  return deployment(kubemanager, 'kubemanager', {
    container: {
      ports: [{ name: 'listener', containerPort: port, hostPort: port, protocol: 'TCP' }],
      env: [
        { name: 'KUBEMANAGER', value: kubemanager.metadata.name },
        { name: 'LISTENER_PORT', value: String(port) },
      ],
      readinessProbe: { httpGet: { path: '/readyz', port }, periodSeconds: 1, failureThreshold: 2 },
      ...(secret ? { volumeMounts: [mount] } : {}),
    },
    pod: {
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      ...(secret
        ? {
            volumes: [
              { name: 'remote-kubeconfig', secret: { secretName: secret, items: [{ key: 'kubeconfig', path: 'kubeconfig' }] } },
            ],
          }
        : {}),
    },
  });
}

/** The Deployment of an ApiServer object: stays up, serves nothing (the core kinds are custom resources here). */
export function apiServerDeployment(apiServer: KubernetesObject): KubernetesObject {
  return deployment(apiServer, 'stand-in', { pod: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } });
}

/** The Deployment of a Controller object: works out the states of the core objects. */
export function controllerDeployment(controller: KubernetesObject): KubernetesObject {
  const volumes = commonOf(controller).volumes;
  return deployment(controller, 'controller', {
    pod: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', ...(volumes ? { volumes } : {}) },
  });
}

/** The StatefulSet of a Control object. */
export function controlStatefulSet(control: KubernetesObject): KubernetesObject {
  const common = commonOf(control);
  const { metadata, spec } = deployment(control, 'stand-in', {
    pod: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
  });
  const template = (spec as { template: { spec: Record<string, unknown> } }).template;
  template.spec.initContainers = (common.initContainers ?? []).map((container) => emulatorContainer(container, 'vrouter-init'));
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      replicas: 1,
      serviceName: control.metadata.name,
      selector: { matchLabels: { app: control.metadata.name } },
      template,
    },
  };
}

interface Additions {
  /** Joined to the container that carries the object's role (the first one). */
  container?: Record<string, unknown>;
  pod?: Record<string, unknown>;
}

function deployment(owner: KubernetesObject, role: string, additions: Additions): KubernetesObject {
  const common = commonOf(owner);
  const name = owner.metadata.name;
  const labels = { app: name, [WORKLOAD_LABEL]: owner.kind };
  const namespace = owner.metadata.namespace ?? 'contrail';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels, ownerReferences: [ownedBy(owner)] },
    spec: {
      replicas: 1,
      // A second pod beside the first could never get the host port.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: common.serviceAccountName ?? serviceAccount(namespace),
          terminationGracePeriodSeconds: 1,
          ...(common.nodeSelector ? { nodeSelector: common.nodeSelector } : {}),
          ...(common.affinity ? { affinity: common.affinity } : {}),
          tolerations: [{ operator: 'Exists' }],
          containers: (common.containers ?? []).map((container, index) =>
            index === 0
              ? { ...emulatorContainer(container, role), ...(additions.container ?? {}) }
              : emulatorContainer(container, 'stand-in'),
          ),
          ...(additions.pod ?? {}),
        },
      },
    },
  };
}

function serviceAccount(namespace: string): string {
  return namespace === 'contrail' ? 'contrail-serviceaccount' : `${namespace}-serviceaccount`;
}

/** Whether a Kubemanager drives the central cluster itself. */
export function isCentral(kubemanager: KubernetesObject): boolean {
  return kubemanager.metadata.name === CENTRAL_KUBEMANAGER;
}
