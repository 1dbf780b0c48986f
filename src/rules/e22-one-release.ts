import { groupVersion, RELEASES, releaseFacts, releaseOf } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { apiVersionOf, groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { declaredTag, type ImageUse, imagesOf, tagOf } from '../render/images.ts';
import { manifestPlace } from './manifest-place.ts';
import { finding, type ManifestsInput, type Rule } from './rule.ts';

/** The renderer, which reads the vendor's folder, checks that; this rule checks the declared version and what was rendered. */
export const oneRelease: Rule = {
  id: 'E22',
  sentence:
    'One known CN2 release runs on every cluster: all CN2 images carry release.version, or the tag that release.images gives them, and objects are written in the API versions of that release.',
  remedy: "Declare the tag of the manifests in release.version, or put that release's manifests into the folder.",
  source: 'documented',
  judgeDeclaration({ fleet: { release }, source }) {
    if (release.version === '') return [];
    if (releaseFacts(release.version)) return judgeHotfix(release, source);
    const known = RELEASES.map((facts) => facts.release).join(', ');
    return [
      finding(this, placeOf(source, '/release/version'), `release.version ${release.version} belongs to no known CN2 release`, {
        remedy: `Write the image tag of one of ${known}, for example 22.2.0.93 or cn2.23.4.0.59.`,
      }),
    ];
  },
  judgeManifests(input) {
    const wrongImages = wrongImagesOf(input.fleet.release);
    return input.manifests.flatMap((manifest) => [
      // The images of the user's own objects have versions of their own.
      ...(isExtra(manifest) ? [] : judgeImages(manifest, input, wrongImages(manifest.object))),
      ...judgeVersion(manifest, input),
    ]);
  },
};

/** A hotfix belongs to the release that it repairs: anything else would run two releases beside each other. */
function judgeHotfix({ version, images = {} }: Release, source: SourceMap): Finding[] {
  return Object.entries(images)
    .filter(([, tag]) => tag !== '' && releaseOf(tag) !== releaseOf(version))
    .map(([name, tag]) =>
      finding(
        oneRelease,
        placeOf(source, pointer('release', 'images', name)),
        `release.images gives ${name} tag ${tag}, which is not of release ${releaseOf(version)}`,
        {
          remedy: `Declare tags of release ${releaseOf(version)} only; images of cert-manager have tags of their own and are not named.`,
        },
      ),
    );
}

/** The first image of an object that is of another version; objects that many manifests share are looked at once. */
function wrongImagesOf(release: Release): (object: KubernetesObject) => ImageUse | undefined {
  const known = new Map<KubernetesObject, ImageUse | undefined>();
  return (object) => {
    if (!known.has(object))
      known.set(
        object,
        imagesOf(object).find(({ image }) => (declaredTag(image, release) ?? tagOf(image)) !== tagOf(image)),
      );
    return known.get(object);
  };
}

function judgeImages(manifest: Manifest, { fleet, folder }: ManifestsInput, wrong: ImageUse | undefined): Finding[] {
  if (!wrong) return [];
  const message = `image ${wrong.image} does not carry the declared tag ${declaredTag(wrong.image, fleet.release)}`;
  return [finding(oneRelease, manifestPlace(manifest, folder, wrong.path), message)];
}

function judgeVersion(manifest: Manifest, { fleet, folder }: ManifestsInput): Finding[] {
  const facts = releaseFacts(fleet.release.version);
  const { apiVersion, kind } = manifest.object;
  const version = facts && groupVersion(facts, groupOf(apiVersion));
  if (version === undefined || apiVersion === apiVersionOf(groupOf(apiVersion), version)) return [];
  const message = `${kind} is written in ${apiVersion}; release ${facts!.release} has ${version}`;
  const remedy = isExtra(manifest) ? { remedy: `Write it in ${apiVersionOf(groupOf(apiVersion), version)}.` } : {};
  return [finding(oneRelease, manifestPlace(manifest, folder, ['apiVersion']), message, remedy)];
}
