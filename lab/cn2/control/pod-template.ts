import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type Container, commonOf, emulatorContainer, type Role, WORKLOAD_LABEL } from './workload-parts.ts';

/** What an object's pods have beside what it says itself, for the container that carries its role (the first one). */
export interface Additions {
  role: Role;
  env?: object[];
  ports?: object[];
  readinessProbe?: object;
  volumes?: object[];
  volumeMounts?: object[];
  /** Containers beside those of the object. */
  initContainers?: object[];
  containers?: object[];
  /** Labels of a node beside those that the object selects. */
  nodeSelector?: Record<string, string>;
}

/**
 * The pods of an operator object on the control plane: its containers, selectors and volumes, on the host network and whatever
 * the taints, as CN2 runs before there is a pod network. The first container has the role, the others stand in.
 */
export function podTemplate(owner: KubernetesObject, additions: Additions): object {
  const common = commonOf(owner);
  const volumes = [...(common.volumes ?? []), ...(additions.volumes ?? [])];
  const nodeSelector = { ...common.nodeSelector, ...additions.nodeSelector };
  return {
    metadata: { labels: { app: owner.metadata.name, [WORKLOAD_LABEL]: owner.kind } },
    spec: {
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      serviceAccountName: common.serviceAccountName ?? serviceAccountOf(owner.metadata.namespace),
      terminationGracePeriodSeconds: 1,
      ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
      ...(common.affinity ? { affinity: common.affinity } : {}),
      tolerations: [{ operator: 'Exists' }],
      initContainers: [
        ...(common.initContainers ?? []).map((container) => emulatorContainer(container, 'done')),
        ...(additions.initContainers ?? []),
      ],
      containers: [
        ...(common.containers ?? []).map((container, index) =>
          index === 0 ? withAdditions(container, additions) : emulatorContainer(container, 'stand-in'),
        ),
        ...(additions.containers ?? []),
      ],
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}

function withAdditions(container: Container, { role, env, ports, readinessProbe, volumeMounts }: Additions): object {
  const base = emulatorContainer(container, role);
  return {
    ...base,
    ...(env ? { env: [...(base.env ?? []), ...env] } : {}),
    ...(ports ? { ports } : {}),
    ...(readinessProbe ? { readinessProbe } : {}),
    ...(volumeMounts ? { volumeMounts: [...(base.volumeMounts ?? []), ...volumeMounts] } : {}),
  };
}

/** The service account that the vendor's files make in each of CN2's namespaces. */
function serviceAccountOf(namespace = CONTRAIL_NAMESPACE): string {
  return namespace === CONTRAIL_NAMESPACE ? 'contrail-serviceaccount' : `${namespace}-serviceaccount`;
}
