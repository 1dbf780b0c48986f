import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type Common, commonOf, emulatorContainer, ownedBy, WORKLOAD_LABEL } from './workload-parts.ts';

/**
 * The DaemonSet of a Vrouter object: its containers and images, on the host network of every node that its selectors choose.
 * The container contrail-vrouter-agent is the node agent; it is ready once the node has a CNI.
 */
export function vrouterDaemonSet(vrouter: KubernetesObject): KubernetesObject {
  const common = commonOf(vrouter);
  const labels = { app: vrouter.metadata.name, [WORKLOAD_LABEL]: 'Vrouter' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {
      name: vrouter.metadata.name,
      namespace: vrouter.metadata.namespace ?? CONTRAIL_NAMESPACE,
      labels,
      ownerReferences: [ownedBy(vrouter)],
    },
    spec: {
      selector: { matchLabels: { app: vrouter.metadata.name } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: maxUnavailable(vrouter) } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          hostPID: true,
          dnsPolicy: 'ClusterFirstWithHostNet',
          priorityClassName: 'system-node-critical',
          serviceAccountName: common.serviceAccountName ?? 'contrail-serviceaccount',
          terminationGracePeriodSeconds: 1,
          ...(common.nodeSelector ? { nodeSelector: common.nodeSelector } : {}),
          ...(common.affinity ? { affinity: common.affinity } : {}),
          tolerations: [{ operator: 'Exists' }],
          initContainers: (common.initContainers ?? []).map((container) => emulatorContainer(container, 'done')),
          containers: (common.containers ?? []).map((container) =>
            container.name === 'contrail-vrouter-agent' ? agent(container) : emulatorContainer(container, 'stand-in'),
          ),
          volumes: [
            ...(common.volumes ?? []),
            ...HOST_FOLDERS.map(({ name, path, type }) => ({ name, hostPath: { path, type } })),
          ],
        },
      },
    },
  };
}

/** What the agent needs of its node. /usr/lib/cni and /opt/cni/bin: where Debian's containerd and the official node image look. */
const HOST_FOLDERS = [
  { name: 'cni-config', path: '/etc/cni/net.d', type: 'DirectoryOrCreate' },
  { name: 'cni-programs', path: '/opt/cni/bin', type: 'DirectoryOrCreate' },
  { name: 'cni-programs-debian', path: '/usr/lib/cni', type: 'DirectoryOrCreate' },
  { name: 'run', path: '/run', type: 'Directory' },
  { name: 'network-namespaces', path: '/run/netns', type: 'DirectoryOrCreate' },
] as const;

function agent(container: NonNullable<Common['containers']>[number]): object {
  const base = emulatorContainer(container, 'vrouter-agent');
  return {
    ...base,
    env: [...(base.env ?? []), { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    securityContext: { privileged: true },
    volumeMounts: [
      ...(base.volumeMounts ?? []),
      ...HOST_FOLDERS.map(({ name, path }) => ({
        name,
        mountPath: path,
        // Network namespaces of pods that start later must become visible in the running container.
        ...(name === 'network-namespaces' || name === 'run' ? { mountPropagation: 'HostToContainer' } : {}),
      })),
    ],
    readinessProbe: {
      exec: { command: ['sh', '-c', 'test -e /run/cn2-emulator/ready'] },
      periodSeconds: 1,
      failureThreshold: 2,
    },
  };
}

function maxUnavailable(vrouter: KubernetesObject): string | number {
  const value = (vrouter.spec as { maxUnavailablePercentage?: string | number } | undefined)?.maxUnavailablePercentage;
  return value ?? 1;
}
