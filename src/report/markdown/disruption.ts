import type { Plan } from '../../model/plan.ts';
import { disruptionHeading, disruptiveChanges, interruptionText } from '../interruption-words.ts';
import { changeTitle } from '../plan-summary.ts';
import { upgradedClusters, upgradeText } from '../upgrade-words.ts';
import { plainSection, type Section } from './budget.ts';
import { code, prose } from './escape.ts';

/** So many are named one by one; all of them say it again in the folds. */
const MOST_LISTED = 30;

/** Another release that comes, and what the plan interrupts, above everything else. */
export function disruptionSection(plan: Plan): Section {
  const found = disruptiveChanges(plan);
  const upgrades = upgradedClusters(plan).map(({ name, upgrade }) => ({
    priority: 1,
    text: () => `- ⬆️ **upgrade of ${code(name)} ${prose(upgradeText(upgrade))}**`,
    holds: { 'cluster to upgrade': 1 },
  }));
  if (found.length === 0) return plainSection(...upgrades);
  const lines = found.map(
    ({ cluster, change }) =>
      () =>
        `- ⚡ ${change.action} ${code(changeTitle(change))} on ${code(cluster)}: ${interruptionText(change)}`,
  );
  const shown = lines.slice(0, MOST_LISTED).map((text) => ({ priority: 1, text, holds: { 'disruptive change': 1 } }));
  const more = lines.length - shown.length;
  return plainSection(
    ...upgrades,
    { priority: 1, text: `${upgrades.length > 0 ? '\n' : ''}**${disruptionHeading(plan)}**`, holds: {} },
    ...shown,
    ...(more > 0 ? [{ priority: 1, text: `- ⚡ and ${more} more, below`, holds: { 'disruptive change': more } }] : []),
  );
}
