import type { ApplyDocument, ApplyStep } from '../../model/apply.ts';
import { failedSteps, leftSteps, outcomeWords, stepResult } from '../outcome-words.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { counted, EMULATED_NOTE } from '../words.ts';
import { type Block, onlyBlock, plainSection, type Section, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';
import { tableBlocks } from './long-table.ts';
import { smokeSections } from './smoke.ts';

/** The result of an apply for GitHub: outcome, what failed, the smoke test, then the steps in a fold; below `budget` bytes. */
export function applyMarkdown(document: ApplyDocument, budget?: number): string {
  return withinBudget([...outcomeSections(document), ...smokeAndSteps(document)], budget);
}

/** The outcome with its reason, and each step that failed with the state of its object. */
export function outcomeSections(document: ApplyDocument): Section[] {
  return [
    onlyBlock(0, headLine(document)),
    ...(document.reason === undefined ? [] : [reasonSection(document.reason)]),
    plainSection(...failedSteps(document).map(failureBlock), ...leftSteps(document).map(leftBlock)),
  ];
}

/** What follows in every report of an apply. */
export function smokeAndSteps(document: ApplyDocument): Section[] {
  return [...(document.smoke ? smokeSections(document.smoke) : []), stepsSection(document)];
}

function headLine(document: ApplyDocument): string {
  const good = document.outcome === 'done' || document.outcome === 'nothing';
  const fleet = document.fleet === '' ? '' : ` of ${prose(document.fleet, NAME_LENGTH)}`;
  const emulated = document.emulated ? ` · ${EMULATED_NOTE}` : '';
  return `${good ? '✅' : '❌'} **Apply${fleet}: ${outcomeWords(document)}**${emulated}`;
}

/** So many lines of a reason are shown: a plan of thousands of objects may deviate in all of them. */
const MOST_LINES = 40;

/** A reason of several lines: a sentence, then what it is about, as a list. */
function reasonSection(reason: string): Section {
  const [sentence = '', ...rest] = reason.split('\n');
  // A dash with nothing behind it would make a heading of the line above.
  const items = rest.map((item) => item.trim()).filter((item) => item !== '');
  const lines = [prose(sentence), ...items.slice(0, MOST_LINES).map((item) => `- ${prose(item)}`)];
  if (items.length > MOST_LINES) lines.push(`- and ${items.length - MOST_LINES} more`);
  return onlyBlock(1, lines.join('\n'), { reason: 1 });
}

function failureBlock(step: ApplyStep): Block {
  const what = `${code(step.cluster)} ${code(step.stage)} ${code(step.object)}`;
  return { priority: 1, text: `- ❌ ${what}: ${prose(step.reason ?? step.result)}`, holds: { 'failed step': 1 } };
}

function leftBlock(step: ApplyStep): Block {
  const text = `- ⚠️ ${code(step.cluster)}: left behind by CN2, ${prose(step.reason ?? step.object)}`;
  return { priority: 1, text, holds: { 'left behind': 1 } };
}

const TABLE_PART = 20;

function stepsSection(document: ApplyDocument): Section {
  const { steps } = document;
  const blocks = tableBlocks({
    head: ['cluster', 'stage', 'object', 'result', 'seconds', ''],
    items: steps,
    row: (step) => [
      code(step.cluster),
      code(step.stage),
      code(step.object),
      prose(stepResult(document, step)),
      step.seconds.toFixed(1),
      step.reason === undefined ? '' : prose(step.reason),
    ],
    priority: 5,
    noun: 'step',
    rows: TABLE_PART,
  });
  return { open: `<details><summary>${counted(steps.length, 'step')}</summary>`, close: '</details>', blocks };
}
