import type { ApplyDocument, ApplyStep } from '../../model/apply.ts';
import type { Style } from '../../model/style.ts';
import { outcomeWords } from '../outcome-words.ts';
import { printable } from '../printable.ts';
import { columns, EMULATED_NOTE } from '../words.ts';
import { smokeText } from './smoke.ts';

/** The result of an apply for a person: a line a step, why it ended, the smoke test that followed. */
export function applyText(document: ApplyDocument, style: Style): string {
  const lines = columns(document.steps.map(stepCells), (cell, _, column) => (column === 3 ? paintResult(cell, style) : cell));
  if (lines.length > 0) lines.push('');
  const good = document.outcome === 'done' || document.outcome === 'nothing';
  const sentence = `Apply of ${printable(document.fleet)}: ${outcomeWords(document)}.`;
  lines.push(good ? style.green(sentence) : style.red(sentence));
  if (document.reason !== undefined) lines.push(printable(document.reason));
  if (document.smoke) return `${lines.join('\n')}\n\n${smokeText(document.smoke, style)}`;
  if (document.emulated) lines.push(style.dim(EMULATED_NOTE));
  return `${lines.join('\n')}\n`;
}

function stepCells(step: ApplyStep): string[] {
  return [
    printable(step.cluster),
    printable(step.stage),
    printable(step.object),
    printable(step.result),
    `${step.seconds.toFixed(1)} s${step.reason === undefined ? '' : `  ${printable(step.reason)}`}`,
  ];
}

function paintResult(result: string, style: Style): string {
  return result === 'failed' ? style.red(result) : style.green(result);
}
