import { describe, expect, test } from '@jest/globals';
import { inputVariable, tokenOfInputs, wordsOfInputs } from '../../../src/cli/action-inputs.ts';
import { ACTION_COMMANDS, INPUTS } from '../../../src/cli/action-interface.ts';
import { parseCommandLine } from '../../../src/cli/arguments.ts';

/** The environment of the Action's step when a workflow gives these inputs. */
function step(inputs: Record<string, string>): Record<string, string> {
  const given = (name: string, otherwise = '') => inputs[name] ?? otherwise;
  return Object.fromEntries(INPUTS.map((input) => [inputVariable(input.name), given(input.name, input.default)]));
}

describe('words of the inputs', () => {
  test('an input that is not given leaves the default of the command', () => {
    expect(wordsOfInputs(step({ command: 'plan' }))).toEqual(['plan', '--file=clusters.yaml', '--publish']);
    expect(wordsOfInputs(step({ command: 'validate' }))).toEqual(['validate', '--file=clusters.yaml']);
  });

  test('every kind of input becomes its flag', () => {
    const inputs = {
      command: 'apply',
      file: 'fleets/a b/clusters.yaml',
      rendered: '-odd',
      only: 'cluster1\n cluster2 , cluster3\n\n',
      'gate-timeout': '60',
      'lock-timeout': '0',
      environment: 'none',
      publish: 'FALSE',
    };
    expect(wordsOfInputs(step(inputs))).toEqual([
      'apply',
      '--file=fleets/a b/clusters.yaml',
      '--rendered=-odd',
      '--only=cluster1',
      '--only=cluster2',
      '--only=cluster3',
      '--gate-timeout=60',
      '--lock-timeout=0',
      '--environment=',
    ]);
  });

  test('the token is no word', () => {
    const environment = step({ command: 'drift', 'github-token': 'ghs_secret' });
    expect(wordsOfInputs(environment).join(' ')).not.toContain('ghs_secret');
    expect(tokenOfInputs(environment)).toBe('ghs_secret');
    expect(tokenOfInputs({})).toBeUndefined();
  });

  test.each([
    [{}, 'input command is missing'],
    [{ command: 'destroy' }, 'the Action has no command "destroy"'],
    [{ command: 'plan', publish: 'yes' }, 'input publish is "yes"'],
    [{ command: 'plan', 'gate-timeout': '60' }, 'input gate-timeout does not apply to plan'],
    [{ command: 'validate', offline: 'true' }, 'input offline does not apply to validate'],
  ])('%j is refused', (inputs, message) => {
    expect(() => wordsOfInputs(step(inputs))).toThrow(message);
  });

  test('a default that is given to a command without that input is none', () => {
    expect(wordsOfInputs(step({ command: 'render', publish: 'true', live: 'false' }))).toEqual([
      'render',
      '--file=clusters.yaml',
    ]);
  });

  test('a variable without an input is refused with the nearest one and the list', () => {
    const environment = { ...step({ command: 'plan' }), CN2_FLEET_INPUT_FILES: 'x' };
    expect(() => wordsOfInputs(environment)).toThrow('the Action has no input "files"; did you mean file?');
    try {
      wordsOfInputs(environment);
    } catch (error) {
      expect((error as { hint: string }).hint).toContain('command, file, rendered, only');
    }
  });

  test('variables of a user that look alike are no inputs', () => {
    expect(wordsOfInputs({ ...step({ command: 'plan' }), CN2_FLEET_FILE: 'x', INPUT_FILE: 'y' })).toContain(
      '--file=clusters.yaml',
    );
  });

  test('a JavaScript action is given them by the runner, hyphens and all, and knows no other spelling', () => {
    const environment = {
      INPUT_COMMAND: 'apply',
      'INPUT_GATE-TIMEOUT': '60',
      'INPUT_GITHUB-TOKEN': 'ghs_secret',
      INPUT_PUBLISH: 'true',
      INPUT_FOO: 'of a user',
      INPUT_LOCK_TIMEOUT: '1',
      CN2_FLEET_INPUT_COMMAND: 'drift',
      CN2_FLEET_INPUT_FILE: 'x',
    };
    expect(wordsOfInputs(environment, 'node')).toEqual(['apply', '--gate-timeout=60', '--publish']);
    expect(tokenOfInputs(environment, 'node')).toBe('ghs_secret');
    expect(() => wordsOfInputs({ INPUT_COMMAND: 'apply' })).toThrow('input command is missing');
    expect(() => wordsOfInputs({ CN2_FLEET_INPUT_COMMAND: 'apply' }, 'node')).toThrow('input command is missing');
    expect(tokenOfInputs({ 'INPUT_GITHUB-TOKEN': 'x' })).toBeUndefined();
  });

  test.each(ACTION_COMMANDS)('the command line knows the words for %s', (command) => {
    const own = command === 'apply' ? { environment: 'none', 'gate-timeout': '60', 'lock-timeout': '0' } : {};
    const words = wordsOfInputs(step({ command, only: 'cluster1', rendered: 'r', ...own }));
    expect(parseCommandLine(words)).toMatchObject({ verb: { name: command } });
  });
});
