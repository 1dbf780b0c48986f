import { placeOf } from '../declare/place.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { objectTitle, refOfEntry } from '../model/object-ref.ts';
import type { Plan } from '../model/plan.ts';

/** More changes than this are counted. */
const MOST_NAMED = 10;

/** Rule policy: disruptive changes of a plan whose declaration refuses them, in one finding at the word that does. */
export function policyFindings(fleet: Fleet, source: SourceMap, plan: Pick<Plan, 'clusters'>): Finding[] {
  if (fleet.policy?.disruptive !== 'refuse') return [];
  const disruptive = plan.clusters.flatMap(({ name, changes }) =>
    changes
      .filter(({ disrupts }) => disrupts !== undefined)
      .map((change) => `${change.action} ${objectTitle(refOfEntry(change, name))}`),
  );
  if (disruptive.length === 0) return [];
  const named = disruptive.slice(0, MOST_NAMED).join(', ');
  const more = disruptive.length - MOST_NAMED;
  return [
    {
      rule: 'policy',
      severity: 'error',
      ...placeOf(source, '/policy/disruptive'),
      message: `policy.disruptive is refuse, and the plan has disruptive changes: ${named}${more > 0 ? ` and ${more} more` : ''}`,
      remedy: 'Take them out of the declaration, or write policy: {disruptive: allow} for the time of this change.',
    },
  ];
}
