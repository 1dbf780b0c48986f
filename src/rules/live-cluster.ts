import { placeOf } from '../declare/place.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
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
