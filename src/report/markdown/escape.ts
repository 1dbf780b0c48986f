import { printable, shortened } from '../printable.ts';

/** Longest stretch of foreign text in a report; the rest is counted. */
const LONGEST = 600;

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Foreign text as prose of GitHub Markdown: it can neither format, nor open HTML, nor mention, link, or refer to an issue.
 * A zero-width space breaks what GitHub links by itself (`@name`, `#1`, `GH-1`, web addresses), since a backslash does not.
 */
export function prose(text: string): string {
  return shortened(printable(text), LONGEST)
    .replace(/[&<>\\`*_{}[\]()|~!$^+=-]/g, (character) => ENTITY[character] ?? `\\${character}`)
    .replace(/[@#]/g, (character) => `${character}\u200b`)
    .replace(/\b(GH)(\\-)(?=\d)/gi, '$1\u200b$2')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.');
}

/** Foreign text as a code span, also inside a table: nothing in a span is linked or mentioned. */
export function code(text: string): string {
  const line = shortened(printable(text), LONGEST);
  if (line === '') return '` `';
  const fence = '`'.repeat(longestRun(line, '`') + 1);
  const padded = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ` ${line} ` : line;
  return `${fence}${padded.replaceAll('|', '\\|')}${fence}`;
}

/** Foreign lines as a fenced block whose fence is longer than any run of backticks inside. */
export function fenced(lines: readonly string[], language = ''): string {
  const body = lines.map((line) => printable(line));
  const fence = '`'.repeat(Math.max(3, ...body.map((line) => longestRun(line, '`') + 1)));
  return `${fence}${language}\n${body.join('\n')}\n${fence}`;
}

/** Foreign text inside HTML, e.g. a summary element. */
export function html(text: string): string {
  return shortened(printable(text), LONGEST)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[`*_[\]\\~|]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[@#](?!\d+;)/g, (character) => `${character}\u200b`)
    .replace(/\b(GH)-(?=\d)/gi, '$1\u200b-')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.');
}

/** A table whose cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function longestRun(text: string, character: string): number {
  if (!text.includes(character)) return 0;
  let longest = 0;
  let run = 0;
  for (const each of text) {
    run = each === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
