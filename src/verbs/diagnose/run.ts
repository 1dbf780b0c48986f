import { diagnoseCommand } from '../../commands/diagnose.ts';
import type { DiagnoseDocument } from '../../model/diagnose.ts';
import { present } from '../../model/present.ts';
import { SUMMARY_BUDGET } from '../../report/markdown/budget.ts';
import { diagnoseMarkdown } from '../../report/markdown/diagnose.ts';
import { diagnoseText } from '../../report/text/diagnose.ts';
import type { Ended, Run, Shown } from '../verb.ts';

/** Looks at what paths depend on; it only reads. */
export async function run({ invocation, ports, options }: Run): Promise<Ended<DiagnoseDocument>> {
  const [pair, evidence] = [invocation.text('pair'), invocation.text('evidence')];
  return diagnoseCommand(ports, {
    ...options,
    ...present({ pair, evidence: evidence === undefined ? undefined : options.local(evidence) }),
  });
}

export const shown: Shown<DiagnoseDocument> = {
  text: diagnoseText,
  markdown: (document) => diagnoseMarkdown(document),
  summary: (document) => diagnoseMarkdown(document, SUMMARY_BUDGET),
};
