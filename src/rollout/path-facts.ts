import type { ResourceLookup } from '../apply/resources.ts';
import { CONTRAIL_NAMESPACE, CORE } from '../cn2/names.ts';
import { CENTRAL_KINDS, type CentralKind, type ClusterAccess, type Listed, type PathFacts } from '../diagnosis/facts.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { PairVerdict } from '../model/smoke.ts';
import { type Cluster, ClusterError, type ClusterErrorShape } from '../ports/cluster.ts';

/** What is asked for the facts. */
export interface Asked {
  clusters: ReadonlyMap<string, Cluster>;
  resources: ResourceLookup;
  /** Why there is no connection to a cluster, by its name. */
  unconnected?: ReadonlyMap<string, string>;
}

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
/** Without them nothing is missing: they were never made there. */
const OPTIONAL: ReadonlySet<string> = new Set(['FirewallPolicy', 'NetworkPolicy'] satisfies (CentralKind | 'NetworkPolicy')[]);
/** Answers that tell of the cluster, not of what was asked. */
const CLOSED: ReadonlySet<ClusterErrorShape['cause']> = new Set([
  'unreachable',
  'timeout',
  'certificate',
  'unauthorized',
  'credential',
  'unavailable',
]);

/**
 * Reads what paths depend on: one LIST of each kind on the central cluster, and of DaemonSets, nodes and policies of each cluster that has an
 * end of a path. What cannot be read is a text that says why; nothing here fails.
 */
export async function pathFacts(fleet: Fleet, pairs: readonly PairVerdict[], asked: Asked): Promise<PathFacts> {
  const { name: central } = fleet.central;
  const ends = [...new Set([central, ...pairs.flatMap(({ source, target }) => [source.cluster, target.cluster])])];
  const everywhere = (group: string, kind: string, namespace?: string) =>
    mapOf(ends, (name) => list(asked, name, group, kind, namespace));
  const [access, byKind, daemonSets, nodes, networkPolicies] = await Promise.all([
    mapOf(ends, (name) => accessOf(asked, name)),
    mapOf(CENTRAL_KINDS, (kind) => list(asked, central, kind === 'Namespace' ? '' : CORE, kind)),
    everywhere('apps', 'DaemonSet', CONTRAIL_NAMESPACE),
    everywhere('', 'Node'),
    everywhere('networking.k8s.io', 'NetworkPolicy'),
  ]);
  return { access, central: Object.fromEntries(byKind) as unknown as PathFacts['central'], daemonSets, nodes, networkPolicies };
}

async function mapOf<Key extends string, Value>(keys: readonly Key[], value: (key: Key) => Promise<Value>) {
  return new Map(await Promise.all(keys.map(async (key) => [key, await value(key)] as const)));
}

async function list(
  { clusters, resources }: Asked,
  name: string,
  group: string,
  kind: string,
  namespace: string | undefined = undefined,
): Promise<Listed> {
  const cluster = clusters.get(name);
  if (cluster === undefined) return `no connection to ${name}`;
  try {
    const resource = await resources(name, group, kind);
    if (resource === undefined) return OPTIONAL.has(kind) ? [] : `${name} serves no ${kind}`;
    return await cluster.list(resource, present({ namespace }));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return error.message;
  }
}

async function accessOf({ clusters, unconnected }: Asked, name: string): Promise<ClusterAccess> {
  const cluster = clusters.get(name);
  if (cluster === undefined) return { problem: unconnected?.get(name) ?? `${name}: there is no connection` };
  const { server } = cluster;
  try {
    const system = await cluster.get({ resource: NAMESPACES, name: 'kube-system' });
    return { server, ...present({ uid: system?.metadata.uid }) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { server, ...present({ problem: CLOSED.has(error.cause) ? error.message : undefined }) };
  }
}
