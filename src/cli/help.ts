import { VERBS, verbNamed } from '../verbs/all.ts';
import { COMMON_FLAGS, type Flag } from '../verbs/flags.ts';
import type { Facts } from '../verbs/verb.ts';

/** Help of the program, or of one command. */
export function helpText(name?: string): string {
  const verb = name === undefined ? undefined : verbNamed(name);
  return verb === undefined ? programHelp() : verbHelp(verb);
}

function programHelp(): string {
  const width = Math.max(...VERBS.map(({ name }) => name.length));
  return [
    'cn2-fleet: a fleet of Juniper CN2 clusters from one declaration',
    '',
    'usage: cn2-fleet <command> [-f clusters.yaml] [flags]',
    '',
    ...VERBS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'cn2-fleet <command> --help lists its flags and exit codes; cn2-fleet --version says which this is.',
  ].join('\n');
}

function verbHelp(verb: Facts): string {
  return [
    `cn2-fleet ${usageOf(verb)}: ${verb.summary}`,
    '',
    ...flagLines([
      ...verb.flags,
      ...COMMON_FLAGS.map((flag) => (flag.name === 'format' ? { ...flag, help: verb.formats.join(', ') } : flag)),
    ]),
    '',
    `exit codes: ${verb.exits.join(' ')} (and 130 when interrupted)`,
  ].join('\n');
}

/** The name of a command, with the words that follow it. */
export function usageOf({ name, words }: Pick<Facts, 'name' | 'words'>): string {
  return words === undefined ? name : `${name} ${words.usage}`;
}

function flagLines(flags: readonly Flag[]): string[] {
  const rows = flags.map((flag) => ({
    left: `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    right: `${flag.help}${flag.default === undefined ? '' : ` (default: ${flag.default})`}`,
  }));
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `  ${row.left.padEnd(width)}  ${row.right}`);
}
