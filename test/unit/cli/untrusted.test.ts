import { expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { COMMANDS } from '../../../src/cli/flags.ts';
import { FOR_STRANGERS, refuseForStranger } from '../../../src/cli/untrusted.ts';
import { UserError } from '../../../src/commands/context.ts';

const STRANGER = {
  origin: 'of a pull request from the fork mallory/fleet',
  remedy: 'push the branch to the repository acme/fleet and open the pull request from there',
};

function refusal(...words: string[]): UserError | undefined {
  const invocation = parseCommandLine(words);
  if ('help' in invocation) throw new Error('a command is wanted');
  try {
    refuseForStranger(invocation, STRANGER);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

test('every command says what a stranger’s run may have of it', () => {
  expect(Object.keys(FOR_STRANGERS).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});

test.each([['validate'], ['render', '--check'], ['plan'], ['plan', '--offline'], ['plan', '--publish']])(
  '%s %s runs',
  (...words) => {
    expect(refusal(...words)).toBeUndefined();
  },
);

test.each([
  [['validate', '--live'], 'validate --live'],
  [['render'], 'render'],
  [['propose'], 'propose'],
  [['apply'], 'apply'],
  [['smoke'], 'smoke'],
  [['drift'], 'drift'],
  [['init'], 'init'],
])('%j is refused, with the reason and what to do', (words, named) => {
  expect(refusal(...words)).toMatchObject({
    message: `this run is of a pull request from the fork mallory/fleet: ${named} is not for it`,
    hint: expect.stringContaining('push the branch to the repository acme/fleet'),
  });
});
