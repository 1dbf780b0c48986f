import { groupVersion, type ReleaseFacts, releaseOf } from '../cn2/releases.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { apiVersionOf, groupOf } from '../model/kubernetes.ts';
import { imagesText, misdeclaredVersion } from './hotfix-images.ts';
import { declaredTag, imagesOf, nameOf, tagOf } from './images.ts';
import type { VendorDocument } from './vendor-document.ts';

/** Something foreign in a file, and every place of that file where it appears. */
interface Foreign {
  message: string;
  remedy: (names: ReadonlySet<string>) => string;
  /** Of the images, where it is about images. */
  names: Set<string>;
  places: FilePosition[];
}

/**
 * E22 over the vendor's files: every CN2 image has the declared tag (that of release.images, if it is named there) and every CN2 kind the API version of that release. One
 * finding per file and foreign tag (or API version), at its first place; the others are related. Where the whole folder is of one
 * other version, the declaration is what differs: one finding at `versionAt`.
 */
export function versionFindings(
  documents: readonly VendorDocument[],
  release: Release,
  facts: ReleaseFacts,
  versionAt?: FilePosition,
): Finding[] {
  const misdeclared = versionAt && misdeclaredVersion(documents, release, versionAt);
  if (misdeclared !== undefined) return [misdeclared];
  const foreign = new Map<string, Foreign>();
  const add = (key: string, place: FilePosition, found: Omit<Foreign, 'places' | 'names'>, name?: string): void => {
    const known = foreign.get(key) ?? { ...found, names: new Set(), places: [] };
    known.places.push(place);
    if (name !== undefined) known.names.add(name);
    foreign.set(key, known);
  };
  for (const document of documents) {
    for (const { path, image } of imagesOf(document.object)) {
      const [tag, wanted] = [tagOf(image), declaredTag(image, release)];
      if (wanted === undefined || tag === wanted) continue;
      const shown = tag === '' ? 'no tag' : `tag ${tag}`;
      const key = `${document.file} tag ${tag}${wanted === release.version ? '' : ` ${image}`}`;
      add(
        key,
        document.at(path),
        {
          message:
            wanted === release.version
              ? `image ${image} has ${shown}, release.version is ${wanted}`
              : `image ${image} has ${shown}, release.images has ${wanted}`,
          remedy: (names) => tagRemedy(tag, names, release),
        },
        nameOf(image),
      );
    }
    const { apiVersion, kind } = document.object;
    const version = groupVersion(facts, groupOf(apiVersion));
    const wanted = version && apiVersionOf(groupOf(apiVersion), version);
    if (wanted !== undefined && wanted !== apiVersion) {
      add(`${document.file} version ${apiVersion}`, document.at(['apiVersion']), {
        message: `${kind} is written in ${apiVersion}, release ${facts.release} writes it in ${wanted}`,
        remedy: () =>
          `Put the manifests of release ${facts.release} into ${release.manifests}, or declare the release that they belong to.`,
      });
    }
  }
  return [...foreign.values()].map(({ message, remedy, names, places: [first, ...others] }) => ({
    rule: 'E22',
    severity: 'error',
    ...first!,
    message: others.length === 0 ? message : `${message} (and ${others.length} more like it in this file)`,
    remedy: remedy(names),
    ...(others.length === 0 ? {} : { related: others.map((place) => ({ ...place, message: 'the same here' })) }),
  }));
}

/** What to do about images with a tag that is not theirs. `names`: of these images. */
function tagRemedy(tag: string, names: ReadonlySet<string>, release: Release): string {
  const [other, own] = [releaseOf(tag), releaseOf(release.version)];
  if (other !== undefined && other !== own)
    return `This belongs to release ${other}: put the folder of ${release.version} into ${release.manifests}, or declare version: ${tag}.`;
  if (tag === release.version)
    return `Take ${[...names].sort().join(', ')} out of release.images, or put the files of the hotfix into ${release.manifests}.`;
  if (tag === '') return 'One tag runs on every cluster: tag the image, or restore the file as downloaded.';
  if (other === undefined) return 'One tag runs on every cluster: restore the file as downloaded.';
  const hotfix = imagesText(new Map([...names].sort().map((name) => [name, tag])));
  return `Where this is a hotfix, declare release.images: ${hotfix}; otherwise restore the file as downloaded.`;
}
