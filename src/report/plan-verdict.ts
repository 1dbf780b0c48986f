import type { Plan } from '../model/plan.ts';
import { isUntouched, UNTOUCHED } from './merging-words.ts';
import { actionCounts, planTotals } from './plan-summary.ts';
import { excerpt } from './printable.ts';
import { upgradedClusters, upgradeTarget } from './upgrade-words.ts';
import { counted, listed } from './words.ts';

/** Longest name of a cluster or fleet in a sentence: that of a DNS label. */
export const NAME_LENGTH = 63;

/** The verdict of a plan in one sentence without markup. */
export function planSentence(plan: Plan): string {
  if (isUntouched(plan)) return UNTOUCHED;
  const { changes } = planTotals(plan);
  return sentence(plan, changes.length === 0 ? nothingText(plan) : `${actionCounts(changes)}${scopeText(plan)}`);
}

/** More clusters with changes than this are counted together. */
const MOST_NAMED = 4;

/** The same with what changes on which cluster, as far as that is short: "1 to delete on cluster1; 12 to create on cluster2". */
export function planVerdict(plan: Plan): string {
  const changed = plan.clusters.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return planSentence(plan);
  const counts =
    changed.length <= MOST_NAMED
      ? changed.map(({ name, changes }) => `${actionCounts(changes)} on ${excerpt(name, NAME_LENGTH)}`).join('; ')
      : `${actionCounts(planTotals(plan).changes)} on ${changed.length} clusters`;
  return sentence(plan, `${counts}${scopeText(plan)}`);
}

function sentence(plan: Plan, first: string): string {
  const totals = planTotals(plan);
  const target = upgradeTarget(plan);
  const upgraded = clusterNames(upgradedClusters(plan));
  const parts = target === undefined ? [first] : [`upgrade of ${upgraded} to ${target}`, first];
  if (totals.disruptive > 0) parts.push(`${totals.disruptive} disruptive`);
  if (totals.conflicts > 0) parts.push(counted(totals.conflicts, 'field in conflict', 'fields in conflict'));
  if (totals.predicted > 0) parts.push(`${totals.predicted} not previewed`);
  if (totals.notCompared > 0) parts.push(`${counted(totals.notCompared, 'Secret')} not compared`);
  if (plan.offline === true) parts.push('offline: no cluster was looked at');
  else if (totals.unknown.length > 0) parts.push(`${clusterNames(totals.unknown)} unknown`);
  return parts.join('; ');
}

/** What is not in scope or was not seen is not said to be clean. */
function nothingText(plan: Plan): string {
  if (plan.offline === true) return 'no changes to the committed manifests';
  if (!plan.complete) return 'no changes known';
  if (isNarrowed(plan)) return `no changes${scopeText(plan)}: what belongs to other clusters was not compared`;
  return 'no changes, every cluster is as declared';
}

function scopeText(plan: Plan): string {
  return isNarrowed(plan) ? ` (only ${clusterNames(plan.only!.map((name) => ({ name })))})` : '';
}

function isNarrowed(plan: Plan): boolean {
  return plan.only !== undefined && plan.only.length > 0;
}

/** Names while they are few, else how many. */
export function clusterNames(clusters: readonly { name: string }[]): string {
  if (clusters.length > 5) return counted(clusters.length, 'cluster');
  return listed(clusters.map(({ name }) => excerpt(name, NAME_LENGTH)));
}
