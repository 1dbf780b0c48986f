import type { RecheckChange } from '../apply/carry-out.ts';
import { canonicalJson } from '../declare/digest.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Change } from '../model/plan.ts';
import type { Look } from '../survey/look.ts';

/**
 * For a write that was refused because the object has moved (a status write is enough): looks again, and gives the fresh
 * precondition when the very same change is still what is needed.
 */
export function recheckWith(lookAgain: () => Promise<Look>): RecheckChange {
  return async (cluster, change) => {
    const seen = await lookAgain();
    const same = seen.plan.clusters.find(({ name }) => name === cluster)?.changes.some((now) => meaning(now) === meaning(change));
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

function meaning({ grants: _given, interrupts: _cut, ...change }: Change): string {
  return canonicalJson({ ...change, predicted: false });
}
