import { CONFIGPLANE, DATAPLANE } from '../cn2/names.ts';
import { VENDOR_REGISTRIES } from '../cn2/published.ts';
import { RELEASES, type ReleaseFacts, releaseFacts, releaseOf } from '../cn2/releases.ts';
import { hasOwnTag } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { centralControllers, deployersOn } from '../plan/cn2-workloads.ts';
import { seen } from '../plan/live-objects.ts';
import { imagesOf, isCn2Image, nameOf, tagOf } from '../render/images.ts';

/** The CN2 release that a fleet runs. */
export interface FoundRelease {
  /** The tag of most images. */
  version: string;
  facts: ReleaseFacts;
  /** Tags of a hotfix, by image name. */
  images: Record<string, string>;
}

interface Use {
  cluster: string;
  object: KubernetesObject;
  image: string;
}

/** Objects of CN2 that say which images run on a cluster. */
export function imageObjects(cluster: LiveCluster): readonly KubernetesObject[] {
  return [
    ...seen(cluster, CONFIGPLANE, 'Kubemanager'),
    ...seen(cluster, DATAPLANE, 'Vrouter'),
    ...(cluster.role === 'central' ? centralControllers(cluster) : deployersOn(cluster)),
  ];
}

/** The release of a fleet by the tags of its images; findings where they do not agree on one. */
export function findRelease(clusters: readonly LiveCluster[]): { release?: FoundRelease; findings: Finding[] } {
  const uses = clusters.flatMap((cluster) =>
    imageObjects(cluster).flatMap((object) =>
      imagesOf(object).flatMap(({ image }): Use[] =>
        hasOwnTag(image) || !isCn2Image(image) || tagOf(image) === '' ? [] : [{ cluster: cluster.name, object, image }],
      ),
    ),
  );
  const byName = Map.groupBy(uses, ({ image }) => nameOf(image));
  const mixed = [...byName].filter(([, all]) => new Set(all.map(({ image }) => tagOf(image))).size > 1);
  if (mixed.length > 0) return { findings: mixed.map(([name, all]) => twoTags(name, all)) };
  const tags = new Map([...byName].map(([name, [first]]) => [name, tagOf(first!.image)]));
  const version = mostFrequent([...tags.values()]);
  const facts = version === undefined ? undefined : releaseFacts(version);
  if (version === undefined || facts === undefined) return { findings: [unknown(version)] };
  const others = [...tags].filter(([, tag]) => tag !== version);
  const strange = others.filter(([, tag]) => releaseOf(tag) !== facts.release);
  if (strange.length > 0) return { findings: strange.map(([name, tag]) => otherRelease(name, tag, version)) };
  return { release: { version, facts, images: Object.fromEntries(others.sort(([a], [b]) => (a < b ? -1 : 1))) }, findings: [] };
}

/** The value that a list has most often; of several the first. */
export function mostFrequent(values: readonly string[]): string | undefined {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

const ONE_RELEASE = 'Bring all clusters to one release first: a fleet is declared with one.';

function twoTags(name: string, uses: readonly Use[]): Finding {
  const places = Map.groupBy(uses, ({ image }) => tagOf(image));
  const where = [...places].map(([tag, [use]]) => `${tag} in ${objectTitle(refOf(use!.object, use!.cluster))}`);
  return {
    rule: 'E22',
    severity: 'error',
    message: `image ${name} runs with ${places.size} tags: ${where.join(', ')}`,
    remedy: ONE_RELEASE,
  };
}

function otherRelease(name: string, tag: string, version: string): Finding {
  return {
    rule: 'E22',
    severity: 'error',
    message: `image ${name} runs with tag ${tag}, of another release than ${version}`,
    remedy: ONE_RELEASE,
  };
}

function unknown(version: string | undefined): Finding {
  return {
    rule: 'E22',
    severity: 'error',
    message:
      version === undefined
        ? 'no image of CN2 with a tag was found on any of the clusters'
        : `the clusters run images with tag ${version}, of no known CN2 release`,
    remedy: `Known are ${RELEASES.map(({ release }) => release).join(', ')}.`,
  };
}

/** The one registry, with its path, that CN2's images on a cluster come from; undefined where there is none or more than one. */
export function registryOn(objects: readonly KubernetesObject[]): string | undefined {
  const registries = new Set(
    objects.flatMap((object) =>
      imagesOf(object)
        .filter(({ image }) => !hasOwnTag(image) && isCn2Image(image) && image.includes('/'))
        .map(({ image }) => image.slice(0, image.lastIndexOf('/'))),
    ),
  );
  return registries.size === 1 ? [...registries][0] : undefined;
}

/** Whether a registry is the vendor's, so that a declaration need not name it. */
export function isVendorRegistry(registry: string): boolean {
  return VENDOR_REGISTRIES.includes(registry);
}
