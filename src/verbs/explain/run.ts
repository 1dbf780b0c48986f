import type { Style } from '../../model/style.ts';
import { prose } from '../../report/markdown/escape.ts';
import { printable } from '../../report/printable.ts';
import { counted } from '../../report/words.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import { answer, type Page } from './find.ts';

/** What `explain --format json` prints. */
export interface ExplainDocument {
  schemaVersion: 1;
  /** What was asked. */
  asked: string;
  found: Page[];
  /** Topics that come near; empty beside an answer. */
  nearest: string[];
}

/** Looks for the page that answers; none is the user's error. */
export async function run({ invocation }: Run): Promise<Ended<ExplainDocument>> {
  // A chunk that nothing else loads.
  const { default: pages } = await import('./pages.json', { with: { type: 'json' } });
  const asked = invocation.words.join(' ');
  const answered = answer(asked, pages);
  return { document: { schemaVersion: 1, asked, ...answered }, conditions: answered.found.length === 0 ? ['usage'] : [] };
}

const MORE = 'Ask with more words, or for one of these.';

function text({ asked, found, nearest }: ExplainDocument, style: Style): string {
  const [first, ...others] = found;
  if (first === undefined) {
    const near = nearest.length === 0 ? [] : ['', 'What comes nearest:', ...nearest.map((topic) => `  ${topic}`)];
    return `${[`No page explains “${printable(asked)}”.`, ...near].join('\n')}\n`;
  }
  if (others.length === 0) return `${style.bold(first.topic)}  ${style.dim(first.page)}\n\n${plain(first.text)}\n`;
  const lines = found.map(({ topic, page }) => `  ${topic}  ${style.dim(page)}`);
  return `${[`${counted(found.length, 'page')} answer “${printable(asked)}”:`, ...lines, '', MORE].join('\n')}\n`;
}

/** A page for a terminal: links are said, not followed. */
function plain(page: string): string {
  return page.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('**', '');
}

function markdown({ asked, found, nearest }: ExplainDocument): string {
  const [first, ...others] = found;
  const list = (topics: readonly string[]) => topics.map((topic) => `- ${prose(topic)}`).join('\n');
  if (first === undefined) return `No page explains “${prose(asked)}”.\n${nearest.length === 0 ? '' : `\n${list(nearest)}\n`}`;
  if (others.length === 0) return `## ${prose(first.topic)}\n\n${first.text}\n\n(${first.page})\n`;
  return `${list(found.map(({ topic }) => topic))}\n\n${MORE}\n`;
}

export const shown: Shown<ExplainDocument> = { text, markdown };
