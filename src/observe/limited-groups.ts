import type { LimitedGroup } from '../model/abilities.ts';
import type { Listing } from '../model/live.ts';
import type { Cluster } from '../ports/cluster.ts';

/**
 * Groups of what was listed whose API lacks something for one of their kinds, by name. Asked after the listings: whether records of
 * owners are kept shows in the objects. Throws the ClusterError of a description that cannot be read.
 */
export async function limitedGroups(cluster: Cluster, listings: readonly Listing[]): Promise<LimitedGroup[]> {
  const groups = new Map<string, LimitedGroup>();
  for (const listing of listings) {
    if (listing.status !== 'listed') continue;
    const { serverSideApply, dryRun } = await cluster.abilities(listing.resource);
    const group = groups.get(listing.group) ?? { group: listing.group, serverSideApply: true, dryRun: true };
    group.serverSideApply &&= serverSideApply;
    group.dryRun &&= dryRun;
    groups.set(listing.group, group);
  }
  return [...groups.values()]
    .filter(({ serverSideApply, dryRun }) => !serverSideApply || !dryRun)
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}
