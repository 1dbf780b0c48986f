import type { ChangeAction } from '../../model/change-action.ts';
import type { Finding } from '../../model/finding.ts';
import type { MergeDeviation } from '../../model/merging.ts';
import type { Change, DetachView, Plan, PlanCluster } from '../../model/plan.ts';
import type { Style } from '../../model/style.ts';
import { detachTexts } from '../detach-words.ts';
import { GRANT_WORDS, grantGroups, MARK_WORDS, shownGrants, vendorText } from '../grant-words.ts';
import { disruptionHeading, disruptiveChanges, interruptionText } from '../interruption-words.ts';
import { limitTexts } from '../limit-words.ts';
import { deviationText, isUntouched } from '../merging-words.ts';
import {
  actionCounts,
  changeTitle,
  conflictText,
  mostDangerousFirst,
  planTotals,
  SIGN,
  shownFields,
  takingTexts,
  valueText,
} from '../plan-summary.ts';
import { planSentence } from '../plan-verdict.ts';
import { excerpt, printable } from '../printable.ts';
import { upgradedClusters, upgradeText } from '../upgrade-words.ts';
import { EMULATED_NOTE } from '../words.ts';
import { findingLines } from './findings.ts';

/** A plan for a person: what it detaches, another release and what else interrupts, findings, then per cluster what would change, deletes first, and a sentence at the end. */
export function planText(plan: Plan, findings: readonly Finding[], style: Style): string {
  const blocks: string[][] = [];
  for (const view of plan.detaches ?? []) blocks.push(detachLines(view, style));
  if (upgradedClusters(plan).length > 0) blocks.push(upgradeLines(plan, style));
  if (disruptiveChanges(plan).length > 0) blocks.push(disruptionLines(plan, style));
  if (findings.length > 0) blocks.push(findingLines(findings, style));
  const detached = new Set(plan.detaches?.map(({ cluster }) => cluster));
  for (const cluster of plan.clusters) blocks.push(clusterLines(cluster, style, detached));
  const deviations = plan.merging?.deviations ?? [];
  if (deviations.length > 0) blocks.push(deviationLines(deviations, style));
  blocks.push(summaryLines(plan, style));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The clusters to which another release comes, a line each. */
function upgradeLines(plan: Plan, style: Style): string[] {
  return upgradedClusters(plan).map(({ name, upgrade }) => style.bold(`upgrade of ${printable(name)} ${upgradeText(upgrade)}`));
}

/** What a detach takes away, a line each. */
function detachLines(view: DetachView, style: Style): string[] {
  const [first = '', ...others] = detachTexts(view, printable);
  return [style.red(style.bold(`Detach: ${first}`)), ...others.map((text) => `  ${style.red(`- ${text}`)}`)];
}

/** What is interrupted, a line each. */
function disruptionLines(plan: Plan, style: Style): string[] {
  const lines = disruptiveChanges(plan).map(
    ({ cluster, change }) =>
      `  ${style.yellow(`! ${change.action} ${changeTitle(change)} on ${printable(cluster)}: ${interruptionText(change)}`)}`,
  );
  return [style.bold(disruptionHeading(plan)), ...lines];
}

function clusterLines(cluster: PlanCluster, style: Style, detached: ReadonlySet<string>): string[] {
  const title = `${style.bold(printable(cluster.name))} ${style.dim(`(${cluster.role})`)}`;
  const known = cluster.status === 'known';
  const state = known
    ? actionCounts(cluster.changes)
    : style.yellow(`unknown: ${printable(cluster.reason ?? 'it was not looked at')}`);
  const changes = mostDangerousFirst(cluster.changes);
  const lines = [`${title} ${state}`];
  for (const [position, change] of changes.entries()) {
    const heading = stageHeading(cluster, change, detached);
    if (position === 0 || heading !== stageHeading(cluster, changes[position - 1], detached))
      lines.push(`  ${style.dim(heading)}`);
    lines.push(...changeLines(cluster, change, style));
  }
  return lines;
}

/**
 * Changes of one stage stand together; deletes come last of all when they are carried out, whatever their stage, but for the vRouters
 * that another release calls otherwise, and detaches after them.
 */
function stageHeading({ upgrade }: PlanCluster, change: Change | undefined, detached: ReadonlySet<string>): string {
  if (change?.action !== 'delete') return printable(change?.stage ?? '');
  if (detached.has(change.for)) return printable(`detach of ${change.for}, ${change.stage}`);
  const replaced = upgrade !== undefined && change.stage === '50-vrouter' && change.kind === 'Vrouter';
  return printable(replaced ? change.stage : `last of all, ${change.stage}`);
}

function changeLines(cluster: PlanCluster, change: Change, style: Style): string[] {
  const notes = [
    ...(change.for === cluster.name ? [] : [`for ${printable(change.for)}`]),
    ...(change.predicted && cluster.status === 'known' ? ['not previewed'] : []),
    ...(change.action === 'replace' ? ['cannot be changed in place: refused'] : []),
    ...takingTexts(change),
  ];
  const paint = painter(change.action, style);
  const note = notes.length === 0 ? '' : `  ${style.dim(`(${notes.join(', ')})`)}`;
  return [
    `    ${paint(`${SIGN[change.action]} ${change.action}`)} ${changeTitle(change)}${note}`,
    ...shownFields(change).flatMap((field) => [
      `        ${printable(field.path)}: ${style.red(valueText(field.before))} → ${style.green(valueText(field.after))}`,
      ...(field.conflictsWith === undefined ? [] : [`        ${style.yellow(`! ${conflictText(field.conflictsWith)}`)}`]),
    ]),
    ...(change.patched ?? []).map(
      ({ path, before, after }) =>
        `        ${style.dim('patch')} ${printable(path)}: ${style.red(valueText(before))} → ${style.green(valueText(after))}`,
    ),
    ...grantLines(change, style),
  ];
}

/** Longest detail of a grant on a line; the document has all of it. */
const GRANT_LENGTH = 300;

/** What the object may do, a line each; images last. */
function grantLines(change: Change, style: Style): string[] {
  return grantGroups(shownGrants(change)).flatMap(({ what, mark, details }) => {
    const word = `${mark === undefined ? '' : MARK_WORDS[mark]}${GRANT_WORDS[what]}`;
    const paint = what === 'image' || mark === 'removed' ? style.dim : style.yellow;
    return details.map((detail) => `        ${paint(`* ${word}: ${excerpt(detail, GRANT_LENGTH)}`)}`);
  });
}

function summaryLines(plan: Plan, style: Style): string[] {
  const totals = planTotals(plan);
  if (isUntouched(plan)) return [style.bold(`Plan for ${printable(plan.fleet)}: ${planSentence(plan)}.`)];
  const text = `Plan for ${printable(plan.fleet)}: ${planSentence(plan)}.`;
  const lines = [totals.unknown.length > 0 || !plan.complete ? style.yellow(text) : style.bold(text)];
  if (!plan.complete && plan.offline !== true)
    lines.push(style.yellow('Not complete: what could not be read is neither clean nor a reason to delete.'));
  if (totals.predicted > totals.predictedSecrets)
    lines.push(
      style.dim('not previewed: what it needs does not exist yet, or cannot be tried; it is checked when its turn comes'),
    );
  if (totals.predictedSecrets > 0)
    lines.push(style.dim('a Secret is not previewed: its content is sent to no server before it is approved'));
  if (totals.notCompared > 0)
    lines.push(
      style.dim(
        'a Secret that may not be read, or whose value is missing, is not compared: approving covers what its annotation names, and apply compares it',
      ),
    );
  for (const text of limitTexts(plan)) lines.push(style.dim(printable(text)));
  if (plan.vendor !== undefined) {
    const text = `Vendor files ${vendorText(plan.vendor)}.`;
    lines.push(plan.vendor.asPublished ? style.dim(text) : style.yellow(text));
  }
  lines.push(style.dim(plan.digest));
  if (plan.emulated) lines.push(style.dim(EMULATED_NOTE));
  return lines;
}

/** What merging would do beyond the declaration or short of it. */
function deviationLines(deviations: readonly MergeDeviation[], style: Style): string[] {
  const lines = deviations.map((deviation) => `  ${style.red('!')} ${deviationText(deviation, printable)}`);
  return [style.bold('What merging would do beyond the declaration, or short of it:'), ...lines];
}

function painter(action: ChangeAction, style: Style): (text: string) => string {
  if (action === 'delete' || action === 'replace') return style.red;
  return action === 'create' ? style.green : style.yellow;
}
