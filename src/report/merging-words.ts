import type { MergeDeviation, Merging } from '../model/merging.ts';
import type { Plan } from '../model/plan.ts';
import { changeTitle } from './plan-summary.ts';
import { excerpt } from './printable.ts';
import { counted } from './words.ts';

/** The verdict if merging touches no file of the fleet: there is no plan to show. */
export const UNTOUCHED = 'no file of the fleet is touched: merging changes nothing on any cluster';

/** Whether a plan is of a merge that touches nothing of the fleet. */
export function isUntouched(plan: Plan): boolean {
  return plan.merging?.touches === 'nothing';
}

/** What merging does, in Markdown; says that it approves exactly this plan only where that is so. */
export function mergingWords({ touches, approves }: Merging, plan: Plan): string {
  if (touches === 'nothing') return 'No cluster was asked, and merging it approves nothing.';
  if (touches === 'inputs') return approves === 'covered' ? APPROVED : INPUTS;
  return RENDERED[approves](plan);
}

const INPUTS =
  '`rendered/` and `plan.json` are not touched: merging it approves nothing yet. When it is merged, the propose workflow opens a pull request that changes both; merging that one approves the plan.';

const APPROVED =
  '⚠️ `rendered/` and `plan.json` are not touched, and they are what the declaration renders when it is merged: **this plan is approved already, and the next apply does it.** The propose workflow opens no pull request for it.';

const RENDERED: Readonly<Record<Merging['approves'], (plan: Plan) => string>> = {
  exactly: () =>
    '`rendered/` is what the declaration renders, and `plan.json` is the current plan: **merging it approves exactly this plan.**',
  nothing: () => '`rendered/` is what the declaration renders, and `plan.json` stays as it is: merging it approves nothing new.',
  covered: () =>
    '`rendered/` is what the declaration renders. `plan.json` holds what was looked at here, and more: merging it approves all of that.',
  unknown: ({ offline }) =>
    offline === true
      ? '⚠️ `rendered/` is touched, and no cluster was looked at: it is not known whether its `plan.json` is the current plan.'
      : '⚠️ `rendered/` is touched, and whether merging it approves this plan could not be judged.',
  wrong: () =>
    '🛑 **`rendered/` is touched, and merging it would not approve this plan:** `rendered/` is not what the declaration renders, or its `plan.json` is not the current plan. Do not merge it. Run the propose workflow: it brings both up to date.',
};

/** So many are named; the rest is counted. */
const MOST_FIELDS = 5;

/** One deviation as a sentence without markup; `name` makes a span of a name. */
export function deviationText(deviation: MergeDeviation, name: (text: string) => string): string {
  const { what, where, cluster, action, fields = [] } = deviation;
  const object = name(changeTitle({ ...deviation, action: action ?? 'update' }));
  const on = `on ${name(cluster)}`;
  if (where === 'approval') {
    const change = `${action} ${object} ${on}`;
    if (what === 'surplus') return `plan.json would approve, beyond the current plan: ${change}`;
    return what === 'missing' ? `plan.json lacks: ${change}` : `plan.json has different content: ${change}`;
  }
  if (what === 'surplus') return `not declared: ${object} ${on}`;
  if (what === 'missing') return `declared, but missing: ${object} ${on}`;
  const shown = fields.slice(0, MOST_FIELDS).map((path) => name(excerpt(path, 120)));
  const more = fields.length > MOST_FIELDS ? ` and ${counted(fields.length - MOST_FIELDS, 'more field', 'more fields')}` : '';
  return `different from the declaration: ${object} ${on} (${shown.join(', ')}${more})`;
}
