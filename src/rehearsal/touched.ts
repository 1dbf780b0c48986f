import { type Fleet, networksOf } from '../model/fleet.ts';
import type { RenderedTree } from '../model/manifest.ts';

/** Clusters of which a change renders an object differently: those that the objects are for. */
export function touchedClusters(before: RenderedTree, after: RenderedTree): Set<string> {
  const was = new Map(before.manifests.map((manifest) => [manifest.path, manifest]));
  const touched = new Set<string>();
  for (const manifest of after.manifests) {
    if (was.get(manifest.path)?.digest !== manifest.digest) touched.add(manifest.for);
    was.delete(manifest.path);
  }
  for (const gone of was.values()) touched.add(gone.for);
  return touched;
}

/** Clusters that are connected with one that is touched, by either side: their paths may be other than before. */
export function connectedClusters(fleets: readonly Fleet[], touched: ReadonlySet<string>): Set<string> {
  const members = fleets
    .flatMap(({ connections }) => connections)
    .map((connection) => networksOf(connection).map((network) => network.slice(0, network.indexOf('/'))));
  return new Set(members.filter((clusters) => clusters.some((name) => touched.has(name))).flat());
}
