import type { DetachView, Plan } from '../../model/plan.ts';
import { detachTexts } from '../detach-words.ts';
import { disruptionHeading, disruptiveChanges, interruptionText } from '../interruption-words.ts';
import { changeTitle } from '../plan-summary.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { upgradedClusters, upgradeText } from '../upgrade-words.ts';
import { type Block, plainSection, type Section } from './budget.ts';
import { code, prose } from './escape.ts';

/** So many are named one by one; all of them say it again in the folds. */
const MOST_LISTED = 30;

/** What the plan detaches, another release that comes, and what it interrupts, above everything else. */
export function disruptionSection(plan: Plan): Section {
  const found = disruptiveChanges(plan);
  const upgrades = upgradedClusters(plan).map(({ name, upgrade }) => ({
    priority: 1,
    text: () => `- ⬆️ **upgrade of ${code(name)} ${prose(upgradeText(upgrade))}**`,
    holds: { 'cluster to upgrade': 1 },
  }));
  const detaches = (plan.detaches ?? []).map(detachBlock);
  if (found.length === 0) return plainSection(...detaches, ...upgrades);
  const lines = found.map(
    ({ cluster, change }) =>
      () =>
        `- ⚡ ${change.action} ${code(changeTitle(change))} on ${code(cluster)}: ${interruptionText(change)}`,
  );
  const shown = lines.slice(0, MOST_LISTED).map((text) => ({ priority: 1, text, holds: { 'disruptive change': 1 } }));
  const more = lines.length - shown.length;
  return plainSection(
    ...detaches,
    ...upgrades,
    { priority: 1, text: `${upgrades.length > 0 ? '\n' : ''}**${disruptionHeading(plan)}**`, holds: {} },
    ...shown,
    ...(more > 0 ? [{ priority: 1, text: `- ⚡ and ${more} more, below`, holds: { 'disruptive change': more } }] : []),
  );
}

function detachBlock(view: DetachView): Block {
  const [first = '', ...others] = detachTexts(view, (name) => code(name, 2 * NAME_LENGTH + 1));
  return {
    priority: 1,
    text: [`**Detach:** ${first}`, ...others.map((text) => `- 🔌 ${text}`)].join('\n'),
    holds: { detach: 1 },
  };
}
