import type { RecheckChange } from '../apply/carry-out.ts';
import { canonicalJson } from '../declare/digest.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Change } from '../model/plan.ts';
import { withoutViews } from '../plan/views.ts';
import type { Look } from '../survey/look.ts';

/**
 * For a write that was refused because the object has moved (a status write is enough): looks again, and gives the fresh
 * precondition when the very same change is still what is needed.
 */
export function recheckWith(lookAgain: () => Promise<Look>): RecheckChange {
  return async (cluster, change) => {
    const seen = await lookAgain();
    const same = seen.plan.clusters
      .find(({ name }) => name === cluster)
      ?.changes.some((now) => meaning(now) === meaning(withoutFreed(change, now)));
    if (same !== true) return undefined;
    return seen.preconditions.find(
      (precondition) =>
        precondition.cluster === cluster &&
        precondition.group === groupOf(change.apiVersion) &&
        precondition.kind === change.kind &&
        precondition.name === change.name &&
        precondition.namespace === change.namespace,
    );
  };
}

/** Who held a field and has let it go, by our own hand after an answer that was lost, is no longer named. */
function withoutFreed(change: Change, now: Change): Change {
  const free = new Set(now.fields.filter(({ conflictsWith }) => conflictsWith === undefined).map(({ path }) => path));
  return {
    ...change,
    fields: change.fields.map(({ conflictsWith, ...field }) =>
      conflictsWith === undefined || free.has(field.path) ? field : { ...field, conflictsWith },
    ),
  };
}

function meaning(change: Change): string {
  return canonicalJson({ ...withoutViews(change), predicted: false });
}
