import type { Plan, PlanCluster } from '../../model/plan.ts';
import { actionCounts, changeTitle, mostDangerousFirst } from '../plan-summary.ts';
import { plainSection, type Section } from './budget.ts';
import { code, html, prose } from './escape.ts';
import { tableBlocks } from './long-table.ts';
import { changeBlock, type Detail, isDangerous } from './plan-change.ts';

const TABLE_PART = 25;
const REASON_LENGTH = 250;

/** Clusters with their role and counts; unknown ones first. */
export function clusterTable(plan: Plan): Section {
  const ordered = [...plan.clusters].sort((a, b) => weight(a) - weight(b));
  return plainSection(
    ...tableBlocks({
      head: ['cluster', 'role', 'changes'],
      items: ordered,
      row: (cluster) => row(cluster, plan.offline === true),
      priority: 2,
      noun: 'cluster row',
      rows: TABLE_PART,
    }),
  );
}

function row(cluster: PlanCluster, offline: boolean): string[] {
  const known = cluster.status === 'known' || offline;
  const state = known
    ? prose(actionCounts(cluster.changes))
    : `⚠️ unknown: ${prose(cluster.reason ?? 'it was not looked at', REASON_LENGTH)}`;
  return [code(cluster.name), cluster.role, state];
}

/** Unknown clusters first, then those with deletes, then those with changes. */
function weight(cluster: PlanCluster): number {
  if (cluster.status === 'unknown') return 0;
  if (cluster.changes.some(isDangerous)) return 1;
  return cluster.changes.length > 0 ? 2 : 3;
}

/** More objects than this on one cluster, and those with many fields are folded. */
const CROWD = 10;

/** A fold per cluster with its objects, deletes first. */
export function clusterSections(plan: Plan, detail: Detail): Section[] {
  return plan.clusters
    .filter(({ changes }) => changes.length > 0)
    .map((cluster) => ({
      open: `<details><summary>${html(cluster.name)} (${cluster.role}): ${html(actionCounts(cluster.changes))}</summary>`,
      close: '</details>',
      blocks: mostDangerousFirst(cluster.changes).map((change) =>
        changeBlock(cluster, change, detail, cluster.changes.length > CROWD),
      ),
    }));
}

/** So many are named one by one; all of them come first in the folds. */
const MOST_LISTED = 30;

/** What would be taken away, above everything else: a fold hides nothing that matters. */
export function deletesSection(plan: Plan): Section {
  const lines = plan.clusters.flatMap((cluster) =>
    cluster.changes
      .filter(isDangerous)
      .map((change) => () => `- 🛑 ${change.action} ${code(changeTitle(change))} on ${code(cluster.name)}`),
  );
  const blocks = lines.slice(0, MOST_LISTED).map((text) => ({ priority: 1, text, holds: { 'listed delete': 1 } }));
  const more = lines.length - blocks.length;
  if (more > 0) blocks.push({ priority: 1, text: () => `- 🛑 and ${more} more, below`, holds: { 'listed delete': more } });
  return plainSection(...blocks);
}
