import type { Change, Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { planDigest } from '../plan/digest.ts';
import type { Redactor } from './redactor.ts';

/**
 * A plan without secrets where it repeats what clusters say: values of fields, reasons. Names stay, since the plan is carried out by
 * them. The digest is of what is left: it is what people read, approve and merge, and the apply compares the same.
 */
export function redactPlan(plan: Plan, secrets: Redactor): Plan {
  let touched = false;
  const clean = <Part>(part: Part): Part => {
    const out = secrets.document(part);
    touched ||= out !== part && JSON.stringify(out) !== JSON.stringify(part);
    return out;
  };
  const clusters = plan.clusters.map((cluster) => ({
    ...cluster,
    ...(cluster.reason === undefined ? {} : { reason: clean(cluster.reason) }),
    changes: cluster.changes.map(
      (change): Change => ({
        ...change,
        fields: clean(change.fields),
        ...present({ patched: change.patched && clean(change.patched) }),
      }),
    ),
  }));
  if (!touched) return plan;
  const redacted = { ...plan, clusters };
  return { ...redacted, digest: planDigest(redacted) };
}
