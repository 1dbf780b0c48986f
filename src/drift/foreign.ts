import { isController } from '../cn2/controllers.ts';
import { FIELD_MANAGER } from '../cn2/names.ts';
import type { ForeignAddition, Writer } from '../model/drift.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { type FieldPath, isWhole, pathText, valueAt } from '../plan/field-set.ts';
import { isStatusOnly } from '../plan/last-writer.ts';
import { seenObject } from '../plan/live-objects.ts';
import { ownEntry } from '../plan/ownership.ts';
import { newestFirst, writer } from './writers.ts';

/** kubectl's copy of what it applied: its book-keeping. */
const LAST_APPLIED = '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration';

/**
 * What others have added to the objects of a cluster and that an apply leaves alone, in the order of the objects; `drifted` (paths of the
 * cluster's changes, by object) is left out, that is drift. Objects that were never applied have no record to compare with.
 */
export function foreignAdditions(
  cluster: LiveCluster,
  desired: readonly Desired[],
  drifted: (object: KubernetesObject) => ReadonlySet<string>,
): ForeignAddition[] {
  return desired.flatMap(({ manifest, object }): ForeignAddition[] => {
    const live = manifest.cluster === cluster.name ? seenObject(cluster, refOf(object)) : undefined;
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [];
    const writers = additionsTo(live, drifted(object));
    const { namespace, name } = object.metadata;
    return writers.length === 0
      ? []
      : [{ apiVersion: live.apiVersion, kind: live.kind, ...present({ namespace }), name, writers }];
  });
}

function additionsTo(live: KubernetesObject, drifted: ReadonlySet<string>): Writer[] {
  const own = ownEntry(live);
  if (own?.fieldsV1 === undefined) return [];
  const record = own.fieldsV1;
  const found = (live.metadata.managedFields ?? []).flatMap((entry): Writer[] => {
    if (entry === own || entry.manager === FIELD_MANAGER || isStatusOnly(entry) || isController(entry.manager)) return [];
    const paths = beyond(entry.fieldsV1 ?? {}, record)
      .filter((path) => path[0] !== 'f:status' && valueAt(live, path) !== undefined)
      .map(pathText);
    const fields = [...new Set(paths)].filter((path) => path !== LAST_APPLIED && !drifted.has(path)).sort();
    return fields.length === 0 ? [] : [writer(entry, fields)];
  });
  return newestFirst(found);
}

/** Where a record goes beyond another one, each branch at its root; what one of the two owns as a whole is shared, not added. */
function beyond(record: Fields, own: Fields, at: FieldPath = []): FieldPath[] {
  return Object.entries(record).flatMap(([mark, part]): FieldPath[] => {
    if (mark === '.') return [];
    const path = [...at, mark];
    const ours = ownMember(own, mark);
    if (ours === undefined) return [path];
    return isWhole(part) || isWhole(ours) || !isFields(part) || !isFields(ours) ? [] : beyond(part, ours, path);
  });
}
