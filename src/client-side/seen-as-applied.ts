import { FIELD_MANAGER } from '../cn2/names.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import { common, cut, union, valueAt } from '../plan/field-set.ts';
import { sameJson } from '../plan/json.ts';
import { lastApplied, withoutLastApplied } from '../plan/last-applied.ts';
import { allOf } from '../plan/local-merge.ts';
import { ownEntry } from '../plan/ownership.ts';
import { recordOf } from '../plan/record.ts';
import { isHand } from '../plan/taking.ts';

/**
 * An object of an API that keeps no record of what was applied, with the record that its annotation stands for, as server-side apply
 * would have left it; the annotation itself is not part of the object. Records of our own writes (PUT, POST) are left out: they say
 * nothing of what is declared. What a person's hand has set to the very value that was applied is ours alone.
 */
export function seenAsApplied(raw: KubernetesObject): KubernetesObject {
  const applied = lastApplied(raw);
  const recorded = raw.metadata.managedFields ?? [];
  const others = recorded.filter(({ manager, subresource }) => manager !== FIELD_MANAGER || (subresource ?? '') !== '');
  const own = applied === undefined ? ownEntry(raw) : entryOf(applied, others, ownEntry(raw));
  const managedFields = [
    ...(own === undefined ? [] : [own]),
    ...(applied === undefined ? others : others.flatMap((entry) => withoutOurs(entry, own, applied, raw))),
  ];
  const { managedFields: _, ...metadata } = withoutLastApplied(raw).metadata;
  return { ...raw, metadata: { ...metadata, ...(managedFields.length === 0 ? {} : { managedFields }) } };
}

/** What was applied by server-side apply before is ours as well. */
function entryOf(
  applied: KubernetesObject,
  others: readonly ManagedFieldsEntry[],
  earlier: ManagedFieldsEntry | undefined,
): ManagedFieldsEntry {
  const record = recordOf(applied, { record: allOf(others) });
  const fieldsV1 = union(record, earlier?.fieldsV1 ?? {}) as ManagedFieldsEntry['fieldsV1'] & {};
  return { manager: FIELD_MANAGER, operation: 'Apply', apiVersion: applied.apiVersion, fieldsType: 'FieldsV1', fieldsV1 };
}

function withoutOurs(
  entry: ManagedFieldsEntry,
  own: ManagedFieldsEntry | undefined,
  applied: KubernetesObject,
  live: KubernetesObject,
): ManagedFieldsEntry[] {
  if (!isHand(entry)) return [entry];
  let left: ManagedFieldsEntry['fieldsV1'] = entry.fieldsV1;
  for (const path of common(entry.fieldsV1 ?? {}, own?.fieldsV1 ?? {})) {
    if (left === undefined || !sameJson(valueAt(applied, path), valueAt(live, path))) continue;
    left = cut(left, path) as ManagedFieldsEntry['fieldsV1'];
  }
  return left === undefined ? [] : [{ ...entry, fieldsV1: left }];
}
