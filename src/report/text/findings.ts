import type { Finding, FindingsDocument, Severity } from '../../model/finding.ts';
import type { Style } from '../../model/style.ts';
import { byPlace, placeText, severityCounts } from '../findings-order.ts';
import { printable } from '../printable.ts';
import { counted, EMULATED_NOTE } from '../words.ts';

/** The findings of `validate` for a person: a line each in the form compilers use, a hint below, the other places of a conflict. */
export function findingsText(document: FindingsDocument, style: Style): string {
  const lines = findingLines(document.findings, style);
  if (document.findings.length > 0) lines.push('');
  const clean = !document.findings.some((finding) => finding.severity === 'error');
  const counts = severityCounts(document.findings);
  lines.push(clean ? style.green(counts) : style.red(counts));
  if (document.emulated) lines.push(style.dim(EMULATED_NOTE));
  return `${lines.join('\n')}\n`;
}

/** The lines of findings without a summary, for reports that carry findings among other things. */
export function findingLines(findings: readonly Finding[], style: Style): string[] {
  return byPlace(findings).flatMap((finding) => [
    [
      ...(placeText(finding) === '' ? [] : [style.bold(printable(placeText(finding)))]),
      severityWord(finding.severity, style),
      printable(finding.rule),
      printable(finding.message),
    ].join(' '),
    ...(finding.remedy === '' ? [] : [`  ${style.cyan('hint:')} ${printable(finding.remedy)}`]),
    ...relatedLines(finding.related ?? [], style),
  ]);
}

/** So many other places say enough; JSON and SARIF have all. */
const PLACES = 5;

function relatedLines(related: NonNullable<Finding['related']>, style: Style): string[] {
  const lines = related.slice(0, PLACES).map((other) => `${printable(placeText(other))} ${printable(other.message)}`);
  if (related.length > PLACES) lines.push(`and ${counted(related.length - PLACES, 'more place')}`);
  return lines.map((line) => `  ${style.dim(line)}`);
}

function severityWord(severity: Severity, style: Style): string {
  if (severity === 'error') return style.red('error');
  return severity === 'warning' ? style.yellow('warning') : style.cyan('info');
}
