import { stringify } from 'yaml';
import { formatCidr, networkOf, parseCidr } from '../../src/declare/cidr.ts';
import type { LabCluster } from './clusters.ts';

/** Where the API server finds its audit policy and writes its log, on the node and in its pod. */
const AUDIT_FOLDER = '/etc/kubernetes/lab-audit';

export interface KindConfigOptions {
  /** The node image is the lab's own: images under node.local, cgroups by cgroupfs. */
  ownImage: boolean;
  /** Folder of this host for the audit log and its policy; absent: no audit log. */
  auditFolder?: string;
}

/**
 * kind's configuration of a cluster, as YAML. No CNI: nodes become Ready when CN2's vRouter installs its own.
 */
export function kindConfig(cluster: LabCluster, options: KindConfigOptions): string {
  const controlPlane = {
    role: 'control-plane',
    ...(options.auditFolder === undefined
      ? {}
      : { extraMounts: [{ hostPath: options.auditFolder, containerPath: AUDIT_FOLDER }] }),
  };
  return stringify(
    {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: cluster.kindName,
      networking: {
        ipFamily: ipFamily(cluster.podSubnets),
        disableDefaultCNI: true,
        kubeProxyMode: 'nftables',
        podSubnet: canonical(cluster.podSubnets),
        serviceSubnet: canonical(cluster.serviceSubnets),
      },
      nodes: [controlPlane, ...Array.from({ length: cluster.workers }, () => ({ role: 'worker' }))],
      kubeadmConfigPatches: [
        stringify(clusterConfiguration(cluster, options)),
        ...PATIENT_KUBEADM.map((configuration) => stringify(configuration)),
        ...(options.ownImage ? [stringify(KUBELET_CONFIGURATION)] : []),
      ],
    },
    { lineWidth: 0 },
  );
}

/** The audit policy: who did what to which object, without bodies (Secrets travel in them). */
export const AUDIT_POLICY = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
});

/** Files in the audit folder. */
export const AUDIT_FILES = { policy: 'policy.yaml', log: 'audit.log' } as const;

/** Linux hosts with cgroup v1 are refused by the kubelet since 1.35 unless told; systemd as driver needs a clean v2 tree. */
const KUBELET_CONFIGURATION = { kind: 'KubeletConfiguration', failCgroupV1: false, cgroupDriver: 'cgroupfs' };

/** Five control planes that start on two cores answer later than the minute that kubeadm gives them unless told. */
const PATIENT_KUBEADM = ['InitConfiguration', 'JoinConfiguration'].map((kind) => ({
  kind,
  timeouts: { kubernetesAPICall: '5m', etcdAPICall: '5m' },
}));

function clusterConfiguration(cluster: LabCluster, options: KindConfigOptions): Record<string, unknown> {
  const audit = options.auditFolder !== undefined;
  return {
    kind: 'ClusterConfiguration',
    clusterName: cluster.kubernetesClusterName,
    ...(options.ownImage ? { imageRepository: 'node.local' } : {}),
    apiServer: {
      certSANs: [cluster.server.address],
      ...(audit
        ? {
            extraArgs: [
              { name: 'audit-policy-file', value: `${AUDIT_FOLDER}/${AUDIT_FILES.policy}` },
              { name: 'audit-log-path', value: `${AUDIT_FOLDER}/${AUDIT_FILES.log}` },
            ],
            extraVolumes: [{ name: 'lab-audit', hostPath: AUDIT_FOLDER, mountPath: AUDIT_FOLDER, pathType: 'Directory' }],
          }
        : {}),
    },
    controllerManager: {
      extraArgs: cluster.podSubnets.map((subnet) => ({
        name: `node-cidr-mask-size${cluster.podSubnets.length > 1 ? (subnet.includes(':') ? '-ipv6' : '-ipv4') : ''}`,
        value: String(nodeMask(subnet, cluster.workers + 1)),
      })),
    },
    // A cluster that is thrown away needs no disk that survives a power cut.
    etcd: { local: { extraArgs: [{ name: 'unsafe-no-fsync', value: 'true' }] } },
  };
}

/**
 * Prefix length of a node's part of a pod subnet: 24, or 8 more than the subnet's for IPv6 (kubeadm's default 64 is refused
 * for a /112), moved so that all nodes fit and that the subnet holds at most 65536 parts, Kubernetes' limit.
 */
export function nodeMask(subnet: string, nodes: number): number {
  const { family, prefix } = parseCidr(subnet) ?? { family: 'v4', prefix: 16 };
  const wanted = family === 'v4' ? 24 : prefix + 8;
  const smallest = prefix + Math.ceil(Math.log2(nodes));
  const largest = Math.min(prefix + 16, family === 'v4' ? 30 : 126);
  return Math.max(smallest, Math.min(wanted, largest));
}

function ipFamily(subnets: readonly string[]): 'ipv4' | 'ipv6' | 'dual' {
  const v6 = subnets.some((subnet) => subnet.includes(':'));
  return v6 && subnets.some((subnet) => !subnet.includes(':')) ? 'dual' : v6 ? 'ipv6' : 'ipv4';
}

function canonical(subnets: readonly string[]): string {
  return subnets
    .map((subnet) => {
      const cidr = parseCidr(subnet);
      return cidr ? formatCidr(networkOf(cidr)) : subnet;
    })
    .join(',');
}
