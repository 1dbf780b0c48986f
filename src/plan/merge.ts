import type { ClosedPath } from '../cn2/closed-paths.ts';
import { FIELD_MANAGER } from '../cn2/names.ts';
import { isFields } from '../model/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import type { FieldChange, Taking } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { differences } from './difference.ts';
import { masked, rooted, union, valueAt, withAt, withoutAt } from './field-set.ts';
import { type Conflict, fieldChanges } from './fields.ts';
import { sameJson } from './json.ts';
import { ownEntry } from './ownership.ts';
import { ADMISSION, rewrittenPaths } from './rewritten.ts';
import { isSecret } from './secret-merge.ts';
import { recordsToRemove, type Surplus, surplusOf } from './surplus.ts';
import { takenOver } from './taking.ts';

/** What a server's answer to applying an object means for the plan. */
export interface Merge {
  fields: FieldChange[];
  /** Our record of ownership stays as it is. */
  recorded: boolean;
  /** Records of ownership that have to be written before the object: only then goes what is to go. */
  owners?: ManagedFieldsEntry[];
  takes?: Taking[];
}

/**
 * The fields of a change from `live` to what is declared, by the server's answer `result`. Fields that are neither declared nor ours do
 * not count on either side: what a webhook stamps on every write is nobody's decision. What would stay though it is declared no more,
 * or that must not be there at all, is a removal that names who holds it; what an admission rewrites is named as such.
 */
export function mergeOf(
  desired: KubernetesObject,
  live: KubernetesObject,
  result: KubernetesObject,
  conflicts: readonly Conflict[],
  closed: readonly ClosedPath[],
): Merge {
  const surplus = surplusOf(desired, live, result, closed);
  const view = viewOf(live, result, surplus);
  const edits = [
    ...surplus.map(({ path, holders }) => ({
      holders,
      edit: (object: KubernetesObject) => withoutAt(object, path),
      asDeclared: false,
    })),
    ...(isSecret(desired) ? [] : rewrittenPaths(desired, result)).map(({ path, wanted }) => ({
      holders: [ADMISSION],
      edit: (object: KubernetesObject) => withAt(object, path, wanted) as KubernetesObject,
      asDeclared: sameJson(valueAt(live, path), wanted),
    })),
  ];
  // Where the live object has what is declared, it is the write that would change it, and that is what the plan has to show.
  const after = edits.reduce((object, { edit, asDeclared }) => (asDeclared ? object : edit(object)), result);
  const holders = new Map(
    edits.flatMap((each) => differences(view(result), view(each.edit(result))).map(({ path }) => [path, each.holders] as const)),
  );
  const fields = fieldChanges(view(live), view(after), conflicts).map((field): FieldChange => {
    // What we hold ourselves by an earlier PUT is in nobody's way.
    const names = (holders.get(field.path) ?? []).filter((name) => name !== FIELD_MANAGER);
    return names.length === 0 || field.conflictsWith !== undefined ? field : { ...field, conflictsWith: names.join(', ') };
  });
  return {
    fields,
    recorded: sameJson(ownEntry(live)?.fieldsV1, ownEntry(result)?.fieldsV1),
    ...present({
      owners: surplus.length === 0 ? undefined : recordsToRemove(live, surplus, desired.apiVersion),
      takes: takenOver(result)?.takes,
    }),
  };
}

/** What counts of an object: what we own now or then, and what is to go. A server that keeps no records lets everything count. */
function viewOf(
  live: KubernetesObject,
  result: KubernetesObject,
  surplus: readonly Surplus[],
): (object: KubernetesObject) => KubernetesObject {
  const then = ownEntry(result)?.fieldsV1;
  if (then === undefined) return (object) => object;
  const owned = union(ownEntry(live)?.fieldsV1 ?? {}, then);
  const tree = surplus.reduce((all, { path }) => union(all, rooted(path, {})), owned);
  return (object) => {
    const part = masked(object, tree) as Partial<KubernetesObject>;
    const { apiVersion, kind, metadata } = object;
    const labels = isFields(part.metadata) ? part.metadata : {};
    return { ...part, apiVersion, kind, metadata: { ...labels, name: metadata.name } };
  };
}
