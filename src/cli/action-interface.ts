import { VERBS } from '../verbs/all.ts';
import { COMMON_FLAGS, type Flag } from '../verbs/flags.ts';
import { type ActionOutput, COMMON_OUTPUTS } from '../verbs/outputs.ts';

/** An input of the Action: one table feeds action.yml, its reference and the words of the command line. */
export interface ActionInput {
  name: string;
  description: string;
  required?: true;
  /** Absent: empty, which means that the command's own default counts. */
  default?: string;
  /** Commands that know it; absent: all. */
  commands?: readonly string[];
}

/** Names of the verbs that the Action offers, in the order in which a fleet meets them. */
export const ACTION_COMMANDS: readonly string[] = VERBS.filter(({ outputs }) => outputs !== undefined).map(({ name }) => name);

/** Inputs of flags, with the commands whose flags they are; a flag of several commands is one input. */
function inputsOf(flags: readonly Flag[], command?: string): ActionInput[] {
  return flags.flatMap(({ name, input }) => {
    if (input === undefined) return [];
    const { noneIsEmpty: _, ...about } = input;
    return [{ name, ...about, ...(command === undefined ? {} : { commands: [command] }) }];
  });
}

/** Entries of several commands under one name, as one that names them all. */
function joined<Entry extends { name: string; commands?: readonly string[] }>(entries: readonly Entry[]): Entry[] {
  const byName = new Map<string, Entry>();
  for (const entry of entries) {
    const known = byName.get(entry.name);
    const commands = [...(known?.commands ?? []), ...(entry.commands ?? [])];
    byName.set(entry.name, commands.length === 0 ? entry : { ...(known ?? entry), commands });
  }
  return [...byName.values()];
}

export const INPUTS: readonly ActionInput[] = [
  { name: 'command', description: `What to do: ${ACTION_COMMANDS.join(', ')}.`, required: true },
  ...inputsOf(COMMON_FLAGS),
  ...joined(VERBS.flatMap(({ name, flags, outputs }) => (outputs === undefined ? [] : inputsOf(flags, name)))),
  {
    name: 'github-token',
    description: 'Token for GitHub. The token of a GitHub App lets workflows start on the pull requests that it opens.',
    default: `\${{ github.token }}`,
  },
];

/** An output with the commands that set it; absent: all. */
export const OUTPUTS: readonly (ActionOutput & { commands?: readonly string[] })[] = [
  ...COMMON_OUTPUTS,
  ...joined(VERBS.flatMap(({ name, outputs = [] }) => outputs.map((output) => ({ ...output, commands: [name] })))),
];

/** Whether a command knows an input or sets an output. */
export function concerns(entry: { commands?: readonly string[] }, command: string): boolean {
  return entry.commands === undefined || entry.commands.includes(command);
}
