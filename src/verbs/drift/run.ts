import { type DriftResult, driftCommand } from '../../commands/drift.ts';
import { present } from '../../model/present.ts';
import { publishDrift } from '../../publish/drift.ts';
import { SUMMARY_BUDGET } from '../../report/markdown/budget.ts';
import { driftMarkdown } from '../../report/markdown/drift.ts';
import { driftText } from '../../report/text/drift.ts';
import type { NamesOf } from '../outputs.ts';
import { planOutputs } from '../plan-outputs.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';

type DriftDocument = DriftResult['document'];

/** Compares what was approved with what is there, and with --publish keeps an issue per cluster that differs. */
export async function run({ ports, options, around }: Run): Promise<Ended<DriftDocument, undefined, NamesOf<typeof OUTPUTS>>> {
  const { document: found, conditions } = await driftCommand(ports, { ...options, repository: around.repository });
  const sinks = around.github;
  const outputs = planOutputs(found);
  if (sinks === undefined || ports.signal.aborted) return { document: found, conditions, outputs, failures: [] };
  const { document, issues, failures } = await publishDrift(sinks, found, ports.clock.now());
  return { document, conditions, outputs: { ...outputs, ...present({ issues: issues?.join(',') }) }, failures };
}

export const shown: Shown<DriftDocument> = {
  text: (document, style) => driftText(document, document.findings, style),
  markdown: (document) => driftMarkdown(document),
  summary: (document) => driftMarkdown(document, SUMMARY_BUDGET),
};
