import type { Plan } from '../../model/plan.ts';
import { limitTexts } from '../limit-words.ts';
import { isUntouched, mergingWords } from '../merging-words.ts';
import { planTotals } from '../plan-summary.ts';
import { NAME_LENGTH, planVerdict } from '../plan-verdict.ts';
import { EMULATED_NOTE } from '../words.ts';
import { code, prose } from './escape.ts';
import { isDangerous } from './plan-change.ts';

/** As many as there are central clusters with such an API: more are no more news. */
const MOST_LIMITS = 2;

/** Longest verdict: it is never left out, so it must stay short. */
const VERDICT_LENGTH = 900;

/** The first line: the verdict with counts per cluster, and that CN2 was emulated. */
export function verdictLine(plan: Plan): string {
  const emulated = plan.emulated === true ? ` · ${EMULATED_NOTE}` : '';
  return `${mark(plan)} **Plan for ${prose(plan.fleet, NAME_LENGTH)}: ${prose(planVerdict(plan), VERDICT_LENGTH)}**${emulated}`;
}

function mark(plan: Plan): string {
  if (isUntouched(plan)) return '✅';
  if (plan.merging?.approves === 'wrong') return '🛑';
  const totals = planTotals(plan);
  if (plan.offline === true) return '📄';
  if (totals.unknown.length > 0 || !plan.complete) return '⚠️';
  return totals.changes.some(isDangerous) ? '🛑' : '📋';
}

/** How far the plan can be trusted: what was not seen, what is not previewed. */
export function trustLines(plan: Plan): string[] {
  if (isUntouched(plan)) return [];
  const { predicted, predictedSecrets, notCompared } = planTotals(plan);
  return [
    ...(plan.complete ? [] : [plan.offline === true ? OFFLINE : INCOMPLETE]),
    ...(predicted > predictedSecrets ? [PREDICTED] : []),
    ...(predictedSecrets > 0 ? [PREDICTED_SECRETS] : []),
    ...(notCompared > 0 ? [NOT_COMPARED] : []),
    ...limitTexts(plan)
      .slice(0, MOST_LIMITS)
      .map((text) => prose(`${text}.`)),
  ];
}

/** What merging does, where the plan is of a pull request. */
export function mergingLines(plan: Plan): string[] {
  return plan.merging === undefined ? [] : [mergingWords(plan.merging, plan)];
}

/** The digest that an approval binds to; a plan that is not complete has none to approve. */
export function digestLine(plan: Plan): string {
  return `Digest ${code(plan.digest)}`;
}

const OFFLINE =
  '**Offline: no cluster was looked at.** This is what the declaration changes against the committed manifests; what is live may differ, and none of it can be approved.';
const INCOMPLETE = 'Not complete: what could not be read is neither clean nor a reason to delete.';
const PREDICTED =
  'Not previewed: what it needs (a kind, a namespace) does not exist yet, or this identity may not try it, or its API cannot. It is checked when its turn comes, and can then only become what was rendered.';
const PREDICTED_SECRETS = 'A Secret is not previewed: its content is sent to no server before it is approved.';
const NOT_COMPARED =
  'Secrets that this identity may not read are not compared: approving covers the content that their annotation names, and apply compares it.';
