import type { Finding, Severity } from '../model/finding.ts';
import { counted } from './words.ts';

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** By file and place, as a reader meets them; findings without a file last. */
export function byPlace(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      compare(a.file ?? '\uffff', b.file ?? '\uffff') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      RANK[a.severity] - RANK[b.severity] ||
      compare(a.rule, b.rule),
  );
}

/** Errors first, then by place. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return byPlace(findings).sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** "2 errors, 1 warning", or "no findings". */
export function severityCounts(findings: readonly Finding[]): string {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = [
    ...(of('error') > 0 ? [counted(of('error'), 'error')] : []),
    ...(of('warning') > 0 ? [counted(of('warning'), 'warning')] : []),
    ...(of('info') > 0 ? [counted(of('info'), 'note')] : []),
  ];
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** `file:line:column`, or the cluster, or nothing: where a finding stands. */
export function placeText(finding: Pick<Finding, 'file' | 'line' | 'column' | 'cluster'>): string {
  if (finding.file === undefined) return finding.cluster ?? '';
  if (finding.line === undefined) return finding.file;
  return finding.column === undefined ? `${finding.file}:${finding.line}` : `${finding.file}:${finding.line}:${finding.column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
