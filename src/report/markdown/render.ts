import type { RenderDocument } from '../../model/render.ts';
import { renderSentence } from '../outcome-words.ts';
import { plainSection, type Section, withinBudget } from './budget.ts';
import { code } from './escape.ts';
import { findingsSection } from './findings.ts';

/** What `render` wrote for GitHub, removed files first; below `budget` bytes. */
export function renderMarkdown(document: RenderDocument, budget?: number): string {
  return withinBudget(
    [
      plainSection({ priority: 0, text: `**${renderSentence(document)}**`, holds: {} }),
      findingsSection(document.findings),
      files('removed', document.removed, 2),
      files('updated', document.updated, 4),
      files('created', document.created, 5),
    ],
    budget,
  );
}

function files(word: string, paths: readonly string[], priority: number): Section {
  const blocks = paths.map((path) => ({ priority, text: `- ${code(path)}`, holds: { file: 1 } }));
  return { open: `<details><summary>${paths.length} ${word}</summary>`, close: '</details>', blocks };
}
