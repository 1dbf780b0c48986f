import type { Finding } from '../../model/finding.ts';
import type { CheckConclusion, CheckOutput } from '../../model/forge.ts';
import type { Plan } from '../../model/plan.ts';
import { bySeverity, severityCounts } from '../findings-order.ts';
import { titleWithin } from '../markdown/escape.ts';
import { planMarkdown } from '../markdown/plan.ts';
import { planTotals } from '../plan-summary.ts';
import { clusterNames, planVerdict } from '../plan-verdict.ts';
import { listed } from '../words.ts';
import { annotationOf } from './check-annotation.ts';

/** GitHub cuts longer titles. */
const TITLE_LENGTH = 255;
/** Nobody reads more; GitHub takes them in requests of 50. */
const MOST_ANNOTATIONS = 1_000;

/**
 * The check run of a plan: a failure where a rule is broken or a cluster could not be judged, neutral where no cluster was to be
 * looked at. Findings stand on their lines; their files must be relative to the top of the repository.
 */
export function planCheck(plan: Plan, findings: readonly Finding[]): { conclusion: CheckConclusion; output: CheckOutput } {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const unknown = plan.offline === true ? [] : planTotals(plan).unknown;
  const failed = errors.length > 0 || unknown.length > 0;
  const conclusion = failed ? 'failure' : plan.offline === true ? 'neutral' : 'success';
  const reasons = [
    ...(errors.length === 0 ? [] : [`${severityCounts(errors)} (${rulesOf(errors)})`]),
    ...(unknown.length === 0 ? [] : [`${clusterNames(unknown)} unknown`]),
  ];
  return {
    conclusion,
    output: {
      title: titleWithin(failed ? listed(reasons) : planVerdict(plan), TITLE_LENGTH),
      summary: planMarkdown(plan, findings),
      annotations: bySeverity(findings).flatMap(annotationOf).slice(0, MOST_ANNOTATIONS),
    },
  };
}

const MOST_RULES = 5;

function rulesOf(errors: readonly Finding[]): string {
  const rules = [...new Set(errors.map(({ rule }) => rule))];
  return rules.length <= MOST_RULES ? rules.join(', ') : `${rules.slice(0, MOST_RULES).join(', ')} …`;
}
