import { groupVersion, type ReleaseFacts, releaseOf } from '../cn2/releases.ts';
import { hasOwnTag } from '../cn2/vendor-files.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { apiVersionOf, groupOf } from '../model/kubernetes.ts';
import { imagesOf, tagOf } from './images.ts';
import type { VendorDocument } from './vendor-document.ts';

/** Something foreign in a file, and every place of that file where it appears. */
interface Foreign {
  message: string;
  remedy: string;
  places: FilePosition[];
}

/**
 * E22 over the vendor's files: every CN2 image has the declared tag and every CN2 kind the API version of that release. One
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
  const add = (key: string, place: FilePosition, found: Omit<Foreign, 'places'>): void => {
    const known = foreign.get(key) ?? { ...found, places: [] };
    known.places.push(place);
    foreign.set(key, known);
  };
  for (const document of documents) {
    for (const { path, image } of imagesOf(document.object)) {
      const tag = tagOf(image);
      if (tag === release.version || hasOwnTag(image)) continue;
      add(`${document.file} tag ${tag}`, document.at(path), {
        message: `image ${image} has ${tag === '' ? 'no tag' : `tag ${tag}`}, release.version is ${release.version}`,
        remedy: tagRemedy(tag, release),
      });
    }
    const { apiVersion, kind } = document.object;
    const version = groupVersion(facts, groupOf(apiVersion));
    const wanted = version && apiVersionOf(groupOf(apiVersion), version);
    if (wanted !== undefined && wanted !== apiVersion) {
      add(`${document.file} version ${apiVersion}`, document.at(['apiVersion']), {
        message: `${kind} is written in ${apiVersion}, release ${facts.release} writes it in ${wanted}`,
        remedy: `Put the manifests of release ${facts.release} into ${release.manifests}, or declare the release that they belong to.`,
      });
    }
  }
  return [...foreign.values()].map(({ message, remedy, places: [first, ...others] }) => ({
    rule: 'E22',
    severity: 'error',
    ...first!,
    message: others.length === 0 ? message : `${message} (and ${others.length} more like it in this file)`,
    remedy,
    ...(others.length === 0 ? {} : { related: others.map((place) => ({ ...place, message: 'the same here' })) }),
  }));
}

/** One finding at release.version when every CN2 image of the folder carries the same other tag, of the same release. */
function misdeclaredVersion(
  documents: readonly VendorDocument[],
  release: Release,
  versionAt: FilePosition,
): Finding | undefined {
  const places = new Map<string, FilePosition>();
  const tags = new Set<string>();
  for (const document of documents) {
    for (const { path, image } of imagesOf(document.object)) {
      if (hasOwnTag(image)) continue;
      tags.add(tagOf(image));
      if (!places.has(document.file)) places.set(document.file, document.at(path));
    }
  }
  const [tag = '', ...others] = tags;
  if (tag === '' || others.length > 0 || tag === release.version || releaseOf(tag) !== releaseOf(release.version))
    return undefined;
  return {
    rule: 'E22',
    severity: 'error',
    ...versionAt,
    message: `release.version is ${release.version}, the images in ${release.manifests} have tag ${tag}`,
    remedy: `Declare version: ${tag}, or put the manifests of ${release.version} into ${release.manifests}.`,
    related: [...places.values()].map((place) => ({ ...place, message: `tag ${tag}` })),
  };
}

function tagRemedy(tag: string, release: Release): string {
  const other = releaseOf(tag);
  if (other !== undefined && other !== releaseOf(release.version)) {
    return `This belongs to release ${other}: put the folder of ${release.version} into ${release.manifests}, or declare version: ${tag}.`;
  }
  return `One tag runs on every cluster: ${tag === '' ? 'tag the image' : `declare release.version: ${tag}`}, or restore the file as downloaded.`;
}
