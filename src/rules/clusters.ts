import { isWritten } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { CentralCluster, DistributedCluster, Fleet } from '../model/fleet.ts';

/** A cluster with the place of its entry in the declaration. */
export interface PlacedCluster {
  cluster: CentralCluster | DistributedCluster;
  role: 'central' | 'distributed';
  /** JSON pointer of the entry. */
  at: string;
}

/** Every cluster of the fleet, the central one first. */
export function clustersOf(fleet: Fleet): PlacedCluster[] {
  return [
    { cluster: fleet.central, role: 'central', at: '/central' },
    ...distributedOf(fleet).map(({ cluster, at }) => ({ cluster, role: 'distributed' as const, at })),
  ];
}

/** The distributed clusters with the JSON pointers of their entries. */
export function distributedOf(fleet: Fleet): { cluster: DistributedCluster; at: string }[] {
  return fleet.distributed.map((cluster, index) => ({ cluster, at: pointer('distributed', index) }));
}

/** Pointers to where the declaration names a Kubemanager, the first that is written counts: alone, in a mapping, or by the cluster's name. */
export function kubemanagerPointers(at: string): [string, string, string] {
  return [`${at}/kubemanager/name`, `${at}/kubemanager`, `${at}/name`];
}

/** Whether the declaration itself names a Kubemanager. */
export function isKubemanagerNamed(source: SourceMap, at: string): boolean {
  const [inside, alone] = kubemanagerPointers(at);
  return isWritten(source, inside) || (isWritten(source, alone) && !isWritten(source, `${alone}/spec`));
}
