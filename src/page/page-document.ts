import { printable } from '../report/printable.ts';
import type { Redactor } from '../report/redactor.ts';
import type { PageData } from './page-data.ts';

/** How the one JSON element of the shell begins and ends. */
export const DATA_START = '<script type="application/json" id="data">';
export const DATA_END = '</script>';

/**
 * A page: the shell, which is the same for all and whose content security policy names the one script and the one style sheet in it,
 * and the data as JSON. Nothing of the data is markup, wherever it comes from.
 */
export function pageDocument(shell: string, data: PageData): string {
  const { start, end } = place(shell);
  return shell.slice(0, start) + embedded(harmless(data)) + shell.slice(end);
}

/** The page without secrets. The shell has none, and would not run if it were changed: only the data is looked at. */
export function pageWithoutSecrets(page: string, secrets: Pick<Redactor, 'document'>): string {
  const { start, end } = place(page);
  return page.slice(0, start) + embedded(secrets.document(JSON.parse(page.slice(start, end)))) + page.slice(end);
}

function place(page: string): { start: number; end: number } {
  const start = page.indexOf(DATA_START) + DATA_START.length;
  const end = page.indexOf(DATA_END, start);
  if (start < DATA_START.length || end < 0) throw new Error('the shell of the page has no place for its data');
  return { start, end };
}

/**
 * Characters that end an element or begin a comment in HTML, those that once were line breaks in scripts, and signs that begin a command
 * where the log of a job is read.
 */
const NOT_IN_ELEMENT = /[<>&\u2028\u2029]|#(?=#)|:(?=:)/g;

function embedded(data: unknown): string {
  return JSON.stringify(data).replace(NOT_IN_ELEMENT, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Every text as reports show it: without characters that reorder or hide what stands beside them. */
function harmless(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(harmless);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, harmless(member)]));
}
