import type { DriftCluster, DriftDocument } from '../../model/drift.ts';
import type { Finding } from '../../model/finding.ts';
import { objectTitle } from '../../model/object-ref.ts';
import { foreignTexts } from '../drift-groups.ts';
import { driftCounts, driftSentence, driftTitle, upgradeUnderWayText } from '../drift-words.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { EMULATED_NOTE } from '../words.ts';
import { adoptionSections } from './adoption.ts';
import { onlyBlock, plainSection, type Section, withinBudget } from './budget.ts';
import { driftChangesSection } from './drift-change.ts';
import { code, html, prose } from './escape.ts';
import { findingsSection } from './findings.ts';
import { tableBlocks } from './long-table.ts';

/** Longest sentence of the first line, which is never left out. */
const VERDICT_LENGTH = 900;

/** Drift for the summary of a job: verdict, findings, a table of clusters, a fold per cluster; below `budget` bytes. */
export function driftMarkdown(document: DriftDocument & { findings?: readonly Finding[] }, budget?: number): string {
  return withinBudget(
    [
      onlyBlock(0, headLine(document)),
      findingsSection(document.findings ?? []),
      ...(document.adoption === undefined ? [] : adoptionSections(document.adoption)),
      clusterTable(document.clusters),
      ...document.clusters.filter(({ changes }) => changes.length > 0).map(clusterFold),
      ...document.clusters.filter(({ foreign = [] }) => foreign.length > 0).map(foreignFold),
    ],
    budget,
  );
}

function headLine(document: DriftDocument): string {
  const differs = document.clusters.some(({ changes }) => changes.length > 0);
  const mark = differs ? '🔀' : document.complete ? '✅' : '⚠️';
  const emulated = document.emulated === true ? ` · ${EMULATED_NOTE}` : '';
  return `${mark} **${driftTitle(document, (name) => prose(name, NAME_LENGTH))}: ${prose(driftSentence(document), VERDICT_LENGTH)}**${emulated}`;
}

const TABLE_PART = 25;

function clusterTable(clusters: readonly DriftCluster[]): Section {
  const weight = ({ status, changes }: DriftCluster) => (status === 'unknown' ? 0 : changes.length > 0 ? 1 : 2);
  const ordered = [...clusters].sort((a, b) => weight(a) - weight(b));
  return plainSection(
    ...tableBlocks({
      head: ['cluster', 'role', 'drift'],
      items: ordered,
      row,
      priority: 2,
      noun: 'cluster row',
      rows: TABLE_PART,
    }),
  );
}

function row(cluster: DriftCluster): string[] {
  const known = cluster.status === 'known';
  const state = known
    ? driftCounts(cluster.changes)
    : `⚠️ not judged: ${prose(cluster.reason ?? 'it was not looked at')}${lastLookText(cluster)}`;
  const upgrade = upgradeUnderWayText(cluster);
  return [code(cluster.name), cluster.role, upgrade === undefined ? state : `⬆️ ${prose(upgrade)}; ${state}`];
}

function lastLookText({ lastGoodLook }: DriftCluster): string {
  return lastGoodLook === undefined ? '' : `; judged last at ${prose(lastGoodLook)}`;
}

function foreignFold(cluster: DriftCluster): Section {
  const blocks = foreignTexts(cluster).map(({ title, text }) => ({
    priority: 4,
    text: `- ${code(objectTitle(title))}: ${prose(text)}`,
    holds: { addition: 1 },
  }));
  const title = `${html(cluster.name)} (${cluster.role}): added by others, and left alone (${blocks.length})`;
  return { open: `<details><summary>${title}</summary>`, close: '</details>', blocks };
}

function clusterFold(cluster: DriftCluster): Section {
  const title = `${html(cluster.name)} (${cluster.role}): ${driftCounts(cluster.changes)}`;
  return {
    ...driftChangesSection(cluster),
    open: `<details><summary>${title}</summary>`,
    close: '</details>',
  };
}
