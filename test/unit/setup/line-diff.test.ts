import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineDiff } from '../../../src/setup/line-diff.ts';

test('what is the same has no difference, whatever ends its lines', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n')).toBe('');
  expect(lineDiff('a\r\nb\r\n', 'a\nb\n')).toBe('');
});

test('changes stand between the lines around them, as diff -u writes them', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', ''].join('\n');
  const after = before.replace('2\n', 'two\n').replace('11\n', '').replace('12\n', '12\n13\n');
  expect(lineDiff(before, after)).toBe(
    '@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -8,5 +8,5 @@\n 8\n 9\n 10\n-11\n 12\n+13\n',
  );
  expect(lineDiff('', 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a\n');
  expect(lineDiff('a\n', '')).toBe('@@ -1,1 +0,0 @@\n-a\n');
});

test('a file beyond all measure takes no time', () => {
  const lines = (word: string) => Array.from({ length: 5_000 }, (_, at) => `${word}${at}\n`).join('');
  expect(lineDiff(lines('a'), lines('b')).split('\n')).toHaveLength(10_002);
});

test('git makes the one text of the other with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-diff-'));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 14 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '');
        writeFileSync(join(folder, 'file'), before);
        writeFileSync(join(folder, 'patch'), `--- a/file\n+++ b/file\n${lineDiff(before, after)}`);
        execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', 'patch'], { cwd: folder });
        const made = execFileSync('cat', [join(folder, 'file')], { encoding: 'utf8' });
        expect(made).toBe(after);
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
