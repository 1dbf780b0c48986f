import { CONFIGPLANE, DATAPLANE } from '../cn2/names.ts';
import { compareTags } from '../cn2/releases.ts';
import type { DistributedCluster, Fleet, Release } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { declaredTag, imagesOf, isCn2Image, nameOf, tagOf } from '../render/images.ts';
import { centralControllers, deployersOn } from './cn2-workloads.ts';
import { liveCluster, seen } from './live-objects.ts';

/** An image of CN2 that an object on a cluster runs, and the tag that the declaration gives it. */
export interface RunningImage {
  /** Kind and name of the object. */
  of: string;
  name: string;
  tag: string;
  declared: string;
}

/** A distributed cluster on which an older release runs than the declared one, as a whole or in part. */
export interface ClusterUpgrade {
  cluster: string;
  from: string;
  to: string;
}

/** The images of the controllers that a user installs on the central cluster, as they are there. */
export function centralImages({ release }: Fleet, central: LiveCluster): RunningImage[] {
  return centralControllers(central).flatMap((object) => imagesIn(object, release));
}

/**
 * The images of what attaches a distributed cluster: its deployer, then the vRouters, then the kubemanager on the central cluster. None
 * of a cluster that leaves or is not known.
 */
export function clusterImages(fleet: Fleet, live: LiveState, { name, state }: DistributedCluster): RunningImage[] {
  const cluster = liveCluster(live, name);
  if (cluster?.status !== 'known' || state !== 'attached') return [];
  const central = liveCluster(live, fleet.central.name);
  const kubemanagers = central === undefined ? [] : seen(central, CONFIGPLANE, 'Kubemanager').filter(serves(name));
  const objects = [...deployersOn(cluster), ...seen(cluster, DATAPLANE, 'Vrouter'), ...kubemanagers];
  return objects.flatMap((object) => imagesIn(object, fleet.release));
}

/**
 * The upgrade that a distributed cluster is in for: something of it is older than declared. A cluster on which CN2 does not run yet is
 * attached, not upgraded. Undefined: none.
 */
export function upgradeOf(fleet: Fleet, live: LiveState, declared: DistributedCluster): ClusterUpgrade | undefined {
  const { name, state } = declared;
  const cluster = liveCluster(live, name);
  if (cluster?.status !== 'known' || state !== 'attached') return undefined;
  const older = clusterImages(fleet, live, declared).find(isOlder);
  const { version } = fleet.release;
  // Its deployer has loaded the kinds of the new release, and does not serve their conversion (yet): all the rest is to be seen.
  if (older === undefined && isConverting(cluster)) return { cluster: name, from: version, to: version };
  return older === undefined ? undefined : { cluster: name, from: older.tag, to: older.declared };
}

/** The clusters that are to be upgraded, as declared. */
export function upgradesOf(fleet: Fleet, live: LiveState): ClusterUpgrade[] {
  return fleet.distributed.flatMap((cluster) => upgradeOf(fleet, live, cluster) ?? []);
}

/** Names of clusters on which something older runs than declared; the central one is upgraded by people. */
export function clustersBehind(fleet: Fleet, live: LiveState): ReadonlySet<string> {
  const central = liveCluster(live, fleet.central.name);
  const isBehind = central?.status === 'known' && centralImages(fleet, central).some(isOlder);
  return new Set([...(isBehind ? [fleet.central.name] : []), ...upgradesOf(fleet, live).map(({ cluster }) => cluster)]);
}

/** Whether what runs is older than what is declared. */
export function isOlder({ tag, declared }: RunningImage): boolean {
  return (compareTags(tag, declared) ?? 0) < 0;
}

/** Whether what runs is newer than what is declared. */
export function isNewer({ tag, declared }: RunningImage): boolean {
  return (compareTags(tag, declared) ?? 0) > 0;
}

/** Whether nobody can say which of the two is newer: what runs is not the declared tag, nor one of CN2. */
export function isIncomparable({ tag, declared }: RunningImage): boolean {
  return tag !== declared && compareTags(tag, declared) === undefined;
}

/** Whether objects of the cluster cannot be read until its deployer converts them. */
export function isConverting({ listings }: LiveCluster): boolean {
  return listings.some((listing) => listing.status === 'unreadable' && listing.problem.cause === 'conversion');
}

function serves(cluster: string): (kubemanager: KubernetesObject) => boolean {
  return ({ spec }) => (spec as { clusterName?: unknown } | undefined)?.clusterName === cluster;
}

function imagesIn(object: KubernetesObject, release: Release): RunningImage[] {
  const of = objectTitle(refOf(object));
  return imagesOf(object).flatMap(({ image }) => {
    const declared = isCn2Image(image) ? declaredTag(image, release) : undefined;
    return declared === undefined ? [] : [{ of, name: nameOf(image), tag: tagOf(image), declared }];
  });
}
