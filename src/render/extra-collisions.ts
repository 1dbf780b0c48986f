import type { Declaration } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import { valueAt } from './collisions.ts';
import type { VendorDocument } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

const NAME = ['metadata', 'name'];

type VendorOf = (cluster: string) => readonly VendorDocument[];

/**
 * Rule manifests: an object of the user's own that something else renders as well, whatever its content, or that would be written to the
 * same file of rendered/ as another one. `vendor`: the vendor's documents that are applied to a cluster, to name their places.
 */
export function extraCollisions(manifests: readonly Manifest[], declaration: Declaration, vendor: VendorOf): Finding[] {
  const byObject = new Map<string, Manifest>();
  const byPath = new Map<string, Manifest>();
  const ordered = [...manifests.filter((manifest) => !isExtra(manifest)), ...manifests.filter(isExtra)];
  return ordered.flatMap((manifest): Finding[] => {
    const key = objectKey(refOf(manifest.object, manifest.cluster));
    const [twin, neighbour] = [byObject.get(key), byPath.get(manifest.path)];
    if (twin === undefined) byObject.set(key, manifest);
    if (neighbour === undefined) byPath.set(manifest.path, manifest);
    const other = twin ?? neighbour;
    if (!isExtra(manifest) || other === undefined || manifest.at === undefined) return [];
    const title = objectTitle(refOf(manifest.object, manifest.cluster));
    const problem =
      twin === undefined
        ? vendorProblem(
            manifest.at(NAME),
            `${title} (${manifest.object.apiVersion}) would be the same file of rendered/ as that of ${other.object.apiVersion}`,
            'Give one of the two another name.',
          )
        : vendorProblem(manifest.at(NAME), `${title} is rendered twice: ${originOf(twin)}`, remedyOf(twin));
    return [{ ...problem, related: [{ ...placeOf(other, declaration, vendor), message: 'the other one' }] }];
  });
}

function originOf(twin: Manifest): string {
  if (isExtra(twin)) return 'extra has it a second time';
  return twin.stage < '70-namespaces' ? 'it comes with the attached cluster as well' : 'a key of the declaration has it as well';
}

function remedyOf(twin: Manifest): string {
  return isExtra(twin) ? 'Keep one of the two.' : 'Take it out of your own manifests.';
}

function placeOf(manifest: Manifest, declaration: Declaration, vendor: VendorOf): FilePosition {
  if (manifest.at !== undefined) return manifest.at(NAME);
  const key = objectKey(refOf(manifest.object));
  const document = vendor(manifest.cluster).find(({ object }) => objectKey(refOf(object)) === key);
  // What is made for the central cluster comes from no file of the vendor's.
  if (document !== undefined && manifest.cluster === manifest.for) return document.at(NAME);
  return valueAt(declaration, [manifest.declaredAt]);
}
