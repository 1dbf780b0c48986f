import type { Adoption } from '../../model/adoption.ts';
import { objectTitle } from '../../model/object-ref.ts';
import { adoptionSentence } from '../adoption-words.ts';
import { onlyBlock, plainSection, type Section, withinBudget } from './budget.ts';
import { code, fenced, html, prose } from './escape.ts';

/** The body of the pull request that adopts; below the length that a forge takes. */
export function adoptionMarkdown(adoption: Adoption, issue: number | undefined, budget?: number): string {
  const head = [
    `🔀 **${prose(adoptionSentence(adoption))}.**`,
    ...(issue === undefined ? [] : [`What was found is in #${issue}, which closes itself when nothing differs any more.`]),
    MERGING,
  ];
  return withinBudget([onlyBlock(0, head.join('\n\n')), ...adoptionSections(adoption)], budget);
}

const MERGING =
  '**Merging changes the declaration and no cluster.** It then says what is live; the propose workflow renders it, and until that pull request is merged the drift stays open. Nothing of this is needed to keep what was approved: close this pull request, and apply brings it back.';

/** What was adopted, what not, and what is left, with the changes of the files. */
export function adoptionSections({ adopted, notAdopted, left, files }: Adoption): Section[] {
  return [
    listSection(
      'Adopted',
      adopted.map((each) => `${code(objectTitle(each))}: ${code(each.paths.join(', '))}`),
      2,
    ),
    listSection(
      'Not adopted',
      notAdopted.map(
        (each) =>
          `${code(objectTitle(each))}${each.field === undefined ? '' : ` ${code(each.field)}`}: ${prose(each.reason)}\n  - hint: ${prose(each.remedy)}`,
      ),
      1,
    ),
    listSection(
      'Left: what a plan of the edited declaration still changes',
      left.map((each) => `${code(objectTitle(each))}: ${code(each.fields.join(', ') || each.action)}`),
      1,
    ),
    ...files.map(({ file, diff }) => ({
      open: `<details><summary>${html(file)}</summary>`,
      close: '</details>',
      blocks: [{ priority: 3, text: () => fenced(diff.trimEnd().split('\n'), 'diff'), holds: { 'changed file': 1 } }],
    })),
  ];
}

function listSection(title: string, items: readonly string[], priority: number): Section {
  if (items.length === 0) return plainSection();
  return {
    open: `**${title}**`,
    close: '',
    blocks: items.map((item) => ({ priority, text: `- ${item}`, holds: { object: 1 } })),
  };
}
