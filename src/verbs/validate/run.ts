import { validateCommand } from '../../commands/validate.ts';
import type { FindingsDocument } from '../../model/finding.ts';
import { findingsCommands } from '../../report/github/annotations.ts';
import { findingsMarkdown } from '../../report/markdown/findings.ts';
import { findingsSarif } from '../../report/sarif/sarif.ts';
import { findingsText } from '../../report/text/findings.ts';
import { RULES } from '../../rules/all-rules.ts';
import type { Ended, Run, Shown } from '../verb.ts';

/** The sentence of each rule, for formats that describe rules. */
const SENTENCES = Object.fromEntries(RULES.map((rule) => [rule.id, rule.sentence]));

/** Checks the declaration, and with --live what is on the clusters. */
export function run({ invocation, ports, options }: Run): Promise<Ended<FindingsDocument>> {
  return validateCommand(ports, { ...options, live: invocation.on('live') });
}

export const shown: Shown<FindingsDocument> = {
  text: findingsText,
  markdown: findingsMarkdown,
  summary: findingsMarkdown,
  sarif: ({ findings }, version) => findingsSarif(findings, { version, rules: SENTENCES }),
  github: ({ findings }) => findingsCommands(findings),
};
