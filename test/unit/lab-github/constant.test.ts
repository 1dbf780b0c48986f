import { describe, expect, test } from '@jest/globals';
import { ConstantAnswers, isConstant } from '../../../lab/github/git/constant.ts';
import type { GitResult } from '../../../lab/github/git/run.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const answer = (exitCode: number, stdout = '', stderr = ''): GitResult => ({ exitCode, stdout: Buffer.from(stdout), stderr });

describe('what git is asked once', () => {
  test.each([
    ['cat-file', '-t', A],
    ['cat-file', 'blob', A],
    ['merge-base', '--is-ancestor', A, B],
    ['merge-tree', '--write-tree', A, B],
    ['rev-list', '--count', `${A}..${B}`],
    ['rev-parse', `${A}^{tree}`],
    ['ls-tree', '-r', A, '--', 'rendered'],
    ['diff-tree', '-r', A, B],
  ])('%s of whole ids: %s %s', (...args: string[]) => expect(isConstant(args, {})).toBe(true));

  test.each([
    ['rev-parse', 'main'],
    ['rev-parse', A.slice(0, 12)],
    ['rev-list', '--all'],
    ['rev-list', A, '--not', '--branches'],
    ['merge-base', A, 'refs/heads/main'],
    ['cat-file', '--batch'],
    ['for-each-ref', A],
    ['hash-object', '-w', '--stdin'],
    ['update-ref', A, B],
  ])('never %s %s', (...args: string[]) => expect(isConstant(args, {})).toBe(false));

  test('never with input or an environment', () => {
    expect(isConstant(['cat-file', '-t', A], { input: A })).toBe(false);
    expect(isConstant(['cat-file', '-t', A], { env: { GIT_INDEX_FILE: 'x' } })).toBe(false);
  });
});

describe('which answers are kept', () => {
  /** How often git is asked for three times the same. */
  async function asked(args: string[], result: GitResult, folders = ['one', 'one', 'one']): Promise<number> {
    const answers = new ConstantAnswers();
    let count = 0;
    for (const folder of folders)
      expect(
        await answers.of(folder, args, {}, async () => {
          count += 1;
          return result;
        }),
      ).toEqual(result);
    return count;
  }

  test('success; the 1 of a comparison; in each repository its own', async () => {
    expect(await asked(['cat-file', '-t', A], answer(0, 'commit\n'))).toBe(1);
    expect(await asked(['merge-base', '--is-ancestor', A, B], answer(1))).toBe(1);
    expect(await asked(['cat-file', '-t', A], answer(0, 'commit\n'), ['one', 'two', 'one'])).toBe(2);
  });

  test('not what may be there later, nor a failure, nor what is large', async () => {
    expect(await asked(['rev-parse', '--verify', '--quiet', `${A}^{commit}`], answer(1))).toBe(3);
    expect(await asked(['cat-file', '-t', A], answer(128, '', 'fatal: could not get object info'))).toBe(3);
    expect(await asked(['merge-base', A, B], answer(1, '', 'fatal: not a valid object'))).toBe(3);
    expect(await asked(['cat-file', 'blob', A], answer(0, 'x'.repeat(70_000)))).toBe(3);
  });
});
