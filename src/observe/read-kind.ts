import pMap from 'p-map';
import type { GroupKind, KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { Listing } from '../model/live.ts';
import { type Cluster, ClusterError, type Discovery } from '../ports/cluster.ts';
import { problemOf } from './problem.ts';
import type { NamedObject, WantedKind } from './wanted.ts';

/** Requests in flight per cluster: the adapter keeps that many sockets. */
export const LANES = 16;

/** What a cluster serves. */
type Served = Pick<Discovery, 'resources' | 'unavailableGroups'>;

/** One LIST of a kind, without a selector: objects that were created by hand are seen too. */
export async function readKind(cluster: Cluster, discovery: Served, wanted: WantedKind): Promise<Listing> {
  const { group, kind } = wanted;
  const resource = resourceOf(discovery, wanted);
  if (resource === undefined) return unserved(cluster, discovery, wanted);
  try {
    return { group, kind, status: 'listed', resource, items: await cluster.list(resource) };
  } catch (error) {
    // Served a moment ago and gone now: not there (yet).
    if (error instanceof ClusterError && error.cause === 'not-found') return { group, kind, status: 'absent' };
    return { group, kind, status: 'unreadable', problem: problemOf(error) };
  }
}

/** Objects of a kind by name: what is not named is neither read nor judged. */
export async function readNamed(
  cluster: Cluster,
  discovery: Served,
  wanted: GroupKind,
  names: readonly NamedObject[],
): Promise<Listing> {
  const { group, kind } = wanted;
  const resource = resourceOf(discovery, wanted);
  if (resource === undefined) return { ...unserved(cluster, discovery, wanted), named: true };
  try {
    const found = await pMap(names, (name) => cluster.get({ resource, ...name }), { concurrency: LANES });
    return {
      group,
      kind,
      status: 'listed',
      resource,
      items: found.filter((item): item is KubernetesObject => item !== undefined),
      named: true,
    };
  } catch (error) {
    return { group, kind, named: true, status: 'unreadable', problem: problemOf(error) };
  }
}

/** The wanted version where it is served, else the server's preferred one. */
export function resourceOf(discovery: Pick<Discovery, 'resources'>, wanted: WantedKind): Resource | undefined {
  const served = discovery.resources.filter(({ group, kind }) => group === wanted.group && kind === wanted.kind);
  return served.find(({ version }) => version === wanted.version) ?? served[0];
}

function unserved(cluster: Cluster, discovery: Served, { group, kind }: GroupKind): Listing {
  if (!discovery.unavailableGroups.includes(group)) return { group, kind, status: 'absent' };
  const message = `${cluster.name}: the API group ${group} is registered, but its server does not answer`;
  return { group, kind, status: 'unreadable', problem: { cause: 'unavailable', message } };
}
