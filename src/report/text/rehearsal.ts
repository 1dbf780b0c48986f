import type { RehearsalDocument } from '../../model/rehearse.ts';
import type { Style } from '../../model/style.ts';
import { failedSteps } from '../outcome-words.ts';
import { printable } from '../printable.ts';
import { continuityWords, courseLines, isGood, rehearsalSentence, tookText } from '../rehearsal-words.ts';
import { EMULATED_NOTE } from '../words.ts';
import { findingLines } from './findings.ts';
import { planText } from './plan.ts';
import { smokeText } from './smoke.ts';

/** A rehearsal for a person: what was brought up, the plan, what was interrupted, the matrix, and how it ended. */
export function rehearsalText(document: RehearsalDocument, style: Style): string {
  const { plan, apply, smoke, before, continuity, findings, outcome, reason } = document;
  const blocks: string[][] = [];
  if (findings.length > 0) blocks.push(findingLines(findings, style));
  if (plan !== undefined) blocks.push([planText(plan, [], style).trimEnd()]);
  const failed = apply === undefined ? [] : failedSteps(apply);
  if (failed.length > 0)
    blocks.push(
      failed.map(
        (step) => `${style.red('failed')} ${printable(step.cluster)} ${printable(step.object)}: ${printable(step.reason ?? '')}`,
      ),
    );
  const matrix = smoke ?? (outcome === 'failed' ? before : undefined);
  if (matrix !== undefined) blocks.push([smokeText(matrix, style).trimEnd()]);
  if (continuity !== undefined) blocks.push(continuityLines(document, style));
  const sentence = `${rehearsalSentence(document, printable)}.`;
  blocks.push([
    ...courseLines(document).map((line) => style.dim(printable(line))),
    isGood(document) ? style.green(sentence) : style.red(sentence),
    ...(reason === undefined ? [] : reason.split('\n').map((line) => printable(line))),
    ...(document.took.length === 0 ? [] : [style.dim(tookText(document))]),
    ...(document.emulated === true && matrix === undefined ? [style.dim(EMULATED_NOTE)] : []),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function continuityLines(document: RehearsalDocument, style: Style): string[] {
  const { sentence, paths } = continuityWords(document);
  return [
    style.bold(sentence),
    ...paths.flatMap(({ title, lines }) => [`  ${title}`, ...lines.map((line) => `    ${style.yellow(printable(line))}`)]),
  ];
}
