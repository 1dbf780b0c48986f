import type { DriftCluster, DriftDocument } from '../../model/drift.ts';
import type { Finding } from '../../model/finding.ts';
import { driftCounts } from '../drift-words.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { counted, EMULATED_NOTE } from '../words.ts';
import { onlyBlock, withinBudget } from './budget.ts';
import { driftChangesSection } from './drift-change.ts';
import { prose, title } from './escape.ts';
import { findingsSection } from './findings.ts';

/** The title of the one issue about a cluster: the same as long as it is open. */
export function driftIssueTitle(fleet: string, cluster: string): string {
  return `Drift: ${title(cluster, NAME_LENGTH)} of ${title(fleet, NAME_LENGTH)} is not as approved`;
}

/**
 * The issue about one cluster: what differs, who did it, how to repair it; below `budget` bytes. The same drift gives the same text,
 * but for the time of the look (`lookedAt`, RFC 3339).
 */
export function driftIssueMarkdown(
  document: DriftDocument & { findings?: readonly Finding[] },
  clusterName: string,
  { lookedAt, budget }: { lookedAt?: string; budget?: number } = {},
): string {
  const cluster = document.clusters.find(({ name }) => name === clusterName);
  const broken = brokenRules(document.findings ?? [], clusterName);
  const changes = cluster !== undefined && cluster.changes.length > 0;
  const differences = [
    ...(changes || broken.length === 0 ? [stateText(cluster)] : []),
    ...(broken.length === 0 ? [] : [counted(broken.length, 'rule broken', 'rules broken')]),
  ].join('; ');
  const head = [
    `🔀 **${name(clusterName)} of ${name(document.fleet)} differs from what was approved: ${differences}.**`,
    ...(document.emulated === true ? [EMULATED_NOTE] : []),
    REPAIR,
    ...(document.proposalPending ? [PENDING] : []),
    ...(document.only === undefined ? [] : [NARROWED]),
    ...(lookedAt === undefined ? [] : [`Last looked at: ${prose(lookedAt)} (noted twice a day at most).`]),
    ...(changes ? [LEGEND] : []),
  ];
  return withinBudget(
    [onlyBlock(0, head.join('\n\n')), findingsSection(broken), ...(cluster === undefined ? [] : [driftChangesSection(cluster)])],
    budget,
  );
}

/** Rules that are broken on a live cluster by now: a drift that no change of an object shows. */
export function brokenRules(findings: readonly Finding[], clusterName: string): Finding[] {
  return findings.filter(({ rule, severity, cluster }) => /^E\d/.test(rule) && severity === 'error' && cluster === clusterName);
}

/** What is said when the issue is closed. */
export function driftClosedMarkdown(document: DriftDocument, clusterName: string): string {
  const cluster = document.clusters.find(({ name }) => name === clusterName);
  if (cluster?.status !== 'known' || cluster.changes.length > 0) {
    return `${name(clusterName)} of ${name(document.fleet)}: ${stateText(cluster)}.\n`;
  }
  const pending = document.proposalPending ? `\n\n${PENDING}` : '';
  return `✅ **${name(clusterName)} of ${name(document.fleet)} is as approved again.**${pending}\n`;
}

/** Why the issue of a cluster ends that is not looked at any more. */
export function driftEndedMarkdown(fleet: string, clusterName: string): string {
  return `${name(clusterName)} is detached or no longer declared: the drift of ${name(fleet)} is not about it any more.\n`;
}

function name(text: string): string {
  return prose(text, NAME_LENGTH);
}

function stateText(cluster: DriftCluster | undefined): string {
  if (cluster === undefined) return 'it was not looked at';
  return cluster.status === 'unknown'
    ? `not judged, ${prose(cluster.reason ?? 'it was not looked at')}`
    : driftCounts(cluster.changes);
}

const REPAIR = [
  'To bring back what was approved, either',
  '',
  '- run the propose workflow and merge the pull request that it opens: apply then undoes exactly what that plan shows, or',
  '- undo it by hand.',
  '',
  'To keep it, give this issue the label `cn2-fleet/adopt`: the drift workflow then opens a pull request in which the declaration says what is live (`cn2-fleet drift --adopt` does the same in a checkout), and names what cannot be adopted. Or change the declaration by hand, or stop declaring what somebody else is to own. This issue closes itself when nothing differs any more.',
].join('\n');
const PENDING =
  'A proposal is pending: the declaration is newer than what is rendered, and this was compared with what is rendered.';
const NARROWED =
  'In this look only a part of the cluster was looked at (`--only`): what an earlier one found elsewhere may still be there. The next look at the whole fleet lists everything.';
const LEGEND = 'Below, `-` is what was approved and `+` is what is live.';
