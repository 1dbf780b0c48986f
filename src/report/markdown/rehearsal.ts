import type { RehearsalDocument } from '../../model/rehearse.ts';
import { failedSteps } from '../outcome-words.ts';
import { continuityWords, courseLines, isGood, rehearsalSentence, tookText } from '../rehearsal-words.ts';
import { EMULATED_NOTE } from '../words.ts';
import { type Block, onlyBlock, plainSection, type Section, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';
import { findingsSection } from './findings.ts';
import { planMarkdown } from './plan.ts';
import { smokeSections } from './smoke.ts';

/** So much of the room a plan may take, which is in the report of the plan as well. */
const PLAN_SHARE = 0.4;

/** A rehearsal for GitHub: how it ended, what was interrupted, the matrix, and the plan in a fold; below `budget` bytes. */
export function rehearsalMarkdown(document: RehearsalDocument, budget = 60_000): string {
  const { smoke, before, outcome, findings } = document;
  const matrix = smoke ?? (outcome === 'failed' ? before : undefined);
  return withinBudget(
    [
      onlyBlock(0, headLine(document)),
      plainSection(...courseLines(document).map((line) => ({ priority: 2, text: `- ${prose(line)}`, holds: { remark: 1 } }))),
      findingsSection(findings),
      plainSection(...failures(document)),
      ...(matrix === undefined ? [] : smokeSections(matrix)),
      ...continuitySections(document),
      ...planSection(document, budget),
      ...(document.took.length === 0 ? [] : [onlyBlock(6, `<sub>${prose(tookText(document))}</sub>`, { 'line of times': 1 })]),
    ],
    budget,
  );
}

function headLine(document: RehearsalDocument): string {
  const emulated = document.emulated === true ? ` · ${EMULATED_NOTE}` : '';
  const mark = document.outcome === 'nothing' ? '➖' : isGood(document) ? '✅' : '❌';
  const reason = document.reason === undefined ? '' : `\n\n${prose(document.reason)}`;
  return `${mark} **${rehearsalSentence(document, (name) => prose(name))}**${emulated}${reason}`;
}

function failures({ apply }: RehearsalDocument): Block[] {
  return (apply === undefined ? [] : failedSteps(apply)).map(({ cluster, object, reason }) => ({
    priority: 1,
    text: `- ❌ ${code(cluster)} ${code(object)}: ${prose(reason ?? '')}`,
    holds: { 'failed step': 1 },
  }));
}

function continuitySections(document: RehearsalDocument): Section[] {
  if (document.continuity === undefined) return [];
  const { sentence, paths } = continuityWords(document);
  const blocks = paths.map(({ title, lines }) => ({
    priority: 3,
    text: [`- ${code(title)}`, ...lines.map((line) => `  - ⚠️ ${prose(line)}`)].join('\n'),
    holds: { 'path that was interrupted or not measured': 1 },
  }));
  return [onlyBlock(1, `**${prose(sentence)}**`), plainSection(...blocks)];
}

function planSection({ plan }: RehearsalDocument, budget: number): Section[] {
  if (plan === undefined) return [];
  const text = planMarkdown(plan, [], Math.floor(budget * PLAN_SHARE)).trimEnd();
  return [
    {
      open: '<details><summary>The plan in the lab</summary>',
      close: '</details>',
      blocks: [{ priority: 5, text, holds: { plan: 1 } }],
    },
  ];
}
