import { parse } from 'yaml';
import { canonicalCidr, parseCidr, sameCidr } from '../declare/cidr.ts';
import { simpleYamlData } from '../declare/simple-yaml.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveCluster } from '../model/live.ts';
import { clusterPlace, declaredCluster } from './live-cluster.ts';
import { finding, type LiveInput, type Rule } from './rule.ts';

/** kubeadm records in kube-system/kubeadm-config what a cluster was created with; others are not checked. */
export const realSubnets: Rule = {
  id: 'E3',
  sentence:
    'The declared pod and service subnets are those that the cluster was created with (kube-system/kubeadm-config): they are passed to the Kubemanager.',
  remedy: 'Declare the subnets that the cluster has.',
  source: 'documented',
  judgeLive(input) {
    return input.live.clusters.flatMap((cluster) => {
      const networking = kubeadmNetworking(cluster);
      return (['pod', 'service'] as const).flatMap((use) => judgeUse(input, cluster, use, networking?.[`${use}Subnet`]));
    });
  },
};

function judgeUse({ fleet, source }: LiveInput, { name, role }: LiveCluster, use: 'pod' | 'service', text: unknown): Finding[] {
  const declared = declaredCluster(fleet, name)?.cluster[`${use}Subnets`];
  const real = typeof text === 'string' ? text.split(',').map((part) => part.trim()) : [];
  // A value that kubeadm did not set, or not in this form, says nothing.
  if (declared === undefined || real.length === 0 || !real.every((cidr) => parseCidr(cidr))) return [];
  const same = real.length === declared.length && real.every((cidr) => declared.some((other) => sameCidr(cidr, other)));
  if (same) return [];
  const actual = real.map(canonicalCidr).join(', ');
  return [
    finding(
      realSubnets,
      clusterPlace(fleet, source, name, `${use}Subnets`),
      `${use} subnets of ${name} are declared as ${declared.map(canonicalCidr).join(', ') || 'none'}, but the cluster was created with ${actual}`,
      {
        cluster: name,
        remedy: `Declare ${use}Subnets: [${real.map((cidr) => JSON.stringify(canonicalCidr(cidr))).join(', ')}], or create the cluster with the declared ones.`,
        // CN2 is not given those of the central cluster; other clusters' subnets are compared with them.
        ...(role === 'central' ? { severity: 'warning' as const } : {}),
      },
    ),
  ];
}

function kubeadmNetworking({ listings }: LiveCluster): Record<string, unknown> | undefined {
  const listing = listings.find(({ group, kind }) => group === '' && kind === 'ConfigMap');
  const object =
    listing?.status === 'listed'
      ? listing.items.find(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'kubeadm-config')
      : undefined;
  const text = (object as { data?: Record<string, unknown> } | undefined)?.data?.['ClusterConfiguration'];
  try {
    const configuration =
      typeof text === 'string'
        ? ((simpleYamlData(text) ?? parse(text, { logLevel: 'silent' })) as { networking?: unknown } | null)
        : null;
    const networking = configuration?.networking;
    return networking !== null && typeof networking === 'object' ? (networking as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
