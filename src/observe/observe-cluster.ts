import pMap from 'p-map';
import { CONTRAIL_NAMESPACE, EMULATED_ANNOTATION } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Listing, LiveCluster, Problem } from '../model/live.ts';
import { present } from '../model/present.ts';
import type { Cluster } from '../ports/cluster.ts';
import { factsOf } from './facts.ts';
import { describe, limitedGroups } from './limited-groups.ts';
import { problemOf } from './problem.ts';
import { LANES, readKind, readNamed, resourceOf } from './read-kind.ts';
import type { Wanted } from './wanted.ts';

/** kubeadm leaves the cluster's real subnets there. */
const KUBEADM_CONFIG = { namespace: 'kube-system', name: 'kubeadm-config' };
const SYSTEM = 'kube-system';

/** One cluster as it is. Never throws for what the cluster does: whatever cannot be read makes its status unknown. */
export async function observeCluster(
  role: LiveCluster['role'],
  cluster: Cluster,
  server: string,
  wanted: Wanted,
): Promise<LiveCluster> {
  try {
    const [discovery, certificate] = await Promise.all([cluster.discover(), cluster.peerCertificate(server)]);
    const described = describe(
      cluster,
      wanted.kinds.flatMap((kind) => resourceOf(discovery, kind) ?? []),
    );
    const readings: (() => Promise<Listing>)[] = [
      ...wanted.kinds.map((kind) => () => readKind(cluster, discovery, kind)),
      () => readNamed(cluster, discovery, { group: '', kind: 'Secret' }, wanted.secrets),
    ];
    // kubeadm's ConfigMap serves a rule only; a cluster that was made otherwise has none.
    if (!wanted.kinds.some(({ group, kind }) => group === '' && kind === 'ConfigMap')) {
      readings.push(() => readNamed(cluster, discovery, { group: '', kind: 'ConfigMap' }, [KUBEADM_CONFIG]));
    }
    const listings = await pMap(readings, (read) => read(), { concurrency: LANES });
    await described;
    const limited = await limitedGroups(cluster, listings);
    const namespaces = itemsOf(listings, '', 'Namespace');
    const uid = namespaces.find(({ metadata }) => metadata.name === SYSTEM)?.metadata.uid;
    const contrail = namespaces.find(({ metadata }) => metadata.name === CONTRAIL_NAMESPACE);
    const problem = problemIn(listings) ?? (uid === undefined ? withoutIdentity(cluster.name) : undefined);
    return {
      name: cluster.name,
      role,
      status: problem === undefined ? 'known' : 'unknown',
      ...present({ problem, uid }),
      resources: discovery.resources,
      unavailableGroups: discovery.unavailableGroups,
      ...(limited.length === 0 ? {} : { limited }),
      listings,
      facts: {
        ...factsOf(itemsOf(listings, '', 'Node'), itemsOf(listings, 'apps', 'DaemonSet')),
        ...present({ certificate }),
        serverVersion: discovery.serverVersion,
      },
      emulated: contrail?.metadata.annotations?.[EMULATED_ANNOTATION] === 'true',
      requests: cluster.counts().total,
    };
  } catch (error) {
    return unknownCluster(cluster.name, role, problemOf(error), cluster.counts().total);
  }
}

/** A cluster about which nothing is known but the reason. */
export function unknownCluster(name: string, role: LiveCluster['role'], problem: Problem, requests: number): LiveCluster {
  return {
    name,
    role,
    status: 'unknown',
    problem,
    resources: [],
    unavailableGroups: [],
    listings: [],
    emulated: false,
    requests,
  };
}

function itemsOf(listings: readonly Listing[], group: string, kind: string): KubernetesObject[] {
  const listing = listings.find((candidate) => candidate.group === group && candidate.kind === kind);
  return listing?.status === 'listed' ? listing.items : [];
}

/** What cannot be read makes the cluster unknown, but for kubeadm's ConfigMap, which serves a rule only, and Secrets without the right to them. */
function problemIn(listings: readonly Listing[]): Problem | undefined {
  let conversion: Problem | undefined;
  for (const listing of listings) {
    if (listing.status !== 'unreadable' || (listing.kind === 'ConfigMap' && listing.named === true)) continue;
    if (listing.kind === 'Secret' && listing.problem.cause === 'forbidden') continue;
    if (listing.problem.cause !== 'conversion') return listing.problem;
    conversion = listing.problem;
  }
  // The least of all problems: an apply may be what ends it.
  return conversion;
}

function withoutIdentity(cluster: string): Problem {
  return { cause: 'error', message: `${cluster}: namespace ${SYSTEM} does not exist, so the cluster cannot be identified` };
}
