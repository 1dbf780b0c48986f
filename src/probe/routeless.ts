import { DEFAULT_NETWORK } from '../expectation/expect.ts';
import type { Endpoint, Expected } from '../model/smoke.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { PODS } from './marks.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';

/** A probe, and the options of its pod, with the routes that it needs. */
export interface Routed {
  probe: Probe;
  options: PodOptions;
}

/**
 * Probes whose namespace takes them, but not the init container that adds their routes, with the reason, which is said once for each
 * namespace before any pod is made. One pod for each is tried and not stored, since only an answer tells: what a server enforces by default
 * is written nowhere.
 */
export async function routelessProbes(
  cluster: Cluster,
  all: readonly Routed[],
  { expected, reporter }: { expected: Expected; reporter: Reporter },
): Promise<Map<Probe, string>> {
  const byNamespace = Map.groupBy(
    all.filter(({ options }) => options.routes.length > 0),
    ({ probe }) => probe.namespace,
  );
  const found = await Promise.all(
    [...byNamespace].map(async ([namespace, routed]): Promise<[Probe, string][]> => {
      const refusal = await refusalOf(cluster, routed[0]!);
      if (refusal === undefined) return [];
      const reason = sentence(cluster.name, namespace, refusal);
      const isIn = (of: Endpoint) => of.cluster === cluster.name && of.network.startsWith(`${namespace}/`);
      const lost = expected.pairs.filter((pair) => leavesItsNetwork(pair) && (isIn(pair.source) || isIn(pair.target)));
      reporter.progress({ type: 'warning', text: `${reason}; ${lost.length} paths will not be measured` });
      return routed.map(({ probe }) => [probe, reason]);
    }),
  );
  return new Map(found.flat());
}

/** Why the pod is refused with its routes, where it is taken without them. */
async function refusalOf(cluster: Cluster, { probe, options }: Routed): Promise<string | undefined> {
  const refusal = await tried(cluster, probe, options);
  if (refusal === undefined) return undefined;
  // Refused without them as well: it is the pod that is not wanted, which is told by making it.
  return (await tried(cluster, probe, { ...options, routes: [] })) === undefined ? refusal : undefined;
}

/** Undefined where the pod would be taken, and where that is not to be told. */
async function tried(cluster: Cluster, probe: Probe, options: PodOptions): Promise<string | undefined> {
  try {
    await cluster.create(PODS, probePod(probe, probe.pod, options), { dryRun: true });
    return undefined;
  } catch (error) {
    return error instanceof ClusterError && ['forbidden', 'invalid'].includes(error.cause) ? error.message : undefined;
  }
}

function sentence(cluster: string, namespace: string, refusal: string): string {
  const level = /PodSecurity "([^"]+)"/.exec(refusal)?.[1];
  const by = level === undefined ? refusal.replace(`${cluster}: `, '') : `Pod Security "${level}"`;
  return `${cluster}: namespace ${namespace} refuses the init container that adds routes to other networks (${by}): allow NET_ADMIN there, or declare these networks in a namespace that allows it`;
}

/** Whether packets between two endpoints leave their network, which takes a route at both of them. */
export function leavesItsNetwork({ source, target }: { source: Endpoint; target: Endpoint }): boolean {
  if (source.network === DEFAULT_NETWORK || target.network === DEFAULT_NETWORK) return false;
  return source.cluster !== target.cluster || source.network !== target.network;
}

/** Whether anything of a probe can be measured that needs no route. */
export function worksWithoutRoutes({ endpoint }: Probe, { pairs }: Expected): boolean {
  const isIts = ({ cluster, network, node }: Endpoint) =>
    cluster === endpoint.cluster && network === endpoint.network && node === endpoint.node;
  return pairs.some((pair) => (isIts(pair.source) || isIts(pair.target)) && !leavesItsNetwork(pair));
}
