import { refusedKind } from '../cn2/extra-kinds.ts';
import { clusterPrefix, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import { reservedObject } from '../cn2/reserved-objects.ts';
import { isNamespaced } from '../cn2/scopes.ts';
import { DNS_LABEL, fits, SUBDOMAIN } from '../declare/text-forms.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import { manifestPath } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { ExtraDocument } from './extra-documents.ts';
import type { ObjectPath } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

/** This tool's own labels and annotations begin so. */
const OWN = FLEET_LABEL.slice(0, FLEET_LABEL.indexOf('/') + 1);
/** The declaration's own group, for a path that leads to one. */
const DECLARATION = 'cn2-fleet';
/** Whose names are any segment of a path (Kubernetes, IsValidPathSegmentName). */
const RBAC = 'rbac.authorization.k8s.io';
const PATH_SEGMENT = /^(?!\.\.?$)[^/%\p{Cc}\s]+$/u;
/** Most file systems take names of so many bytes. */
const LONGEST_FILE_NAME = 255;

/** Rule manifests: what the user's own objects may not be or say, each at its place. `document` is as it was written. */
export function extraFindings(fleet: Fleet, document: ExtraDocument): Finding[] {
  const { object, at, cluster } = document;
  const { group, kind, namespace } = refOf(object);
  const title = objectTitle(refOf(object));
  const problem = (path: ObjectPath, message: string, remedy: string) => vendorProblem(at(path), message, remedy);
  if (group === DECLARATION)
    return [
      problem(['apiVersion'], `${title} is a declaration of cn2-fleet, not an object of a cluster`, 'Take it out of the path.'),
    ];
  const refused = refusedKind(group, kind);
  if (refused !== undefined) return [problem(['kind'], `${title} may not be under extra: ${refused.why}`, refused.remedy)];
  const reserved = reservedObject(refOf(object), fleet);
  if (reserved !== undefined)
    return [problem(['metadata', 'name'], `${title} may not be under extra: ${reserved.why}`, reserved.remedy)];
  return [...nameFindings(document), ...markFindings(document), ...ownerFindings(document), ...placeFindings()];

  function placeFindings(): Finding[] {
    const place = ['metadata', 'namespace'];
    const own = typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
    const home = fleet.distributed.find(({ name }) => name === cluster);
    const prefix = home && `${clusterPrefix(home.kubemanager, home.name)}-`;
    if (prefix !== undefined && own?.startsWith(prefix) === true)
      return [
        problem(
          place,
          `${title} would be on ${cluster} in namespace ${own}, which is what the central cluster calls ${own.slice(prefix.length)}`,
          `Write namespace: ${own.slice(prefix.length)}, or declare it for ${fleet.central.name}.`,
        ),
      ];
    const namespaced = isNamespaced(group, kind);
    if (namespaced === true && own === undefined)
      return [problem(place, `${title} lacks metadata.namespace`, 'Write it: no context of kubectl supplies it here.')];
    if (namespaced === false && own !== undefined)
      return [problem(place, `${title} has a namespace, and a ${kind} belongs to none`, 'Remove metadata.namespace.')];
    return [];
  }
}

function nameFindings({ object, at }: ExtraDocument): Finding[] {
  const { name, namespace } = object.metadata;
  const file = manifestPath('', '', { kind: object.kind, namespace, name }).slice(2);
  const isName = fits(name, SUBDOMAIN) || (groupOf(object.apiVersion) === RBAC && PATH_SEGMENT.test(name));
  if (!isName || file.length > LONGEST_FILE_NAME)
    return [
      vendorProblem(
        at(['metadata', 'name']),
        `${object.kind} ${name.slice(0, 100)} has a name that cannot be rendered as a file`,
        `Give it a shorter name of ${SUBDOMAIN.words}.`,
      ),
    ];
  if (typeof namespace !== 'string' || namespace === '' || fits(namespace, DNS_LABEL)) return [];
  const message = `${objectTitle({ kind: object.kind, name })} has a namespace that is not ${DNS_LABEL.words}`;
  return [vendorProblem(at(['metadata', 'namespace']), message, 'Correct the name of the namespace.')];
}

/** Marks say whose an object is and what was applied to it: they are this tool's to write. */
function markFindings({ object, at }: ExtraDocument): Finding[] {
  return (['labels', 'annotations'] as const).flatMap((field) =>
    Object.keys(object.metadata[field] ?? {})
      .filter((key) => key.startsWith(OWN) || (field === 'labels' && key === MANAGED_BY_LABEL))
      .map((key) =>
        vendorProblem(
          at(['metadata', field, key]),
          `${objectTitle(refOf(object))} sets ${key}, which cn2-fleet writes on what it applies`,
          'Remove the line.',
        ),
      ),
  );
}

/** What has an owner is made, and made again, by its controller; finalizers are their controllers' to set. */
function ownerFindings({ object, at }: ExtraDocument): Finding[] {
  const title = objectTitle(refOf(object));
  const some = (value: unknown) => Array.isArray(value) && value.length > 0;
  const { ownerReferences, finalizers } = object.metadata;
  return [
    ...(some(ownerReferences)
      ? [
          vendorProblem(
            at(['metadata', 'ownerReferences']),
            `${title} has metadata.ownerReferences: another object makes it`,
            'Declare the object that makes it, or remove metadata.ownerReferences if it is to be yours.',
          ),
        ]
      : []),
    ...(some(finalizers)
      ? [
          vendorProblem(
            at(['metadata', 'finalizers']),
            `${title} has metadata.finalizers, which its controller sets`,
            'Remove metadata.finalizers.',
          ),
        ]
      : []),
  ];
}
