import type { ApplyDocument } from '../model/apply.ts';
import type { DriftDocument } from '../model/drift.ts';
import type { Finding, FindingsDocument } from '../model/finding.ts';
import type { InitDocument } from '../model/init.ts';
import type { Plan } from '../model/plan.ts';
import type { ProposeDocument } from '../model/propose.ts';
import type { RenderDocument } from '../model/render.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { PLAIN, type Style } from '../model/style.ts';
import { planReport } from '../publish/plan.ts';
import { findingsCommands } from '../report/github/annotations.ts';
import { documentJson } from '../report/json/document.ts';
import { applyMarkdown } from '../report/markdown/apply.ts';
import { SUMMARY_BUDGET } from '../report/markdown/budget.ts';
import { driftMarkdown } from '../report/markdown/drift.ts';
import { prose } from '../report/markdown/escape.ts';
import { findingsMarkdown } from '../report/markdown/findings.ts';
import { planMarkdown } from '../report/markdown/plan.ts';
import { planSummaryMarkdown } from '../report/markdown/plan-comment.ts';
import { renderMarkdown } from '../report/markdown/render.ts';
import { smokeMarkdown } from '../report/markdown/smoke.ts';
import { printable } from '../report/printable.ts';
import { proposalLine } from '../report/proposal-line.ts';
import { findingsSarif } from '../report/sarif/sarif.ts';
import { applyText } from '../report/text/apply.ts';
import { driftText } from '../report/text/drift.ts';
import { findingLines, findingsText } from '../report/text/findings.ts';
import { initText } from '../report/text/init.ts';
import { planText } from '../report/text/plan.ts';
import { renderText } from '../report/text/render.ts';
import { smokeText } from '../report/text/smoke.ts';
import { RULES } from '../rules/all-rules.ts';
import type { Planned } from '../survey/live-plan.ts';

/** The sentence of each rule, for formats that describe rules. */
const SENTENCES = Object.fromEntries(RULES.map((rule) => [rule.id, rule.sentence]));

/** What a command made, with the name of its kind. */
export type Document =
  | { kind: 'findings'; document: FindingsDocument }
  | { kind: 'render'; document: RenderDocument }
  | { kind: 'plan'; document: Plan & { findings: Finding[] }; planned: Planned }
  | { kind: 'propose'; document: ProposeDocument }
  | { kind: 'apply'; document: ApplyDocument & { findings?: Finding[] } }
  | { kind: 'smoke'; document: SmokeDocument }
  | { kind: 'drift'; document: DriftDocument & { findings: Finding[] } }
  | { kind: 'init'; document: InitDocument };

/** A document in the asked format, ready for stdout. */
export function report(made: Document, format: string, style: Style, version: string): string {
  if (format === 'json') return documentJson(made.document);
  const markdown = format === 'markdown';
  switch (made.kind) {
    case 'findings':
      if (format === 'sarif') return findingsSarif(made.document.findings, { version, rules: SENTENCES });
      if (format === 'github') return findingsCommands(made.document.findings);
      return markdown ? findingsMarkdown(made.document) : findingsText(made.document, style);
    case 'render':
      return markdown ? renderMarkdown(made.document) : renderText(made.document, style);
    case 'plan':
      return markdown
        ? planMarkdown(made.document, made.document.findings)
        : planText(made.document, made.document.findings, style);
    case 'propose': {
      const { document } = made;
      return markdown
        ? `${planMarkdown(document, document.findings)}\n${proposalLine(document.proposal, prose)}\n`
        : `${planText(document, document.findings, style)}${proposalLine(document.proposal, printable)}\n`;
    }
    case 'apply':
      return markdown
        ? applyMarkdown(made.document)
        : `${findingsAbove(made.document.findings ?? [], style)}${applyText(made.document, style)}`;
    case 'smoke':
      return markdown ? smokeMarkdown(made.document) : smokeText(made.document, style);
    case 'drift':
      return markdown ? driftMarkdown(made.document) : driftText(made.document, made.document.findings, style);
    case 'init':
      return initText(made.document, style);
  }
}

/** A document for the summary of a job, which has room for nearly everything; undefined: it is not for a summary. */
export function summary(made: Document): string | undefined {
  switch (made.kind) {
    case 'plan':
      return planSummaryMarkdown(planReport(made.planned, made.document.findings));
    case 'propose': {
      const { findings, proposal, ...plan } = made.document;
      return `${proposalLine(proposal, prose)}\n\n${planSummaryMarkdown({ plan, findings })}`;
    }
    case 'apply':
      return applyMarkdown(made.document, SUMMARY_BUDGET);
    case 'drift':
      return driftMarkdown(made.document, SUMMARY_BUDGET);
    case 'init':
      return undefined;
    default:
      return report(made, 'markdown', PLAIN, '');
  }
}

function findingsAbove(findings: readonly Finding[], style: Style): string {
  return findings.length === 0 ? '' : `${findingLines(findings, style).join('\n')}\n\n`;
}
