import { DATAPLANE } from '../cn2/names.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Patch } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { saysMember } from '../model/patch-reach.ts';
import { fieldChanges } from '../plan/fields.ts';
import { pathInPatch, strayContainer, vendorPatched } from './container-patch.ts';
import { isKubernetesObject, type ObjectPath, type VendorDocument } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

/**
 * A document with a patch merged into it, or what is wrong with the result. `placeIn`: place of a path of the patch. What the patch
 * says has its place there, all else in the vendor's file.
 */
export function merged(
  document: VendorDocument,
  { merge }: Patch,
  placeIn: (path: ObjectPath) => FilePosition,
): VendorDocument | Finding {
  const stray = strayContainer(document.object, merge);
  if (stray !== undefined)
    return vendorProblem(
      placeIn(stray.path),
      `the patch names a container ${stray.name}, which ${objectTitle(refOf(document.object))} does not have`,
      'Containers without an image are merged by name into those of the file. Name one of them, or give the whole list, each with its image.',
    );
  const object: unknown = vendorPatched(document.object, merge);
  if (!isKubernetesObject(object))
    return vendorProblem(
      placeIn(['metadata']),
      `the patch leaves no valid metadata of ${objectTitle(refOf(document.object))}`,
      'Labels and annotations are mappings of texts.',
    );
  const lost = lostMapping(document.object, object, merge);
  if (lost !== undefined)
    return vendorProblem(
      placeIn(lost),
      `the patch makes ${lost.join('.')} of ${objectTitle(refOf(object))} something other than a mapping`,
      'Name the fields in it that are to be other ones.',
    );
  if (fieldChanges(document.object, object).length === 0 && !namesCluster(object, merge))
    return {
      ...vendorProblem(
        placeIn([]),
        `the patch changes nothing of ${objectTitle(refOf(document.object))}`,
        'Take it out, or correct it.',
      ),
      severity: 'warning',
    };
  const placed = (path: ObjectPath) => {
    const own = pathInPatch(merge, object, path);
    return own === undefined ? document.at(path) : placeIn(own);
  };
  return { ...document, object, at: placed };
}

/** The first path that has to hold a mapping and no longer does; the tool itself and the operators read fields there. */
function lostMapping(before: KubernetesObject, after: KubernetesObject, merge: Patch['merge']): string[] | undefined {
  const [was, spec] = [before['spec'], after['spec']];
  if (saysMember(merge, ['spec']) && !isFields(spec) && (was !== undefined || spec !== undefined)) return ['spec'];
  const cni = isVrouter(after) && isFields(spec) ? spec['cni'] : undefined;
  // Unlike spec, a patch may take it out.
  return saysMember(merge, ['spec', 'cni']) && cni !== undefined && !isFields(cni) ? ['spec', 'cni'] : undefined;
}

/** Whether a patch says a clusterName that would be filled in otherwise: one that is the file's already changes what is rendered. */
function namesCluster(object: KubernetesObject, merge: Patch['merge']): boolean {
  return isVrouter(object) && [['spec'], ['spec', 'cni']].some((path) => saysMember(merge, [...path, 'clusterName']));
}

function isVrouter({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Vrouter' && groupOf(apiVersion) === DATAPLANE;
}
