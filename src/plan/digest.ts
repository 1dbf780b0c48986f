import { canonicalJson, sha256 } from '../declare/digest.ts';
import type { ApprovedPlan } from '../model/plan.ts';
import { withoutViews } from './views.ts';

/**
 * sha256:… over what a plan means: which clusters, objects, actions and fields, from which rendered files, in which place of the order.
 * Not: times, counts of requests, resourceVersions, whether a create could be previewed, and grants, takes and interruptions, which are
 * views of what the index binds.
 */
export function planDigest(plan: Pick<ApprovedPlan, 'fleet' | 'index' | 'serial' | 'complete' | 'clusters'>): string {
  const clusters = plan.clusters.map(({ name, uid, role, changes, notCompared, limited }) => ({
    name,
    uid,
    role,
    notCompared,
    limited,
    changes: changes.map((change) => {
      const { predicted: _, ...meaning } = withoutViews(change);
      return meaning;
    }),
  }));
  const { fleet, index, serial, complete } = plan;
  return sha256(canonicalJson({ schemaVersion: 1, fleet, index, serial, complete, clusters }));
}
