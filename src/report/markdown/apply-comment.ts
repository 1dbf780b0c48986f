import type { ApplyDocument, ApplyStep } from '../../model/apply.ts';
import type { Finding } from '../../model/finding.ts';
import type { Condition } from '../../model/outcome.ts';
import { isGate, nextStep, stepResult } from '../outcome-words.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { counted } from '../words.ts';
import { outcomeSections, smokeAndSteps } from './apply.ts';
import { onlyBlock, type Section, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';
import { findingsSection } from './findings.ts';
import { tableBlocks } from './long-table.ts';

/** The comment on the merged pull request while its apply runs. */
export function applyBeginMarkdown(fleet: string): string {
  return `⏳ **Apply of ${prose(fleet, NAME_LENGTH)} is running.** Its result will appear here.\n`;
}

/**
 * The result of an apply for the pull request whose merge approved it: outcome, what failed with the state of its object, the next
 * step, gates, the smoke test, all steps in a fold; below `budget` bytes.
 */
export function applyCommentMarkdown(
  document: ApplyDocument & { findings?: readonly Finding[] },
  conditions: readonly Condition[],
  budget?: number,
): string {
  const next = nextStep(conditions);
  return withinBudget(
    [
      ...outcomeSections(document),
      ...(next === undefined ? [] : [onlyBlock(0, `**Next:** ${next}`)]),
      findingsSection(document.findings ?? []),
      gatesSection(document),
      ...smokeAndSteps(document),
    ],
    budget,
  );
}

const TABLE_PART = 20;

/** What was waited for, in order: where the time went. */
function gatesSection(document: ApplyDocument): Section {
  const gates = document.steps.filter(isGate);
  const blocks = tableBlocks({
    head: ['gate', 'cluster', 'result', 'seconds'],
    items: gates,
    row: (step) => row(document, step),
    priority: 4,
    noun: 'gate',
    rows: TABLE_PART,
  });
  return { open: `<details><summary>${counted(gates.length, 'gate')}</summary>`, close: '</details>', blocks };
}

function row(document: ApplyDocument, step: ApplyStep): string[] {
  const result = stepResult(document, step);
  const mark = result === 'passed' ? '✅' : result === 'failed' ? '❌' : '⏸️';
  const what = step.object === 'gate' ? step.stage : `${step.stage}, ${step.object.slice('gate '.length)}`;
  return [code(what), code(step.cluster), `${mark} ${prose(result)}`, step.seconds.toFixed(1)];
}

/** The comment if the run was killed before it could publish its result. */
export function applyCutOffMarkdown(fleet: string): string {
  return `❌ **Apply of ${prose(fleet, NAME_LENGTH)} was cut off.** Its lock was released.\n\n**Next:** Re-run this job: it resumes where it stopped.\n`;
}
