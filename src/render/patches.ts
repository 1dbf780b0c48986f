import { CONTENT_ANNOTATION, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { DistributedCluster, Patch, Release } from '../model/fleet.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import type { FieldChange } from '../model/plan.ts';
import { fieldChanges } from '../plan/fields.ts';
import { mergePatch } from './merge-patch.ts';
import { isKubernetesObject, type ObjectPath, type VendorDocument } from './vendor-document.ts';
import type { VendorFolder } from './vendor-folder.ts';
import { imageFindings } from './vendor-images.ts';
import { vendorProblem } from './vendor-roles.ts';
import { subjectFindings } from './vendor-subjects.ts';
import { versionFindings } from './vendor-version.ts';

/** The vendor's objects as the patches of one cluster make them. */
export interface PatchedFolder {
  folder: VendorFolder;
  /** What patches have made other than in the vendor's file; only of objects that have any. */
  patched: ReadonlyMap<VendorDocument, FieldChange[]>;
  findings: Finding[];
}

/**
 * Merges the patches of a cluster into the vendor's objects, in their order: before the cluster's registry and name are filled in, so
 * these hold for patched objects too. What the vendor's files may not say, a patch may not either; it is found at the patch.
 */
export function patchedFolder(
  folder: VendorFolder,
  cluster: DistributedCluster,
  { at, source, release, facts }: { at: string; source: SourceMap; release: Release; facts: ReleaseFacts },
): PatchedFolder {
  const { patches = [] } = cluster;
  const documents = [...folder.deployer, ...folder.certificates, ...folder.vrouter];
  const now = new Map<VendorDocument, VendorDocument>();
  const findings: Finding[] = [];
  for (const [position, patch] of patches.entries()) {
    const place = at + pointer('patches', position);
    const faults = forbidden(patch, place, source);
    const hits = documents.filter(({ object }) => isMeant(object, patch));
    const distinct = new Set(hits.map(({ object }) => objectKey(refOf(object))));
    findings.push(...faults);
    if (distinct.size !== 1) findings.push(misses(patch, hits, documents, placeOf(source, `${place}/name`, place)));
    if (faults.length > 0 || distinct.size !== 1) continue;
    for (const hit of hits) {
      const before = now.get(hit) ?? hit;
      const after = merged(before, patch, (path) => placeOf(source, `${place}/merge${pointer(...path)}`));
      if ('rule' in after) findings.push(after);
      else now.set(hit, after);
      if ('rule' in after) break;
    }
  }
  const changed = [...now.values()];
  const current = (list: readonly VendorDocument[]) => list.map((document) => now.get(document) ?? document);
  const mirrors = { ...release, ...(cluster.registry === undefined ? {} : { registry: cluster.registry }) };
  findings.push(
    ...imageFindings(changed, mirrors),
    ...versionFindings(changed, release, facts),
    ...(changed.length === 0 ? [] : subjectFindings(current(documents))),
  );
  const fields = [...now].map(([before, after]): [VendorDocument, FieldChange[]] => [
    after,
    fieldChanges(before.object, after.object),
  ]);
  return {
    folder: {
      ...folder,
      deployer: current(folder.deployer),
      certificates: current(folder.certificates),
      vrouter: current(folder.vrouter),
    },
    patched: new Map(fields),
    findings,
  };
}

function isMeant({ kind, metadata }: KubernetesObject, patch: Patch): boolean {
  return kind === patch.kind && metadata.name === patch.name && metadata.namespace === patch.namespace;
}

/** More objects than this are counted. */
const MOST_NAMED = 10;

function misses(patch: Patch, hits: readonly VendorDocument[], all: readonly VendorDocument[], place: FilePosition): Finding {
  const title = objectTitle(patch);
  if (hits.length > 0) {
    const problem = vendorProblem(
      place,
      `the patch of ${title} hits ${hits.length} objects of the manifests`,
      'A patch hits exactly one: their API groups differ, and a patch cannot name one of them. Change the file instead.',
    );
    return { ...problem, related: hits.map((hit) => ({ ...hit.at(['metadata', 'name']), message: hit.object.apiVersion })) };
  }
  const alike = [
    ...new Set(all.filter(({ object }) => object.kind === patch.kind).map(({ object }) => objectTitle(refOf(object)))),
  ];
  const more = alike.length > MOST_NAMED ? ` and ${alike.length - MOST_NAMED} more` : '';
  return vendorProblem(
    place,
    `the patch of ${title} hits no object of the manifests`,
    alike.length === 0
      ? `They have no ${patch.kind}: a patch changes what is there and creates nothing.`
      : `They have ${alike.slice(0, MOST_NAMED).join(', ')}${more}.`,
  );
}

/** What an object is, whose it is and where a Secret's content comes from are not for a patch to say. */
function forbidden(patch: Patch, place: string, source: SourceMap): Finding[] {
  const paths: [path: string[], why: string][] = [
    [['apiVersion'], 'says what the object is'],
    [['kind'], 'says what the object is'],
    [['metadata', 'name'], 'says what the object is'],
    [['metadata', 'namespace'], 'says what the object is'],
    [['status'], 'is written by controllers'],
    [['metadata', 'labels', FLEET_LABEL], 'is written by cn2-fleet'],
    [['metadata', 'labels', MANAGED_BY_LABEL], 'is written by cn2-fleet'],
    [['metadata', 'annotations', CONTENT_ANNOTATION], 'is written by cn2-fleet'],
    ...(patch.kind === 'Secret' ? SECRET_PARTS : []),
  ];
  return paths
    .filter(([path]) => hasMember(patch.merge, path))
    .map(([path, why]) =>
      vendorProblem(
        keyPlaceOf(source, `${place}/merge${pointer(...path)}`),
        `a patch may not set ${path.join('.')}, which ${why}`,
        'Take it out of the patch.',
      ),
    );
}

const SECRET_PARTS: readonly [string[], string][] = [
  [['data'], 'would be a secret in a file that everybody reads'],
  [['stringData'], 'would be a secret in a file that everybody reads'],
];

function hasMember(fields: Fields, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined || !Object.hasOwn(fields, key)) return key === undefined;
  const member = fields[key];
  return rest.length === 0 || (isFields(member) && hasMember(member, rest));
}

function merged(
  document: VendorDocument,
  { merge }: Patch,
  placeIn: (path: ObjectPath) => FilePosition,
): VendorDocument | Finding {
  const object: unknown = mergePatch(document.object, merge);
  if (!isKubernetesObject(object))
    return vendorProblem(
      placeIn(['metadata']),
      `the patch leaves no valid metadata of ${objectTitle(refOf(document.object))}`,
      'Labels and annotations are mappings of texts.',
    );
  if (fieldChanges(document.object, object).length === 0)
    return {
      ...vendorProblem(
        placeIn([]),
        `the patch changes nothing of ${objectTitle(refOf(document.object))}`,
        'Take it out, or correct it.',
      ),
      severity: 'warning',
    };
  return { ...document, object, at: (path) => (isSetBy(merge, path) ? placeIn(path) : document.at(path)) };
}

/** Whether a patch says what is at a path. */
function isSetBy(merge: unknown, [key, ...rest]: ObjectPath): boolean {
  if (key === undefined || !isFields(merge)) return true;
  return typeof key === 'string' && Object.hasOwn(merge, key) && isSetBy(ownMember(merge, key), rest);
}
