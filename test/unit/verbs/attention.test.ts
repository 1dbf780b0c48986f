import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { attentionOf, reviewAttentionOf } from '../../../src/verbs/attention.ts';
import type { Invocation } from '../../../src/verbs/verb.ts';

function invoked(...words: string[]): Invocation {
  const parsed = parseCommandLine(words);
  if ('help' in parsed) throw new Error('no help was asked for');
  return parsed;
}

const propose = (...words: string[]) => invoked('propose', ...words);

describe('whom a pull request is brought to', () => {
  test('nothing is wished where no flag says so', () => {
    expect(reviewAttentionOf(propose())).toBeUndefined();
    expect(attentionOf(invoked('drift'))).toBeUndefined();
  });

  test('each name counts once, whatever its case', () => {
    const wishes = reviewAttentionOf(
      propose(
        '--labels',
        'network',
        '--labels',
        'Network',
        '--reviewers=ann',
        '--team-reviewers',
        'net-ops',
        '--assignees',
        'bob',
        '--draft',
      ),
    );
    expect(wishes).toEqual({
      labels: ['network'],
      assignees: ['bob'],
      reviewers: ['ann'],
      teamReviewers: ['net-ops'],
      draft: true,
    });
    expect(
      attentionOf(invoked('drift', '--labels', 'a label: with words', '--assignees', 'app[bot]', '--assignees', 'octo_acme')),
    ).toEqual({
      labels: ['a label: with words'],
      assignees: ['app[bot]', 'octo_acme'],
    });
  });

  test.each([
    ['--labels', 'x'.repeat(51), 'a label has 1 to 50 characters'],
    ['--labels', ' ', 'a label has 1 to 50 characters'],
    ['--assignees', '@ann', 'a login has letters, digits, hyphens and underscores'],
    ['--reviewers', 'ann smith', 'a login has letters, digits, hyphens and underscores'],
    ['--team-reviewers', 'acme/net-ops', 'no name of its organization before it'],
  ])('%s %j is refused before anything is asked', (flag, value, rule) => {
    const refusal = () => reviewAttentionOf(propose(`${flag}=${value}`));
    expect(refusal).toThrow(`${flag} cannot be ${JSON.stringify(value.trim())}`);
    try {
      refusal();
    } catch (error) {
      expect((error as { hint?: string }).hint).toContain(rule);
    }
    expect.assertions(2);
  });
});
