import type { ReleaseFacts } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { DistributedCluster, Patch, Release } from '../model/fleet.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import { isPatchOf } from '../model/patch-reach.ts';
import type { FieldChange } from '../model/plan.ts';
import { fieldChanges } from '../plan/fields.ts';
import { forbidden } from './patch-limits.ts';
import { merged } from './patched-document.ts';
import type { VendorDocument } from './vendor-document.ts';
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
    const hits = documents.filter(({ object }) => isPatchOf(patch, object));
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
  const fields = [...now]
    .map(([before, after]): [VendorDocument, FieldChange[]] => [after, fieldChanges(before.object, after.object)])
    .filter(([, changes]) => changes.length > 0);
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
