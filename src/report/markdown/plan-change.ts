import type { Change, FieldChange, PlanCluster } from '../../model/plan.ts';
import { interruptionText } from '../interruption-words.ts';
import { changeTitle, conflictText, renderedPath, SIGN, shownFields, takingTexts, valueText } from '../plan-summary.ts';
import { excerpt } from '../printable.ts';
import { counted } from '../words.ts';
import type { Block } from './budget.ts';
import { code, fenced, fold, html, prose } from './escape.ts';

/** How much of each object is shown; what is more is counted, so that a block stays small. */
export interface Detail {
  /** Fields of one object. */
  fields: number;
  /** Characters of one value. */
  value: number;
}

export const COMMENT_DETAIL: Detail = { fields: 40, value: 160 };
export const SUMMARY_DETAIL: Detail = { fields: 400, value: 1_000 };

const PATH_LENGTH = 300;
/** Objects with more lines than this get a fold of their own where there are many objects. */
const FLAT_LINES = 6;

/** Whether a change takes something away, or would have to. */
export function isDangerous(change: Pick<Change, 'action'>): boolean {
  return change.action === 'delete' || change.action === 'replace';
}

/** One object of a plan: what would be done, notes, and the fields before and after. `crowded`: one of many. */
export function changeBlock(cluster: PlanCluster, change: Change, detail: Detail, crowded: boolean): Block {
  const conflict = shownFields(change).some((field) => field.conflictsWith !== undefined);
  const priority = isDangerous(change) || change.disrupts !== undefined ? 2 : conflict ? 3 : change.action === 'create' ? 5 : 4;
  return { priority, text: () => changeText(cluster, change, detail, crowded), holds: { object: 1 } };
}

function changeText(cluster: PlanCluster, change: Change, detail: Detail, crowded: boolean): string {
  const lines = [...fieldLines(shownFields(change), detail), ...patchLines(change, detail)];
  const sign = `${SIGN[change.action]} ${change.action}`;
  const head = `${code(sign)} ${code(changeTitle(change))} ${notes(cluster, change).join(', ')}`;
  if (lines.length === 0) return head;
  if (!crowded || lines.length <= FLAT_LINES) return `${head}\n\n${fenced(lines, 'diff')}`;
  return `${head}\n\n${fold(`${counted(change.fields.length, 'field')} of ${html(changeTitle(change))}`, fenced(lines, 'diff'))}`;
}

function notes(cluster: PlanCluster, change: Change): string[] {
  return [
    `stage ${change.stage}`,
    ...(change.for === cluster.name ? [] : [`for ${code(change.for)}`]),
    ...(change.predicted && cluster.status === 'known' ? ['**not previewed**'] : []),
    ...(change.action === 'replace' ? ['**cannot be changed in place: refused**'] : []),
    ...(change.disrupts === undefined ? [] : [`⚡ **${interruptionText(change)}**`]),
    ...takingTexts(change).map((text) => prose(text, PATH_LENGTH)),
    ...(change.action === 'create' ? [code(renderedPath(cluster.name, change))] : []),
  ];
}

/** Fields in conflict first: they are what approving takes away from somebody. */
function fieldLines(fields: readonly FieldChange[], detail: Detail): string[] {
  const conflicts = fields.filter((field) => field.conflictsWith !== undefined);
  const others = fields.filter((field) => field.conflictsWith === undefined);
  const shown = [...conflicts.slice(0, detail.fields), ...others.slice(0, Math.max(0, detail.fields - conflicts.length))];
  const lines = shown.flatMap((field) => linesOf(field, detail));
  if (fields.length > shown.length) lines.push(`  … ${counted(fields.length - shown.length, 'more field')}`);
  return lines;
}

/** What the declaration makes other than in the vendor's file, also of what is created and read in its file. */
function patchLines({ patched = [] }: Change, detail: Detail): string[] {
  return patched.length === 0 ? [] : ['  patched by the declaration:', ...fieldLines(patched, detail)];
}

function linesOf(field: FieldChange, detail: Detail): string[] {
  return [
    `  ${excerpt(field.path, PATH_LENGTH)}`,
    ...(field.before === undefined ? [] : [`- ${valueText(field.before, detail.value)}`]),
    ...(field.after === undefined ? [] : [`+ ${valueText(field.after, detail.value)}`]),
    ...(field.conflictsWith === undefined ? [] : [`! ${conflictText(field.conflictsWith)}`]),
  ];
}
