import type { Checkout } from '../checkout/checkout.ts';
import { loadDeclaration } from '../checkout/load.ts';
import { planDigest } from '../plan/digest.ts';
import type { Planned } from '../survey/live-plan.ts';

/**
 * The plan of a merge that touches no file of the fleet: nothing is rendered, no credential is read and no cluster is asked. Findings
 * of the declaration, if it has any, are those of the branch that it is merged into.
 */
export async function untouchedPlan(checkout: Checkout): Promise<Planned> {
  const declaration = await loadDeclaration(checkout);
  const meaning = { fleet: declaration.fleet?.metadata.name ?? '', index: '', complete: false, clusters: [] };
  return {
    prepared: { declaration, vendorFiles: {}, extraFiles: {}, committed: {}, findings: [] },
    plan: {
      schemaVersion: 1,
      digest: planDigest(meaning),
      ...meaning,
      merging: { touches: 'nothing', approves: 'nothing', deviations: [] },
    },
    findings: [],
    conditions: [],
    offline: false,
  };
}
