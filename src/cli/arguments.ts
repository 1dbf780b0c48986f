import { parseArgs } from 'node:util';
import { UserError } from '../model/user-error.ts';
import { COMMANDS, COMMON_FLAGS, type CommandFacts, type Flag } from './flags.ts';
import { helpText } from './help.ts';

/** A command line, parsed: values of flags by name. */
export interface Invocation {
  command: CommandFacts;
  /** For `lab`: up, down, status or env. */
  verb?: string;
  text(name: string): string | undefined;
  list(name: string): string[];
  on(name: string): boolean;
  /** A positive number of a flag; throws UserError for anything else. */
  number(name: string): number;
}

/** What the words of a command line ask for; `help` where help is wanted. Throws UserError for words it does not know. */
export function parseCommandLine(words: readonly string[]): Invocation | { help: string } {
  const [name, ...rest] = words;
  if (name === undefined || name === '-h' || name === '--help' || name === 'help') return { help: helpText(rest[0]) };
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new UserError(
      `there is no command "${name}"`,
      `commands are ${COMMANDS.map((candidate) => candidate.name).join(', ')}`,
    );
  }
  const flags = [...COMMON_FLAGS, ...command.flags];
  const { values, positionals } = parse(command, flags, rest);
  if (values['help'] === true) return { help: helpText(name) };
  const invocation: Invocation = {
    command,
    text: (flag) => single(values[flag]) ?? flags.find((known) => known.name === flag)?.default,
    list: (flag) => [values[flag] ?? []].flat().map(String),
    on: (flag) => values[flag] === true,
    number: (flag) => positive(flag, single(values[flag]) ?? flags.find((known) => known.name === flag)?.default),
  };
  const format = invocation.text('format') ?? 'text';
  if (!command.formats.includes(format)) {
    throw new UserError(`${name} has no format "${format}"`, `formats are ${command.formats.join(', ')}`);
  }
  if (name !== 'lab') {
    if (positionals.length > 0)
      throw new UserError(`${name} takes no argument "${positionals[0]}"`, 'name the declaration with -f');
    return invocation;
  }
  const [verb, ...more] = positionals;
  if (verb === undefined || !['up', 'down', 'status', 'env'].includes(verb) || more.length > 0) {
    throw new UserError('lab needs one of up, down, status, env', 'cn2-fleet lab up -f clusters.yaml');
  }
  return { ...invocation, verb };
}

function parse(command: CommandFacts, flags: readonly Flag[], words: string[]) {
  const options = Object.fromEntries(
    flags.map((flag) => [
      flag.name,
      {
        type: flag.value === undefined ? ('boolean' as const) : ('string' as const),
        ...(flag.short === undefined ? {} : { short: flag.short }),
        ...(flag.repeatable === true ? { multiple: true } : {}),
      },
    ]),
  );
  try {
    return parseArgs({ args: words, options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = String((error as { message?: unknown }).message ?? error).split('. ')[0] ?? '';
    throw new UserError(
      message.replace(/^./, (first) => first.toLowerCase()),
      `cn2-fleet ${command.name} --help lists the flags`,
    );
  }
}

function single(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A lock need not be waited for: that flag alone may be 0. */
function positive(flag: string, text: string | undefined): number {
  const value = text?.trim() === '' ? Number.NaN : Number(text);
  const least = flag === 'lock-timeout' ? 0 : Number.MIN_VALUE;
  if (!Number.isFinite(value) || value < least)
    throw new UserError(
      `--${flag} needs a number ${least === 0 ? 'from 0' : 'above 0'}, not "${text}"`,
      `for example --${flag} 60`,
    );
  return value;
}
