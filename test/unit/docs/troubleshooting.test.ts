import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EXIT_CODES } from '../../../src/cli/exit.ts';
import { RULES } from '../../../src/rules/all-rules.ts';
import { messagesOf, sourceMessages } from '../../../tools/source-messages.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const PAGE = readFileSync(join(DOCS, 'troubleshooting.md'), 'utf8');
const MESSAGES = sourceMessages(['src', 'lab']);

/** The messages that a page is keyed by: a cell of a table that is nothing but code, before the last two cells. */
function keysOf(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => line.split(' | ').slice(0, -2))
    .flatMap((cell) => /^(?:\| )?`([^`]+)`$/.exec(cell.trim())?.[1] ?? []);
}

/** True where one source text holds the message, `…` in the same places. */
function isPrinted(key: string): boolean {
  const text = key.replace(/^…\s?|\s?…$/g, '');
  return MESSAGES.some((message) => message.includes(text));
}

describe('docs/troubleshooting.md', () => {
  const keys = keysOf(PAGE);

  test('is keyed by messages', () => {
    expect(keys.length).toBeGreaterThan(100);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each(keys)('%s', (key) => {
    expect(isPrinted(key) ? key : `${key}: nothing prints this`).toBe(key);
  });

  test('a message that nothing prints would be found', () => {
    expect(isPrinted('… was eaten by the dog of …')).toBe(false);
    expect(isPrinted('environment variable … is not sett')).toBe(false);
  });

  test('has the exit codes of an apply', () => {
    const table = PAGE.slice(PAGE.indexOf('## Apply'), PAGE.indexOf('## Smoke test'));
    const codes = new Set([...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code)));
    const known = new Set([0, ...EXIT_CODES.map(([, code]) => code)]);
    expect([...codes].filter((code) => !known.has(code))).toEqual([]);
    for (const code of [0, 3, 4, 5, 7, 8, 9, 130]) expect(codes).toContain(code);
  });

  test('names rules that exist', () => {
    const rules = new Set(RULES.map(({ id }) => id));
    const named = [...PAGE.matchAll(/\b(E\d+)\b/g)].map(([, id]) => id ?? '');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((id) => !rules.has(id))).toEqual([]);
  });

  test('links to headings that exist', () => {
    const links = [...PAGE.matchAll(/\]\(([\w.]+)(?:#([\w-]+))?\)/g)];
    expect(links.length).toBeGreaterThan(3);
    for (const [, file = '', anchor] of links) {
      const headings = [...readFileSync(join(DOCS, file), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      if (anchor !== undefined) expect(headings).toContain(anchor);
    }
  });
});

describe('texts of sources', () => {
  test('comments are no messages, templates are filled with …', () => {
    const source = [
      "/** 'a comment' */",
      "  // 'another comment'",
      "throw new Error('a fixed sentence');",
      `const text = \`\${where}: \${count === 1 ? 'one' : \`\${count} of\`} them\`;`,
    ].join('\n');
    expect(messagesOf(source)).toEqual(['a fixed sentence', '…: … them']);
  });
});
