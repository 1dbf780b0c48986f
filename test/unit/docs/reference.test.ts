import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EXIT_CODES } from '../../../src/cli/exit.ts';
import { VERBS } from '../../../src/verbs/all.ts';
import { COMMON_FLAGS } from '../../../src/verbs/flags.ts';
import { referenceText } from '../../../tools/reference-text.ts';

const PAGE = referenceText();

describe('docs/reference.md', () => {
  test('is what the sources generate', () => {
    expect(readFileSync(new URL('../../../docs/reference.md', import.meta.url), 'utf8')).toBe(PAGE);
  });

  test('has every command, every flag with its default, and every exit code', () => {
    for (const command of VERBS) {
      const start = PAGE.indexOf(`\n### ${command.name}\n`);
      expect(start).toBeGreaterThan(0);
      const section = PAGE.slice(start, PAGE.indexOf('\n## ', start));
      for (const { name, default: value = '' } of command.flags) {
        const row = section.split('\n').find((line) => line.includes(`--${name}`));
        expect(row).toContain(value);
      }
    }
    for (const { name } of COMMON_FLAGS) expect(PAGE).toContain(`--${name}`);
    for (const [, code] of EXIT_CODES) expect(PAGE).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });

  test('every row of a table has as many cells as its heading', () => {
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    const tables = PAGE.split(/\n\n+/).filter((block) => block.startsWith('| '));
    expect(tables.length).toBeGreaterThan(6);
    for (const table of tables) {
      const [first = '', ...rest] = table.trim().split('\n');
      expect(rest.map(cells)).toEqual(rest.map(() => cells(first)));
    }
  });
});
