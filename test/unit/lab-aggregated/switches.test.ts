import { describe, expect, test } from '@jest/globals';
import { ALL_SERVED, switchesOf } from '../../../lab/apiserver/aggregated/switches.ts';

describe('switches as JSON', () => {
  test('what is not named is served', () => {
    expect(switchesOf('{}')).toEqual(ALL_SERVED);
    expect(switchesOf('{"dryRun":"refused","delay":250}')).toEqual({ ...ALL_SERVED, dryRun: 'refused', delay: 250 });
  });

  test.each([
    ['{"serverSideApply":"refused"}', 'serverSideApply cannot be "refused"'],
    ['{"delay":-1}', 'delay cannot be -1'],
    ['{"delay":"1"}', 'delay cannot be "1"'],
    ['{"down":"true"}', 'down cannot be "true"'],
    ['{"toString":1}', 'there is no switch "toString"'],
    ['[]', 'not an object'],
    ['null', 'not an object'],
    ['down', 'JSON'],
  ])('%s is refused', (text, words) => {
    expect(() => switchesOf(text)).toThrow(words);
  });
});
