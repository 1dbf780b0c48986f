import type { Finding, FindingsDocument } from '../../model/finding.ts';
import { bySeverity, placeText, severityCounts } from '../findings-order.ts';
import { EMULATED_NOTE } from '../words.ts';
import { type Block, plainSection, type Section, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';

const MARK: Record<Finding['severity'], string> = { error: '❌', warning: '⚠️', info: 'ℹ️' };

/** The findings of `validate` for GitHub, errors first, below `budget` bytes. */
export function findingsMarkdown(document: FindingsDocument, budget?: number): string {
  const clean = !document.findings.some((finding) => finding.severity === 'error');
  const head = `${clean ? '✅' : '❌'} **${severityCounts(document.findings)}**${document.emulated ? ` · ${EMULATED_NOTE}` : ''}`;
  return withinBudget([plainSection({ priority: 0, text: head, holds: {} }), findingsSection(document.findings)], budget);
}

/** Findings as a list, errors more important than warnings, for reports that carry findings among other things. */
export function findingsSection(findings: readonly Finding[]): Section {
  return plainSection(...bySeverity(findings).map(findingBlock));
}

function findingBlock(finding: Finding): Block {
  const place = placeText(finding);
  const lines = [
    `- ${MARK[finding.severity]} ${place === '' ? '' : `${code(place)} `}**${prose(finding.rule)}** ${prose(finding.message)}`,
    ...(finding.remedy === '' ? [] : [`  - hint: ${prose(finding.remedy)}`]),
    ...(finding.related ?? []).slice(0, 10).map((other) => `  - ${code(placeText(other))} ${prose(other.message)}`),
  ];
  const priority = finding.severity === 'error' ? 1 : finding.severity === 'warning' ? 3 : 6;
  return { priority, text: lines.join('\n'), holds: { [finding.severity === 'info' ? 'note' : finding.severity]: 1 } };
}
