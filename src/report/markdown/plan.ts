import type { Finding } from '../../model/finding.ts';
import type { Change, Plan, PlanCluster } from '../../model/plan.ts';
import {
  actionCounts,
  conflictText,
  mostDangerousFirst,
  objectTitle,
  planSentence,
  planTotals,
  renderedPath,
  SIGN,
  shownFields,
  valueText,
} from '../plan-summary.ts';
import { counted, EMULATED_NOTE } from '../words.ts';
import { type Block, plainSection, type Section, withinBudget } from './budget.ts';
import { code, fenced, html, prose, table } from './escape.ts';
import { findingsSection } from './findings.ts';

/** A plan for GitHub: verdict, findings, a table of clusters, then a fold per cluster with deletes first; below `budget` bytes. */
export function planMarkdown(plan: Plan, findings: readonly Finding[], budget?: number): string {
  return withinBudget(
    [plainSection(head(plan)), findingsSection(findings), clusterTable(plan), ...plan.clusters.map(clusterSection)],
    budget,
  );
}

function head(plan: Plan): Block {
  const totals = planTotals(plan);
  const mark = totals.unknown.length > 0 || !plan.complete ? '⚠️' : totals.changes.some(isDangerous) ? '🛑' : '📋';
  const lines = [
    `${mark} **Plan for ${prose(plan.fleet)}: ${prose(planSentence(shortUnknown(plan)))}**${plan.emulated ? ` · ${EMULATED_NOTE}` : ''}`,
    '',
    `Digest ${code(plan.digest)}`,
    ...(plan.complete ? [] : ['', 'Not complete: what could not be read is neither clean nor a reason to delete.']),
  ];
  return { priority: 0, text: lines.join('\n'), holds: {} };
}

/** The verdict line names clusters only while they are few: it is never left out, so it must stay short. */
function shortUnknown(plan: Plan): Plan {
  const unknown = plan.clusters.filter((cluster) => cluster.status === 'unknown');
  if (unknown.length <= 5) return plan;
  const others = { ...unknown[0]!, name: counted(unknown.length, 'cluster'), changes: [] };
  return { ...plan, clusters: [...plan.clusters.map((cluster) => ({ ...cluster, status: 'known' as const })), others] };
}

function isDangerous(change: Change): boolean {
  return change.action === 'delete' || change.action === 'replace';
}

const TABLE_PART = 25;

function clusterTable(plan: Plan): Section {
  const row = (cluster: PlanCluster) => [
    code(cluster.name),
    cluster.role,
    cluster.status === 'unknown'
      ? `⚠️ unknown: ${prose(cluster.reason ?? 'it was not looked at')}`
      : prose(actionCounts(cluster.changes)),
  ];
  const ordered = [...plan.clusters].sort((a, b) => weight(a) - weight(b));
  const blocks: Block[] = [];
  for (let at = 0; at < ordered.length; at += TABLE_PART) {
    const part = ordered.slice(at, at + TABLE_PART);
    blocks.push({
      priority: 2,
      text: table(['cluster', 'role', 'changes'], part.map(row)),
      holds: { 'row of the cluster table': part.length },
    });
  }
  return plainSection(...blocks);
}

/** Unknown clusters first, then those with deletes, then those with changes. */
function weight(cluster: PlanCluster): number {
  if (cluster.status === 'unknown') return 0;
  if (cluster.changes.some(isDangerous)) return 1;
  return cluster.changes.length > 0 ? 2 : 3;
}

function clusterSection(cluster: PlanCluster): Section {
  const title = `${html(cluster.name)} (${cluster.role}): ${html(actionCounts(cluster.changes))}`;
  return {
    open: `<details><summary>${title}</summary>`,
    close: '</details>',
    blocks: mostDangerousFirst(cluster.changes).map((change) => changeBlock(cluster, change)),
  };
}

/** More fields of one object than this are counted, so that a block stays small. */
const MOST_FIELDS = 40;

function changeBlock(cluster: PlanCluster, change: Change): Block {
  const notes = [
    `stage ${change.stage}`,
    ...(change.for === cluster.name ? [] : [`for ${code(change.for)}`]),
    ...(change.predicted && cluster.status === 'known'
      ? ['**predicted**: what it needs is not there yet, checked when applied']
      : []),
    ...(change.action === 'replace' ? ['**cannot be changed in place: refused**'] : []),
    ...(change.action === 'create' ? [code(renderedPath(cluster.name, change))] : []),
  ];
  const fields = shownFields(change);
  const shown = [...fields]
    .sort((a, b) => Number(b.conflictsWith !== undefined) - Number(a.conflictsWith !== undefined))
    .slice(0, MOST_FIELDS);
  const lines = shown.flatMap((field) => [
    `  ${field.path}`,
    ...(field.before === undefined ? [] : [`- ${valueText(field.before)}`]),
    ...(field.after === undefined ? [] : [`+ ${valueText(field.after)}`]),
    ...(field.conflictsWith === undefined ? [] : [`! ${conflictText(field.conflictsWith)}`]),
  ]);
  if (fields.length > shown.length) lines.push(`  … ${counted(fields.length - shown.length, 'more field')}`);
  const text = [
    `${code(`${SIGN[change.action]} ${change.action}`)} ${code(objectTitle(change))} ${notes.join(', ')}`,
    ...(lines.length === 0 ? [] : ['', fenced(lines, 'diff')]),
  ].join('\n');
  const conflict = fields.some((field) => field.conflictsWith !== undefined);
  return { priority: isDangerous(change) ? 2 : conflict ? 3 : change.action === 'create' ? 5 : 4, text, holds: { object: 1 } };
}
