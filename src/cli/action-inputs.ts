import { nearest } from '../declare/nearest.ts';
import { UserError } from '../model/user-error.ts';
import { verbNamed } from '../verbs/all.ts';
import { COMMON_FLAGS, type Flag } from '../verbs/flags.ts';
import type { Verb } from '../verbs/verb.ts';
import { ACTION_COMMANDS, type ActionInput, concerns, INPUTS } from './action-interface.ts';

/**
 * How inputs reach the program. The runner gives a JavaScript action INPUT_ and the name in capitals, blanks as underscores and hyphens
 * as they are (actions/toolkit, core.getInput); a composite action gives its steps none of it (actions/runner issue 665), so action.yml
 * maps every input to a variable of a prefix of our own. No credential of a declaration is likely to be named so.
 */
export type InputsOf = 'composite' | 'node';

const PREFIX = 'CN2_FLEET_INPUT_';

/** Name of the environment variable that carries an input. */
export function inputVariable(name: string, of: InputsOf = 'composite'): string {
  const capitals = name.toUpperCase();
  return of === 'node' ? `INPUT_${capitals.replaceAll(' ', '_')}` : `${PREFIX}${capitals.replaceAll('-', '_')}`;
}

/**
 * The words of the command line that the inputs of the Action stand for: the command, then its flags. The token is not a flag, see
 * tokenOfInputs. Throws UserError for an input that is unknown, that the command does not have, or whose value is not such a value.
 */
export function wordsOfInputs(environment: Readonly<Record<string, string | undefined>>, of: InputsOf = 'composite'): string[] {
  // Of a JavaScript action the runner itself names unknown inputs, and variables of a user may look alike.
  if (of === 'composite') refuseUnknown(environment);
  const value = ({ name }: Pick<ActionInput, 'name'>) => environment[inputVariable(name, of)]?.trim() ?? '';
  const verb = commandOf(value({ name: 'command' }));
  for (const input of INPUTS) {
    const given = value(input);
    if (given !== '' && given !== input.default && !concerns(input, verb.name)) throw foreignInput(input, verb.name);
  }
  return [
    verb.name,
    ...[...COMMON_FLAGS, ...verb.flags].flatMap((flag) => {
      const given = flag.input === undefined ? '' : value(flag);
      return given === '' ? [] : flagWords(flag, given);
    }),
  ];
}

/** The token for GitHub; undefined where none is given. */
export function tokenOfInputs(
  environment: Readonly<Record<string, string | undefined>>,
  of: InputsOf = 'composite',
): string | undefined {
  return environment[inputVariable('github-token', of)]?.trim() || undefined;
}

/** The words for a value; a switch is `true` or `false`. In one word each: a value that begins with a dash stays a value. */
function flagWords({ name, value, repeatable, input }: Flag, given: string): string[] {
  if (value === undefined) {
    const spelled = given.toLowerCase();
    if (spelled !== 'true' && spelled !== 'false') throw new UserError(`input ${name} is "${given}"`, 'it must be true or false');
    return spelled === 'true' ? [`--${name}`] : [];
  }
  if (repeatable !== true) return [`--${name}=${input?.noneIsEmpty === true && given === 'none' ? '' : given}`];
  return given
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => `--${name}=${entry}`);
}

function commandOf(given: string): Verb {
  const verb = ACTION_COMMANDS.includes(given) ? verbNamed(given) : undefined;
  if (verb !== undefined) return verb;
  throw new UserError(
    given === '' ? 'input command is missing' : `the Action has no command "${given}"`,
    `commands are ${ACTION_COMMANDS.join(', ')}`,
  );
}

function foreignInput({ name, commands = [] }: ActionInput, command: string): UserError {
  return new UserError(`input ${name} does not apply to ${command}`, `it is for ${commands.join(', ')}: remove it`);
}

/** GitHub only warns of an input that action.yml does not have; a variable without an input is a wrong action.yml. */
function refuseUnknown(environment: Readonly<Record<string, string | undefined>>): void {
  const known = INPUTS.map(({ name }) => name);
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(PREFIX)) continue;
    const name = variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-');
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new UserError(
      `the Action has no input "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      `inputs are ${known.join(', ')}`,
    );
  }
}
