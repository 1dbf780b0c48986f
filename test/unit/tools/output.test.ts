import { expect, test } from '@jest/globals';
import { Output } from '../../../tools/output.ts';

test('what is written side by side is shown one after another, the first source at once', () => {
  let shown = '';
  const output = new Output((chunk) => {
    shown += String(chunk);
  });
  const [first, second, third] = [output.part(), output.part(), output.part()];
  second.write('b1 ');
  first.write('a1 ');
  expect(shown).toBe('a1 ');
  third.write('c1 ');
  second.end();
  first.write('a2 ');
  expect(shown).toBe('a1 a2 ');
  first.end();
  expect(shown).toBe('a1 a2 b1 c1 ');
  third.write('c2 ');
  expect(shown).toBe('a1 a2 b1 c1 c2 ');
  third.end();
});
