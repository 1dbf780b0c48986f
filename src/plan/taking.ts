import { FIELD_MANAGER } from '../cn2/names.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import type { Taking } from '../model/plan.ts';
import { common, pathText, without } from './field-set.ts';
import { ownEntry } from './ownership.ts';

/**
 * Field managers behind which stands a person, or nobody: kubectl's own names, one per command (default of its flag --field-manager),
 * the one of kubectl before it had them, and the one under which the API server puts what was there before the first server-side apply.
 * What they set by hand is ours as soon as it is declared; a controller or another tool keeps what it owns.
 */
const HANDS: ReadonlySet<string> = new Set([
  'kubectl',
  'kubectl-client-side-apply',
  'kubectl-last-applied',
  'kubectl-create',
  'kubectl-replace',
  'kubectl-edit',
  'kubectl-patch',
  'kubectl-label',
  'kubectl-annotate',
  'kubectl-set',
  'kubectl-scale',
  'kubectl-run',
  'kubectl-expose',
  'kubectl-autoscale',
  'kubectl-rollout',
  'kubectl-taint',
  'kubectl-cordon',
  'before-first-apply',
]);

/** What is taken out of the records of people's hands, and the records as they are then. */
interface TakenOver {
  takes: Taking[];
  managedFields: ManagedFieldsEntry[];
}

/**
 * Exactly the paths that our record owns, out of the records of kubectl and its like; what we do not declare stays theirs. Undefined:
 * they share nothing with us. While they do, a field that leaves the declaration would stay forever.
 */
export function takenOver(object: KubernetesObject): TakenOver | undefined {
  const own = ownEntry(object)?.fieldsV1;
  if (own === undefined) return undefined;
  const takes: Taking[] = [];
  const managedFields = (object.metadata.managedFields ?? []).flatMap((entry): ManagedFieldsEntry[] => {
    if (!isHand(entry)) return [entry];
    const shared = common(entry.fieldsV1 ?? {}, own);
    if (shared.length === 0) return [entry];
    takes.push({ manager: entry.manager, fields: shared.map(pathText).sort() });
    const left = without(entry.fieldsV1 ?? {}, own) as ManagedFieldsEntry['fieldsV1'];
    return left === undefined ? [] : [{ ...entry, fieldsV1: left }];
  });
  return takes.length === 0 ? undefined : { takes, managedFields };
}

/**
 * Whether an entry is of a person's hand, or of ours: of a time when the API took no server-side apply and objects were written by PUT.
 */
export function isHand({ manager, operation, subresource }: ManagedFieldsEntry): boolean {
  return operation === 'Update' && (subresource ?? '') === '' && (HANDS.has(manager) || manager === FIELD_MANAGER);
}
