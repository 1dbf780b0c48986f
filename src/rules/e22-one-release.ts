import { groupVersion, RELEASES, releaseFacts } from '../cn2/releases.ts';
import { hasOwnTag } from '../cn2/vendor-files.ts';
import { placeOf } from '../declare/place.ts';
import type { Finding } from '../model/finding.ts';
import { apiVersionOf, groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { type ImageUse, imagesOf, tagOf } from '../render/images.ts';
import { manifestPlace } from './manifest-place.ts';
import { finding, type ManifestsInput, type Rule } from './rule.ts';

/** The renderer, which reads the vendor's folder, checks that; this rule checks the declared version and what was rendered. */
export const oneRelease: Rule = {
  id: 'E22',
  sentence:
    'One known CN2 release runs on every cluster: all CN2 images carry release.version, and objects are written in the API versions of that release.',
  remedy: "Declare the tag of the manifests in release.version, or put that release's manifests into the folder.",
  source: 'documented',
  judgeDeclaration({ fleet: { release }, source }) {
    if (release.version === '' || releaseFacts(release.version)) return [];
    const known = RELEASES.map((facts) => facts.release).join(', ');
    return [
      finding(this, placeOf(source, '/release/version'), `release.version ${release.version} belongs to no known CN2 release`, {
        remedy: `Write the image tag of one of ${known}, for example 22.2.0.93 or cn2.23.4.0.59.`,
      }),
    ];
  },
  judgeManifests(input) {
    const wrongImages = wrongImagesOf(input.fleet.release.version);
    return input.manifests.flatMap((manifest) => [
      // The images of the user's own objects have versions of their own.
      ...(isExtra(manifest) ? [] : judgeImages(manifest, input, wrongImages(manifest.object))),
      ...judgeVersion(manifest, input),
    ]);
  },
};

/** The first image of an object that is of another version; objects that many manifests share are looked at once. */
function wrongImagesOf(version: string): (object: KubernetesObject) => ImageUse | undefined {
  const known = new Map<KubernetesObject, ImageUse | undefined>();
  return (object) => {
    if (!known.has(object))
      known.set(
        object,
        imagesOf(object).find(({ image }) => !hasOwnTag(image) && tagOf(image) !== version),
      );
    return known.get(object);
  };
}

function judgeImages(manifest: Manifest, { fleet, folder }: ManifestsInput, wrong: ImageUse | undefined): Finding[] {
  if (!wrong) return [];
  const message = `image ${wrong.image} does not carry release.version ${fleet.release.version}`;
  return [finding(oneRelease, manifestPlace(manifest, folder, wrong.path), message)];
}

function judgeVersion(manifest: Manifest, { fleet, folder }: ManifestsInput): Finding[] {
  const facts = releaseFacts(fleet.release.version);
  const { apiVersion, kind } = manifest.object;
  const version = facts && groupVersion(facts, groupOf(apiVersion));
  if (version === undefined || apiVersion === apiVersionOf(groupOf(apiVersion), version)) return [];
  const message = `${kind} is written in ${apiVersion}; release ${facts!.release} has ${version}`;
  return [finding(oneRelease, manifestPlace(manifest, folder, ['apiVersion']), message)];
}
