import type { Finding } from '../model/finding.ts';
import type { Condition } from '../model/outcome.ts';

/** Rules whose findings say that a cluster could not be judged; every other error is a broken rule. */
const UNJUDGED_RULES: ReadonlySet<string> = new Set(['credential', 'cluster']);

/** What findings mean for the end of a command; warnings mean nothing. */
export function findingConditions(findings: readonly Finding[]): Condition[] {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const conditions: Condition[] = [];
  if (errors.some((finding) => !UNJUDGED_RULES.has(finding.rule) && finding.rule !== 'rendered')) conditions.push('rule-broken');
  if (errors.some((finding) => finding.rule === 'rendered')) conditions.push('not-approved');
  if (errors.some((finding) => UNJUDGED_RULES.has(finding.rule))) conditions.push('unknown-cluster');
  return conditions;
}

/** Warning E23: that nodes may lack a label that a selector wants. A look at the nodes answers it. */
export function isOfflineGuess({ rule, severity }: Finding): boolean {
  return rule === 'E23' && severity === 'warning';
}

/** Whether a finding is about something that is there and not declared: whatever a plan makes of it, the cluster is not as declared. */
export function isUndeclared({ rule }: Pick<Finding, 'rule'>): boolean {
  return rule === 'removal';
}

/** Warning cluster: that objects of the fleet may be there which nobody looked at. What was seen says nothing of them. */
export function isUnseen({ rule, severity }: Pick<Finding, 'rule' | 'severity'>): boolean {
  return rule === 'cluster' && severity === 'warning';
}

/** Whether a finding stops: errors do. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
