import { objectsInTexts } from '../cn2/embedded-objects.ts';
import { imagesMentioned, registriesMentioned } from '../cn2/image-mentions.ts';
import { fullReference, isImageReference, isUnder, registryOf } from '../cn2/image-reference.ts';
import { plain } from '../cn2/json-nodes.ts';
import { VENDOR_REGISTRIES } from '../cn2/published.ts';
import { isObjectsConfigMap } from '../cn2/vendor-files.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import type { ObjectPath, VendorDocument } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

/** An image from elsewhere, and every place in its file that names the registry. */
interface Elsewhere {
  message: string;
  remedy: string;
  places: FilePosition[];
}

/**
 * Rule manifests: every image that the vendor's files name comes from a registry of Juniper's published files, or from
 * release.registry; registries that stand alone, too. One finding per file and registry, at its first place. Images count wherever they stand: in containers, in
 * environments and command lines, in fields of CN2's kinds, in manifests inside ConfigMaps.
 */
export function imageFindings(documents: readonly VendorDocument[], release: Pick<Release, 'registry'>): Finding[] {
  const known = [...VENDOR_REGISTRIES, ...(release.registry === undefined ? [] : [release.registry])];
  const found = new Map<string, Elsewhere>();
  const add = (key: string, words: Omit<Elsewhere, 'places'>, place: FilePosition): void => {
    const entry = found.get(key) ?? { ...words, places: [] };
    entry.places.push(place);
    found.set(key, entry);
  };
  for (const document of documents) {
    for (const { image, path } of imagesOfDocument(document)) {
      const readable = isImageReference(image);
      if (readable && known.some((registry) => isUnder(image, registry))) continue;
      const registry = readable ? registryOf(image) : '';
      const key = `${document.file} ${readable ? registry : image}`;
      add(key, readable ? fromElsewhere(image, registry) : unreadable(image), document.at(path));
    }
    for (const { registry, path } of registriesOfDocument(document)) {
      const image = `${registry.replace(/\/+$/, '')}/x`;
      if (isImageReference(image) && known.some((one) => isUnder(image, one))) continue;
      add(`${document.file} alone ${registry}`, otherRegistry(registry), document.at(path));
    }
  }
  return [...found.values()].map(({ message, remedy, places: [first, ...others] }) => ({
    ...vendorProblem(first!, others.length === 0 ? message : `${message} (and ${others.length} more in this file)`, remedy),
    ...(others.length === 0 ? {} : { related: others.map((place) => ({ ...place, message: 'the same here' })) }),
  }));
}

function imagesOfDocument({ object }: VendorDocument): { image: string; path: ObjectPath }[] {
  const inTexts = textsOfDocument(object).flatMap(({ path, object: inner }) =>
    imagesMentioned(inner).map(({ image }) => ({ image, path })),
  );
  return [...imagesMentioned(object), ...inTexts].filter(({ image }) => image !== '');
}

function registriesOfDocument({ object }: VendorDocument): { registry: string; path: ObjectPath }[] {
  const inTexts = textsOfDocument(object).flatMap(({ path, object: inner }) =>
    registriesMentioned(inner).map(({ registry }) => ({ registry, path })),
  );
  return [...registriesMentioned(object), ...inTexts];
}

/** The central cluster's objects inside their ConfigMap are documents of their own, with exact places. */
function textsOfDocument(object: VendorDocument['object']): ReturnType<typeof objectsInTexts> {
  return isObjectsConfigMap(object) ? [] : objectsInTexts(object);
}

function fromElsewhere(image: string, registry: string): Omit<Elsewhere, 'places'> {
  const full = fullReference(image);
  const shown = full === image ? plain(image) : `${plain(image)} (${plain(full)})`;
  return {
    message: `image ${shown} comes from ${plain(registry)}, which is neither a registry of Juniper's published files nor release.registry`,
    remedy: `Restore the file as downloaded; where ${plain(registry)} is your mirror, declare it as release.registry.`,
  };
}

function otherRegistry(registry: string): Omit<Elsewhere, 'places'> {
  const shown = plain(registry);
  return {
    message: `defaultContainerRegistry ${shown} is neither a registry of Juniper's published files nor release.registry`,
    remedy: `Take it out; where ${shown} is your mirror, declare it as release.registry.`,
  };
}

function unreadable(image: string): Omit<Elsewhere, 'places'> {
  return { message: `image ${plain(image)} is not an image reference`, remedy: 'Restore the file as downloaded.' };
}
