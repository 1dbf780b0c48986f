import { loadDeclaration } from '../checkout/load.ts';
import type { Options, Ports } from '../commands/context.ts';
import type { PlanOutcome } from '../commands/plan.ts';
import { planDigest } from '../plan/digest.ts';

/**
 * The plan of a merge that touches no file of the fleet: nothing is rendered, no credential is read and no cluster is asked. Findings
 * of the declaration, if it has any, are those of the branch that it is merged into.
 */
export async function untouchedPlan(ports: Ports, options: Options): Promise<PlanOutcome> {
  const declaration = await loadDeclaration(ports, options);
  const meaning = { fleet: declaration.fleet?.metadata.name ?? '', index: '', complete: false, clusters: [] };
  const plan = {
    schemaVersion: 1 as const,
    digest: planDigest(meaning),
    ...meaning,
    merging: { touches: 'nothing' as const, approves: 'nothing' as const, deviations: [] },
  };
  return {
    document: { ...plan, findings: [] },
    conditions: [],
    planned: {
      prepared: { declaration, vendorFiles: {}, committed: {}, findings: [] },
      plan,
      findings: [],
      conditions: [],
      offline: false,
    },
  };
}
