import type { Cluster } from '../../src/ports/cluster.ts';
import { listed } from './lab.ts';

/** What an object says, without what differs from run to run. */
export interface Remains {
  labels: unknown;
  /** Who has written, and how. */
  managers: string[];
  /** Of status. */
  state: unknown[];
  content?: Record<string, unknown>;
}

/** Kinds whose content comes from the vendor's manifests. */
const OF_THE_VENDOR = new Set(['Vrouter', 'Deployment', 'DaemonSet', 'ClusterRole', 'ClusterRoleBinding', 'ServiceAccount']);

/** The objects that an attach leaves behind: cluster/kind/namespace/name → what they say. */
export async function snapshot(clusters: ReadonlyMap<string, Cluster>): Promise<Record<string, Remains>> {
  const kinds = [
    'Namespace',
    'Kubemanager',
    'Vrouter',
    'Subnet',
    'VirtualNetwork',
    'VirtualNetworkRouter',
    'VirtualRouter',
    'Deployment',
    'DaemonSet',
    'ClusterRole',
    'ClusterRoleBinding',
    'ServiceAccount',
  ];
  const objects: Record<string, Remains> = {};
  for (const [name, cluster] of clusters) {
    for (const kind of kinds) {
      for (const object of await listed(cluster, kind)) {
        const { metadata, spec, status, rules, roleRef, subjects } = object;
        const state = (status as { state?: unknown; phase?: unknown } | undefined) ?? {};
        objects[[name, kind, metadata.namespace ?? '_', metadata.name].join('/')] = {
          labels: metadata.labels,
          managers: [...new Set(metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`))].sort(),
          state: [state.state, state.phase],
          content: { spec: comparable(kind, spec), rules, roleRef, subjects },
        };
      }
    }
  }
  return objects;
}

/** What does not depend on which manifests of the vendor a cluster was attached with. */
export function withoutManifests(objects: Readonly<Record<string, Remains>>): Record<string, Remains> {
  return Object.fromEntries(
    Object.entries(objects).map(([key, { content, ...marks }]) => [
      key,
      OF_THE_VENDOR.has(key.split('/')[1] ?? '') ? marks : { ...marks, ...(content ? { content } : {}) },
    ]),
  );
}

/** Workloads by their images; where a node is reached is a matter of the lab's network. */
function comparable(kind: string, spec: unknown): unknown {
  if (kind === 'Deployment' || kind === 'DaemonSet') return templateImages(spec);
  if (kind === 'VirtualRouter') return { ...(spec as object), virtualRouterIPAddress: undefined };
  return withoutIdentities(spec);
}

/** What an object refers to, by its name: identities differ from run to run. */
function withoutIdentities(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIdentities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'uid' && key !== 'resourceVersion')
      .map(([key, member]) => [key, withoutIdentities(member)]),
  );
}

function templateImages(spec: unknown): unknown {
  const template = (spec as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined)?.template;
  return template?.spec?.containers?.map(({ image }) => image);
}
