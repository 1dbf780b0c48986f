import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Entry, wordFaults } from '../../../tools/words.ts';

const ENTRIES: Entry[] = JSON.parse(readFileSync(new URL('../../../tools/dictionary.json', import.meta.url), 'utf8'));

describe('tools/dictionary.json', () => {
  test.each(ENTRIES)('$wrong', (entry) => {
    expect(wordFaults('docs/a.md', entry.wrong, [entry])).toMatchObject([{ line: 1, say: entry.say }]);
    expect(wordFaults('docs/a.md', entry.right, ENTRIES)).toEqual([]);
  });
});

describe('words', () => {
  const entry: Entry = { find: '\\bbad\\b', say: 'good', wrong: 'bad', right: 'good', except: ['src/model/'] };

  test('are found with line and column, in their order', () => {
    expect(wordFaults('README.md', 'fine\nnot bad, badly, bad', [{ ...entry, find: 'badly', say: 'well' }, entry])).toEqual([
      { line: 2, column: 5, word: 'bad', say: 'good' },
      { line: 2, column: 10, word: 'badly', say: 'well' },
      { line: 2, column: 17, word: 'bad', say: 'good' },
    ]);
  });

  test('are allowed where the entry leaves a path out', () => {
    expect(wordFaults('src/model/plan.ts', 'bad', [entry])).toEqual([]);
    expect(wordFaults('src/plan/model/plan.ts', 'bad', [entry])).toHaveLength(1);
  });
});
