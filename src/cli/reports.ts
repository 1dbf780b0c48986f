import type { ApplyDocument } from '../model/apply.ts';
import type { Finding, FindingsDocument } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { RenderDocument } from '../model/render.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import type { Style } from '../model/style.ts';
import { findingsCommands } from '../report/github/annotations.ts';
import { documentJson } from '../report/json/document.ts';
import { applyMarkdown } from '../report/markdown/apply.ts';
import { findingsMarkdown } from '../report/markdown/findings.ts';
import { planMarkdown } from '../report/markdown/plan.ts';
import { renderMarkdown } from '../report/markdown/render.ts';
import { smokeMarkdown } from '../report/markdown/smoke.ts';
import { findingsSarif } from '../report/sarif/sarif.ts';
import { applyText } from '../report/text/apply.ts';
import { findingLines, findingsText } from '../report/text/findings.ts';
import { planText } from '../report/text/plan.ts';
import { renderText } from '../report/text/render.ts';
import { smokeText } from '../report/text/smoke.ts';
import { RULES } from '../rules/all-rules.ts';

/** The sentence of each rule, for formats that describe rules. */
const SENTENCES = Object.fromEntries(RULES.map((rule) => [rule.id, rule.sentence]));

/** What a command made, with the name of its kind. */
export type Document =
  | { kind: 'findings'; document: FindingsDocument }
  | { kind: 'render'; document: RenderDocument }
  | { kind: 'plan'; document: Plan & { findings?: Finding[] } }
  | { kind: 'apply'; document: ApplyDocument & { findings?: Finding[] } }
  | { kind: 'smoke'; document: SmokeDocument };

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
        ? planMarkdown(made.document, made.document.findings ?? [])
        : planText(made.document, made.document.findings ?? [], style);
    case 'apply':
      return markdown
        ? applyMarkdown(made.document)
        : `${findingsAbove(made.document.findings ?? [], style)}${applyText(made.document, style)}`;
    case 'smoke':
      return markdown ? smokeMarkdown(made.document) : smokeText(made.document, style);
  }
}

function findingsAbove(findings: readonly Finding[], style: Style): string {
  return findings.length === 0 ? '' : `${findingLines(findings, style).join('\n')}\n\n`;
}
