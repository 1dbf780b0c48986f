import { readFileSync } from 'node:fs';
import { rulesReference } from '../src/rules/reference.ts';
import { certainIn, type Page } from '../src/verbs/explain/find.ts';
import { referenceText } from './reference-text.ts';
import { findingSentences } from './source-messages.ts';
import { writeGenerated } from './write-generated.ts';

/** A part of a page below a heading of the second level. */
interface Section {
  title: string;
  /** Parts between empty lines. */
  blocks: string[];
}

function sectionsOf(page: string): Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title = '', ...lines] = text.split('\n');
      return { title, blocks: lines.join('\n').trim().split(/\n\n+/) };
    });
}

/** Cells of a table's rows, below its heading; none for what is not a table. */
function rowsOf(block: string): string[][] {
  if (!block.startsWith('| ')) return [];
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
  return block.split('\n').slice(2).map(cells);
}

const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

/** The message that is all of a cell; undefined for a cell of other words. */
const message = (cell = '') => /^`([^`]+)`$/.exec(cell)?.[1];

const rules = sectionsOf(rulesReference()).flatMap(({ title, blocks }): Page[] => {
  const page = `docs/rules.md#${anchor(title)}`;
  const rows = blocks.flatMap(rowsOf);
  if (rows.length === 0) return [{ topic: title, page, text: blocks.join('\n\n') }];
  return rows.map(([id, text = '']) => ({ topic: message(id) ?? '', page, text }));
});

const troubles = sectionsOf(readFileSync(new URL('../docs/troubleshooting.md', import.meta.url), 'utf8'));
const advice = (means = '', todo = '') =>
  [`- What it means: ${means}`, ...(todo === '' ? [] : [`- What to do: ${todo}`])].join('\n');

const messages = troubles.flatMap(({ title, blocks }): Page[] => {
  const page = `docs/troubleshooting.md#${anchor(title)}`;
  const words = blocks.filter((block) => block !== '' && rowsOf(block).length === 0);
  const rows = blocks.flatMap(rowsOf).flatMap((row) => {
    const topic = message(row.at(-3));
    return topic === undefined ? [] : [{ topic, page, text: advice(row.at(-2), row.at(-1)) }];
  });
  return [...(words.length === 0 ? [] : [{ topic: title, page, text: words.join('\n\n') }]), ...rows];
});

const applied = troubles.filter(({ title }) => title === 'Apply').flatMap(({ blocks }) => blocks.flatMap(rowsOf));
const meanings = sectionsOf(referenceText())
  .filter(({ title }) => title === 'Exit codes')
  .flatMap(({ blocks }) => blocks.flatMap(rowsOf));
const codes = [['0', 'nothing to do, or done'], ...meanings].map(([code = '', meaning = '']): Page => {
  const causes = applied.flatMap(([exit, cell, means]) => (exit === code && message(cell) ? [`- ${cell}: ${means}`] : []));
  const text = causes.length === 0 ? meaning : `${meaning}\n\nOf an apply:\n\n${causes.join('\n')}`;
  return { topic: `exit code ${code}`, page: 'docs/reference.md#exit-codes', text };
});

/** What a finding says that no row of the troubleshooting page has: its rule answers. */
const sentences = findingSentences().flatMap(({ text, rule }): Page[] => {
  if (messages.some(({ topic }) => certainIn(text.replaceAll('…', 'x'), topic) !== undefined)) return [];
  const page = rules.find(({ topic }) => topic === rule);
  return page === undefined ? [] : [{ ...page, topic: text, text: `Rule ${rule}: ${page.text}` }];
});

// The pages are part of the program, so that they are of its version and there where nothing else can be reached.
writeGenerated(
  'src/verbs/explain/pages.json',
  `${JSON.stringify([...rules, ...codes, ...messages, ...sentences], undefined, 1)}\n`,
);
