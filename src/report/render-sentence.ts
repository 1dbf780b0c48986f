import type { RenderDocument } from '../model/render.ts';
import { counted } from './words.ts';

/** One sentence: how many files are new, changed, gone and as they were. */
export function renderSentence(document: RenderDocument): string {
  const changed = document.created.length + document.updated.length + document.removed.length;
  const same = `${counted(document.unchanged, 'file')} unchanged`;
  if (changed === 0) return `Nothing to write, ${same}.`;
  const counts = `${document.created.length} created, ${document.updated.length} updated, ${document.removed.length} removed, ${same}`;
  return document.check ? `Nothing was written. It would be: ${counts}.` : `Rendered: ${counts}.`;
}
