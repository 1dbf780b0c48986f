import type { Plan } from '../../model/plan.ts';
import { disruptionHeading, disruptiveChanges, interruptionText } from '../interruption-words.ts';
import { changeTitle } from '../plan-summary.ts';
import { plainSection, type Section } from './budget.ts';
import { code } from './escape.ts';

/** So many are named one by one; all of them say it again in the folds. */
const MOST_LISTED = 30;

/** What the plan interrupts, above everything else. */
export function disruptionSection(plan: Plan): Section {
  const found = disruptiveChanges(plan);
  if (found.length === 0) return plainSection();
  const lines = found.map(
    ({ cluster, change }) =>
      () =>
        `- ⚡ ${change.action} ${code(changeTitle(change))} on ${code(cluster)}: ${interruptionText(change)}`,
  );
  const shown = lines.slice(0, MOST_LISTED).map((text) => ({ priority: 1, text, holds: { 'disruptive change': 1 } }));
  const more = lines.length - shown.length;
  return plainSection(
    { priority: 1, text: `**${disruptionHeading(plan)}**`, holds: {} },
    ...shown,
    ...(more > 0 ? [{ priority: 1, text: `- ⚡ and ${more} more, below`, holds: { 'disruptive change': more } }] : []),
  );
}
