import type { ApplyDocument, ApplyStep } from '../../model/apply.ts';
import type { Style } from '../../model/style.ts';
import { failedSteps, isGate, leftSteps, outcomeWords, stepResult } from '../outcome-words.ts';
import { printable } from '../printable.ts';
import { columns, EMULATED_NOTE } from '../words.ts';
import { smokeText } from './smoke.ts';

/**
 * The result of an apply for a person: a line per cluster and stage, what failed in full, why it ended, the smoke test that followed.
 * Each single step was said while it ran.
 */
export function applyText(document: ApplyDocument, style: Style): string {
  const lines = columns(stageCells(document), (cell, _, column) =>
    column === 2 && cell.includes('failed') ? style.red(cell) : cell,
  );
  for (const step of failedSteps(document)) {
    lines.push(
      `${style.red('failed')} ${printable(step.cluster)} ${printable(step.stage)} ${printable(step.object)}: ${printable(step.reason ?? '')}`,
    );
  }
  for (const step of leftSteps(document))
    lines.push(
      `${style.yellow('left behind')} ${printable(step.cluster)} ${printable(step.stage)}: ${printable(step.reason ?? '')}`,
    );
  if (lines.length > 0) lines.push('');
  const good = document.outcome === 'done' || document.outcome === 'nothing';
  const sentence = `Apply${document.fleet === '' ? '' : ` of ${printable(document.fleet)}`}: ${outcomeWords(document)}.`;
  lines.push(good ? style.green(sentence) : style.red(sentence));
  if (document.reason !== undefined) lines.push(...reasonLines(document.reason));
  if (document.smoke) return `${lines.join('\n')}\n\n${smokeText(document.smoke, style)}`;
  if (document.emulated) lines.push(style.dim(EMULATED_NOTE));
  return `${lines.join('\n')}\n`;
}

/** A reason of several lines: what follows the first is indented, so that no name in it can pass for a line of the report. */
function reasonLines(reason: string): string[] {
  return reason.split('\n').map((line, position) => (position === 0 ? printable(line) : `  ${printable(line.trim())}`));
}

/** Steps of one cluster and stage as one row: how many ended how, and how long its gate took. */
function stageCells(document: ApplyDocument): string[][] {
  const stages = new Map<string, ApplyStep[]>();
  for (const given of document.steps) {
    const step = { ...given, result: stepResult(document, given) };
    const key = `${step.cluster} ${step.stage}`;
    stages.set(key, [...(stages.get(key) ?? []), step]);
  }
  return [...stages.values()].map((own) => {
    const counts = new Map<string, number>();
    for (const step of own) if (!isGate(step)) counts.set(step.result, (counts.get(step.result) ?? 0) + 1);
    const gate = own.findLast(({ object }) => object === 'gate' || object === 'gate gone');
    const words = [
      ...[...counts].map(([result, count]) => `${count} ${printable(result)}`),
      ...(gate === undefined ? [] : [`${printable(gate.object)} ${printable(gate.result)} ${gate.seconds.toFixed(1)} s`]),
    ];
    return [printable(own[0]?.cluster ?? ''), printable(own[0]?.stage ?? ''), words.join(', ')];
  });
}
