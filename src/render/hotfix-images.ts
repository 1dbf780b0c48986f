import { releaseOf } from '../cn2/releases.ts';
import { hasOwnTag } from '../cn2/vendor-files.ts';
import { keyPlaceOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { declaredTag, imagesOf, nameOf, tagOf } from './images.ts';
import type { VendorDocument } from './vendor-document.ts';

/** Tags as release.images takes them. */
export function imagesText(tags: ReadonlyMap<string, string>): string {
  return `{${[...tags].map(([name, tag]) => `${name}: ${tag}`).join(', ')}}`;
}

/**
 * E22 at release.version, where the images of a folder of that release speak of another one: most of them carry one tag, and the
 * others, if there are any, each have a newer one of their own, as in a hotfix. The finding says what to declare.
 */
export function misdeclaredVersion(
  documents: readonly VendorDocument[],
  release: Release,
  versionAt: FilePosition,
): Finding | undefined {
  const places = new Map<string, FilePosition & { message: string }>();
  const tags = new Map<string, string>();
  for (const document of documents) {
    for (const { path, image } of imagesOf(document.object)) {
      if (hasOwnTag(image)) continue;
      const [name, tag] = [nameOf(image), tagOf(image)];
      // One image with two tags: the files were edited, and there is more to say than what to declare.
      if (releaseOf(tag) !== releaseOf(release.version) || (tags.get(name) ?? tag) !== tag) return undefined;
      tags.set(name, tag);
      if (!places.has(document.file)) places.set(document.file, { ...document.at(path), message: `tag ${tag}` });
    }
  }
  const version = mostFrequent([...tags.values()]);
  if (version === undefined || version === release.version) return undefined;
  if ([...tags].every(([name, tag]) => declaredTag(name, release) === tag)) return undefined;
  const others = new Map([...tags].filter(([, tag]) => tag !== version));
  const apart = others.size === 0 ? '' : `, except ${[...others].map(([name, tag]) => `${name} (${tag})`).join(', ')}`;
  return {
    rule: 'E22',
    severity: 'error',
    ...versionAt,
    message: `release.version is ${release.version}, the images in ${release.manifests} have tag ${version}${apart}`,
    remedy: `Declare version: ${version}${others.size === 0 ? '' : ` and images: ${imagesText(others)}`}, or put the manifests of ${release.version} into ${release.manifests}.`,
    related: [...places.values()],
  };
}

/** The value that more than half of a list are; undefined when there is none. */
function mostFrequent(values: readonly string[]): string | undefined {
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length);
}

/** E22: entries of release.images for which the folders that were read have nothing. `known`: the images' names. */
export function unknownImages({ images = {} }: Release, known: ReadonlySet<string>, source: SourceMap): Finding[] {
  return Object.keys(images)
    .filter((name) => !known.has(name))
    .map((name) => ({
      rule: 'E22',
      severity: 'error',
      ...keyPlaceOf(source, pointer('release', 'images', name)),
      message: `release.images names ${name}, which is not an image of the manifests`,
      remedy: `Correct the name, or take it out. The manifests have ${[...known].sort().join(', ')}.`,
    }));
}

/** The names of all images of CN2 that some objects run. */
export function imageNames(documents: readonly VendorDocument[]): ReadonlySet<string> {
  return new Set(documents.flatMap(({ object }) => imagesOf(object).map(({ image }) => nameOf(image))));
}
