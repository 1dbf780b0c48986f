import { LAST_APPLIED_ANNOTATION } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { type Difference, differences } from './difference.ts';

export interface Conflict {
  /** As the server writes it: .spec.containers[name="x"].image */
  field: string;
  manager: string;
}

/** Stands for every value of a Secret; the same text before and after, so that nothing can be compared or guessed. */
const SECRET_VALUE = '(secret)';
/** Copies of what was applied: kubectl's has the values of Secrets, too, and in ours, which is packed, no value is known again. */
const COPIES: ReadonlySet<string> = new Set(
  ['kubectl.kubernetes.io/last-applied-configuration', LAST_APPLIED_ANNOTATION].map(
    (name) => `/metadata/annotations/${name.replace('/', '~1')}`,
  ),
);

/** The fields of a change from `before` (absent: created) to `after`, with the other owners of those in conflict. No secret values. */
export function fieldChanges(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  conflicts: readonly Conflict[] = [],
): FieldChange[] {
  const found = differences(before, after);
  const hidden = [...found, ...invisible(found, before, after, conflicts)];
  return hidden
    .map((difference) => fieldChange(difference, after, conflicts))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function fieldChange(difference: Difference, object: KubernetesObject, conflicts: readonly Conflict[]): FieldChange {
  const { path, before, after } = difference;
  const secret = isSecret(path, object);
  const owners = [
    ...new Set(conflicts.filter((conflict) => covers(conflict.field, difference.serverPath)).map(({ manager }) => manager)),
  ];
  return {
    path,
    ...(before === undefined ? {} : { before: secret ? SECRET_VALUE : before }),
    ...(after === undefined ? {} : { after: secret ? SECRET_VALUE : after }),
    ...(owners.length === 0 ? {} : { conflictsWith: owners.sort().join(', ') }),
  };
}

/** A conflict names a field or the atomic list that holds it. */
function covers(field: string, serverPath: string): boolean {
  if (!serverPath.startsWith(field)) return false;
  return serverPath.length === field.length || '.['.includes(serverPath[field.length]!);
}

function isSecret(path: string, object: KubernetesObject): boolean {
  if (COPIES.has(path)) return true;
  return object.kind === 'Secret' && groupOf(object.apiVersion) === '' && /^\/(data|stringData)(\/|$)/.test(path);
}

/** Conflicts over fields that end up with equal content (the same quantity written differently): still shown, as force depends on it. */
function invisible(
  found: readonly Difference[],
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  conflicts: readonly Conflict[],
): Difference[] {
  const missed = conflicts.filter(({ field }) => !found.some(({ serverPath }) => covers(field, serverPath)));
  if (missed.length === 0) return [];
  const old = new Map((before === undefined ? [] : differences(undefined, before)).map((leaf) => [leaf.path, leaf.after]));
  const leaves = differences(undefined, after);
  return missed.flatMap(({ field }): Difference[] => {
    const touched = leaves.filter(({ serverPath }) => covers(field, serverPath));
    if (touched.length === 0) return [{ path: field.replaceAll('.', '/'), serverPath: field }];
    return touched.map((leaf) => {
      const was = old.get(leaf.path);
      return was === undefined ? leaf : { ...leaf, before: was };
    });
  });
}
