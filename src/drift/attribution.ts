import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Change } from '../model/plan.ts';
import { isStatusOnly } from '../plan/last-writer.ts';

/** Who has taken over fields, as the API server named them (several joined by a comma, as in the plan); null: nobody. */
export function managerOf(change: Pick<Change, 'fields'>): string | null {
  const managers = new Set(change.fields.flatMap(({ conflictsWith }) => conflictsWith?.split(', ') ?? []));
  return managers.size === 0 ? null : [...managers].sort().join(', ');
}

/**
 * When one of the named managers wrote the object last, from its managedFields; null: the object does not tell. The time moves when
 * the manager adds, changes or removes any field of its own (Kubernetes documentation of managedFields).
 */
export function sinceOf(object: KubernetesObject | undefined, manager: string | null): string | null {
  if (object === undefined || manager === null) return null;
  const names = new Set([manager, ...manager.split(', ')]);
  const times = (object.metadata.managedFields ?? []).flatMap((entry) =>
    names.has(entry.manager) && !isStatusOnly(entry) && entry.time !== undefined ? [entry.time] : [],
  );
  return times.sort().at(-1) ?? null;
}
