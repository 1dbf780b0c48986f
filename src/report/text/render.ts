import type { RenderDocument } from '../../model/render.ts';
import type { Style } from '../../model/style.ts';
import { renderSentence } from '../outcome-words.ts';
import { printable } from '../printable.ts';
import { findingLines } from './findings.ts';

/** What `render` wrote, or with --check would write, for a person. */
export function renderText(document: RenderDocument, style: Style): string {
  const blocks: string[][] = [];
  if (document.findings.length > 0) blocks.push(findingLines(document.findings, style));
  const files = [
    ...document.removed.map((path) => style.red(`- ${printable(path)}`)),
    ...document.created.map((path) => style.green(`+ ${printable(path)}`)),
    ...document.updated.map((path) => style.yellow(`~ ${printable(path)}`)),
  ];
  if (files.length > 0) blocks.push(files);
  blocks.push([renderSentence(document)]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
