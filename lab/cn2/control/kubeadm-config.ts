import { parse } from 'yaml';
import { parseCidr } from '../../../src/declare/cidr.ts';
import type { KubeClient } from './client.ts';
import type { DefaultCidrs } from './default-networks.ts';
import { CONFIG_MAP } from './kinds.ts';
import type { KubemanagerSpec } from './workloads.ts';

/** What kubeadm left behind about a cluster; throws where its ConfigMap is missing. */
export async function kubeadmCluster(client: KubeClient): Promise<{ name: string; cidrs: DefaultCidrs }> {
  const config = await client.get(CONFIG_MAP, 'kube-system', 'kubeadm-config');
  const text = (config?.data as { ClusterConfiguration?: string } | undefined)?.ClusterConfiguration;
  if (text === undefined) throw new Error('ConfigMap kube-system/kubeadm-config is missing');
  const parsed = parse(text) as { clusterName?: string; networking?: { podSubnet?: string; serviceSubnet?: string } };
  const { podSubnet = '', serviceSubnet = '' } = parsed.networking ?? {};
  return {
    name: parsed.clusterName ?? 'kubernetes',
    cidrs: defined({
      podV4: ofFamily(podSubnet, 'v4'),
      podV6: ofFamily(podSubnet, 'v6'),
      serviceV4: ofFamily(serviceSubnet, 'v4'),
      serviceV6: ofFamily(serviceSubnet, 'v6'),
    }),
  };
}

/** The CIDRs that a distributed cluster's Kubemanager names. */
export function kubemanagerCidrs(spec: KubemanagerSpec): DefaultCidrs {
  return defined({
    podV4: spec.podV4Subnet,
    podV6: spec.podV6Subnet,
    serviceV4: spec.serviceV4Subnet,
    serviceV6: spec.serviceV6Subnet,
  });
}

function ofFamily(list: string, family: 'v4' | 'v6'): string | undefined {
  return list
    .split(',')
    .map((cidr) => cidr.trim())
    .find((cidr) => parseCidr(cidr)?.family === family);
}

function defined(cidrs: Record<keyof DefaultCidrs, string | undefined>): DefaultCidrs {
  return Object.fromEntries(Object.entries(cidrs).filter(([, cidr]) => cidr !== undefined && cidr !== ''));
}
