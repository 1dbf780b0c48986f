import type { Change, FieldChange } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { GRANT_WORDS, grantGroups, MARK_WORDS, shownGrants } from '../report/grant-words.ts';
import { interruptionText } from '../report/interruption-words.ts';
import { changeTitle, conflictText, shownFields, takingTexts, valueText } from '../report/plan-summary.ts';
import { excerpt } from '../report/printable.ts';
import type { ChangesPart, ChangeView, ClusterView, FieldView } from './page-data.ts';

/** Longest value of a field, and longest detail of a grant; a page has more room than a comment. */
const LENGTH = 2000;

/** A change with what of it is the same in a plan and in drift. */
export function changeView(change: Change, of: Pick<ChangeView, 'sign' | 'word' | 'tone' | 'notes'>): ChangeView {
  const interrupts = interruptionText(change);
  return {
    ...of,
    title: changeTitle(change),
    notes: [...of.notes, ...takingTexts(change)],
    ...present({ interrupts: interrupts === undefined ? undefined : `Interrupts: ${interrupts}` }),
    fields: [...shownFields(change).map(fieldView), ...(change.patched ?? []).map(patchView)],
    grants: grantsOf(change),
  };
}

function fieldView({ path, before, after, conflictsWith }: FieldChange): FieldView {
  return {
    path,
    before: valueText(before, LENGTH),
    after: valueText(after, LENGTH),
    ...present({ conflict: conflictsWith === undefined ? undefined : conflictText(conflictsWith) }),
  };
}

function patchView(field: FieldChange): FieldView {
  return { ...fieldView(field), patch: true };
}

function grantsOf(change: Change): string[] {
  return grantGroups(shownGrants(change)).flatMap(({ what, mark, details }) => {
    const word = `${mark === undefined ? '' : MARK_WORDS[mark]}${GRANT_WORDS[what]}`;
    return details.map((detail) => `${word}: ${excerpt(detail, LENGTH)}`);
  });
}

/** The words of all changes, with how many have each, in the order in which they come first. */
export function kindsOf(clusters: readonly ClusterView[]): ChangesPart['kinds'] {
  const counts = new Map<string, number>();
  for (const { groups } of clusters)
    for (const { changes } of groups) for (const { word } of changes) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => ({ word, count }));
}
