import { renderCommand } from '../../commands/render.ts';
import type { RenderDocument } from '../../model/render.ts';
import { renderMarkdown } from '../../report/markdown/render.ts';
import { renderText } from '../../report/text/render.ts';
import type { NamesOf } from '../outputs.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';

/** Writes the rendered folder, or with --check says what it would write. */
export async function run({
  invocation,
  ports,
  options,
}: Run): Promise<Ended<RenderDocument, undefined, NamesOf<typeof OUTPUTS>>> {
  const { document, conditions } = await renderCommand(ports, { ...options, check: invocation.on('check') });
  const changed = document.created.length + document.updated.length + document.removed.length > 0;
  return { document, conditions, outputs: { changed: String(changed) } };
}

export const shown: Shown<RenderDocument> = { text: renderText, markdown: renderMarkdown, summary: renderMarkdown };
