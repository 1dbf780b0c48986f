import { excerpt, printable } from '../printable.ts';

/** Longest stretch of foreign text in a report; the rest is counted. */
const LONGEST = 600;

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Foreign text as prose of GitHub Markdown: it can neither format, nor begin a list or a block of code where a line begins, nor open
 * HTML, nor mention, link, or refer to an issue.
 */
export function prose(text: string, longest: number = LONGEST): string {
  return unlinked(excerpt(text.trim(), longest))
    .replace(/[&<>\\`*_{}[\]()|~!$^+=-]/g, (character) => ENTITY[character] ?? `\\${character}`)
    .replace(/^(\d+)\./, '$1\\.');
}

/** Foreign text as a title, which GitHub takes as plain text. Titles become messages of commits, where references count. */
export function title(text: string, longest: number = LONGEST): string {
  return unlinked(excerpt(text, longest));
}

/** The same where the forge takes at most so many UTF-16 units and no more. */
export function titleWithin(text: string, units: number): string {
  const whole = title(text, units);
  return whole.length <= units ? whole : `${whole.slice(0, units - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Foreign text as a code span, also inside a table: nothing in a span is linked or mentioned. */
export function code(text: string, longest: number = LONGEST): string {
  const line = excerpt(text, longest);
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
export function html(text: string, longest: number = LONGEST): string {
  return unlinked(excerpt(text, longest))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[`*_[\]\\~|]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table whose cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A fold; what is inside is Markdown already, the title HTML. */
export function fold(summary: string, inside: string): string {
  return `<details><summary>${summary}</summary>\n\n${inside}\n\n</details>`;
}

/** A zero-width space breaks what GitHub links by itself (`@name`, `#1`, `GH-1`, web addresses), since a backslash does not. */
function unlinked(text: string): string {
  return text
    .replace(/[@#]/g, (character) => `${character}\u200b`)
    .replace(/(GH)-(?=\d)/gi, '$1\u200b-')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/(www)\./gi, '$1\u200b.');
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  for (let at = text.indexOf(character); at !== -1; ) {
    let end = at + 1;
    while (text[end] === character) end += 1;
    longest = Math.max(longest, end - at);
    at = text.indexOf(character, end);
  }
  return longest;
}
