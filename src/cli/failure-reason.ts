import type { Finding } from '../model/finding.ts';
import type { Condition } from '../model/outcome.ts';
import type { PlanCluster } from '../model/plan.ts';
import { outputLine } from '../report/github/output-line.ts';
import type { Outputs } from '../verbs/outputs.ts';
import type { AnyDocument } from '../verbs/verb.ts';

/** failure-reason: why a command that came to its end does not end well, in one sentence; nothing where it ends well. */
export function failureOutput(document: AnyDocument, conditions: readonly Condition[]): Outputs<'failure-reason'> {
  if (conditions.every((condition) => condition === 'changes')) return {};
  if (conditions.includes('interrupted')) return { 'failure-reason': 'interrupted' };
  const reason =
    document.reason?.split('\n')[0] ??
    firstError(document.findings ?? []) ??
    firstUnknown(document.clusters ?? []) ??
    (conditions.includes('smoke-failed') ? 'the smoke test found a broken, degraded or forbidden path' : undefined);
  return reason === undefined ? {} : { 'failure-reason': outputLine(reason) };
}

function firstError(findings: readonly Finding[]): string | undefined {
  const error = findings.find(({ severity }) => severity === 'error');
  return error === undefined ? undefined : `${error.rule}: ${error.message}`;
}

function firstUnknown(clusters: readonly Pick<PlanCluster, 'status' | 'reason' | 'name'>[]): string | undefined {
  const unknown = clusters.find(({ status }) => status === 'unknown');
  return unknown === undefined ? undefined : (unknown.reason ?? `${unknown.name} could not be judged`);
}
