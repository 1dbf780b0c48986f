import { DATAPLANE } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveCluster } from '../model/live.ts';
import { clustersOf, type PlacedCluster } from './clusters.ts';

/** The declared cluster of that name. */
export function declaredCluster(fleet: Fleet, name: string): PlacedCluster | undefined {
  return clustersOf(fleet).find(({ cluster }) => cluster.name === name);
}

/** Where the declaration names a cluster, or one key of its entry; undefined where there is no declaration to point into. */
export function clusterPlace(fleet: Fleet, source: SourceMap | undefined, name: string, key = 'name'): FilePosition | undefined {
  const at = declaredCluster(fleet, name)?.at;
  return source && at !== undefined ? placeOf(source, `${at}/${key}`, `${at}/name`, at) : undefined;
}

/** Whether CN2 does not run there yet. A listing that could not be read says nothing; it does not count as "none". */
export function isWithoutVrouter(cluster: LiveCluster): boolean {
  const listing = cluster.listings.find(({ group, kind }) => group === DATAPLANE && kind === 'Vrouter');
  if (listing === undefined || listing.status === 'unreadable') return false;
  return listing.status === 'absent' || listing.items.length === 0;
}
