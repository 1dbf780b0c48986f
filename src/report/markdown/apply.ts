import type { ApplyDocument, ApplyStep } from '../../model/apply.ts';
import { outcomeWords } from '../outcome-words.ts';
import { EMULATED_NOTE } from '../words.ts';
import { type Block, plainSection, type Section, withinBudget } from './budget.ts';
import { code, prose, table } from './escape.ts';
import { smokeSections } from './smoke.ts';

/** The result of an apply for GitHub: outcome, what failed, the smoke test, then the steps in a fold; below `budget` bytes. */
export function applyMarkdown(document: ApplyDocument, budget?: number): string {
  const failed = document.steps.filter(isFailure);
  return withinBudget(
    [
      plainSection(head(document)),
      plainSection(...failed.map(failureBlock)),
      ...(document.smoke ? smokeSections(document.smoke) : []),
      stepsSection(document.steps),
    ],
    budget,
  );
}

function head(document: ApplyDocument): Block {
  const good = document.outcome === 'done' || document.outcome === 'nothing';
  const emulated = document.emulated ? ` · ${EMULATED_NOTE}` : '';
  const lines = [
    `${good ? '✅' : '❌'} **Apply${document.fleet === '' ? '' : ` of ${prose(document.fleet)}`}: ${outcomeWords(document)}**${emulated}`,
    ...(document.reason === undefined ? [] : ['', reasonLines(document.reason)]),
  ];
  return { priority: 0, text: lines.join('\n'), holds: {} };
}

/** A reason of several lines: a sentence, then what it is about, as a list. */
function reasonLines(reason: string): string {
  const [sentence = '', ...items] = reason.split('\n');
  return [prose(sentence), ...items.map((item) => `- ${prose(item.trim())}`)].join('\n');
}

function isFailure(step: ApplyStep): boolean {
  return step.result === 'failed';
}

function failureBlock(step: ApplyStep): Block {
  const what = `${code(step.cluster)} ${code(step.stage)} ${code(step.object)}`;
  return { priority: 1, text: `- ❌ ${what}: ${prose(step.reason ?? step.result)}`, holds: { 'failed step': 1 } };
}

const TABLE_PART = 20;

function stepsSection(steps: readonly ApplyStep[]): Section {
  const blocks: Block[] = [];
  for (let at = 0; at < steps.length; at += TABLE_PART) {
    const part = steps.slice(at, at + TABLE_PART);
    const rows = part.map((step) => [
      code(step.cluster),
      code(step.stage),
      code(step.object),
      prose(step.result),
      step.seconds.toFixed(1),
      step.reason === undefined ? '' : prose(step.reason),
    ]);
    const text = table(['cluster', 'stage', 'object', 'result', 'seconds', ''], rows);
    blocks.push({ priority: 5, text, holds: { step: part.length } });
  }
  return { open: `<details><summary>${steps.length} steps</summary>`, close: '</details>', blocks };
}
