import { COMMANDS, COMMON_FLAGS, type Flag } from './flags.ts';

/** Help of the program, or of one command. */
export function helpText(name?: string): string {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const width = Math.max(...COMMANDS.map((candidate) => candidate.name.length));
    return [
      'cn2-fleet: a fleet of Juniper CN2 clusters from one declaration',
      '',
      'usage: cn2-fleet <command> [-f clusters.yaml] [flags]',
      '',
      ...COMMANDS.map((candidate) => `  ${candidate.name.padEnd(width)}  ${candidate.summary}`),
      '',
      'cn2-fleet <command> --help lists its flags and exit codes.',
    ].join('\n');
  }
  return [
    `cn2-fleet ${command.name}${command.name === 'lab' ? ' up|down|status|env' : ''}: ${command.summary}`,
    '',
    ...flagLines([
      ...command.flags,
      ...COMMON_FLAGS.map((flag) => (flag.name === 'format' ? { ...flag, help: command.formats.join(', ') } : flag)),
    ]),
    '',
    `exit codes: ${command.exits} (and 130 when interrupted)`,
  ].join('\n');
}

function flagLines(flags: readonly Flag[]): string[] {
  const rows = flags.map((flag) => ({
    left: `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    right: `${flag.help}${flag.default === undefined ? '' : ` (default: ${flag.default})`}`,
  }));
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `  ${row.left.padEnd(width)}  ${row.right}`);
}
