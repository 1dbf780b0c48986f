import { expect, test } from '@jest/globals';
import { releaseNotes } from '../../../tools/change-log.ts';

const TEXT = '# Changes\n\nnewest first\n\n## 0.2.0\n\nSecond.\n\n- a\n\n## 0.1.0\n\nFirst.\n';

test('the notes of a release are what stands under its version', () => {
  expect(releaseNotes(TEXT, '0.2.0')).toBe('Second.\n\n- a');
  expect(releaseNotes(TEXT, '0.1.0')).toBe('First.');
});

test('a version that is not there, or part of another one, has none', () => {
  expect([releaseNotes(TEXT, '0.1'), releaseNotes(TEXT, '0.3.0'), releaseNotes('', '0.1.0')]).toEqual(['', '', '']);
});
