import { parseArgs } from 'node:util';
import { UserError } from '../model/user-error.ts';
import { VERBS, verbNamed } from '../verbs/all.ts';
import { COMMON_FLAGS, type Flag } from '../verbs/flags.ts';
import type { Facts, Invocation, Verb } from '../verbs/verb.ts';
import { helpText } from './help.ts';

/** What the words of a command line ask for; `help` where help is wanted. Throws UserError for words it does not know. */
export function parseCommandLine(words: readonly string[]): Invocation | { help: string } {
  const [name, ...rest] = words;
  if (name === undefined || name === '-h' || name === '--help' || name === 'help') return { help: helpText(rest[0]) };
  const verb = verbNamed(name);
  if (verb === undefined)
    throw new UserError(`unknown command "${name}"`, `commands are ${VERBS.map((known) => known.name).join(', ')}`);
  const flags = [...COMMON_FLAGS, ...verb.flags];
  const { values, positionals } = parse(verb, flags, rest);
  if (values['help'] === true) return { help: helpText(name) };
  const invocation = invocationOf(verb, flags, values, positionals);
  const format = invocation.text('format') ?? 'text';
  if (!(verb.formats as readonly string[]).includes(format))
    throw new UserError(`${name} has no format "${format}"`, `formats are ${verb.formats.join(', ')}`);
  judgeWords(verb, positionals);
  return invocation;
}

function invocationOf(
  verb: Verb,
  flags: readonly Flag[],
  values: Readonly<Record<string, unknown>>,
  words: readonly string[],
): Invocation {
  const text = (name: string) => single(values[name]) ?? flags.find((known) => known.name === name)?.default;
  return {
    verb,
    words,
    text,
    list: (name) => [values[name] ?? []].flat().map(String),
    on: (name) => values[name] === true,
    number: (name) => positive(name, text(name)),
  };
}

function judgeWords({ name, words }: Facts, given: readonly string[]): void {
  if (words === undefined) {
    if (given.length > 0) throw new UserError(`${name} takes no argument "${given[0]}"`, 'name the declaration with -f');
    return;
  }
  const [first, ...more] = given;
  const { oneOf, further = [], usage, example } = words;
  const isOne = (word: string) => oneOf === undefined || (oneOf.includes(word) && (more.length === 0 || further.includes(word)));
  if (first === undefined || !isOne(first))
    throw new UserError(`${name} needs ${oneOf === undefined ? usage : `one of ${oneOf.join(', ')}`}`, example);
}

function parse(verb: Facts, flags: readonly Flag[], words: string[]) {
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
      `cn2-fleet ${verb.name} --help lists the flags`,
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
