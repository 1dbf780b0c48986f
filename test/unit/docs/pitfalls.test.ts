import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const TOP = new URL('../../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, TOP), 'utf8');
const ROWS = text('docs/pitfalls.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| pitfall'))
  .map((line) => line.slice(2, -2).split(' | '));

test('two dozen pitfalls, each with what is done about it and its test', () => {
  expect(ROWS).toHaveLength(24);
  for (const row of ROWS) expect(row).toHaveLength(3);
});

test.each(ROWS.map(([pitfall, , named]) => [pitfall, named]))('%s', (_, named) => {
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(named ?? '') ?? [];
  expect(file).toBeDefined();
  // A title in its quotes, as the first thing of a test or of a row of cases.
  const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
  expect(quoted.some((one) => text(file!).includes(one))).toBe(true);
});
