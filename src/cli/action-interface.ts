/** A verb of the command line that the Action offers. */
export type ActionCommand = 'validate' | 'render' | 'plan' | 'propose' | 'apply' | 'smoke' | 'drift';

/** In the order in which a fleet meets them. */
export const ACTION_COMMANDS: readonly ActionCommand[] = ['validate', 'render', 'plan', 'propose', 'apply', 'smoke', 'drift'];

/** An input of the Action: one table feeds action.yml, its reference and the words of the command line. */
export interface ActionInput {
  name: string;
  description: string;
  required?: true;
  /** Absent: empty, which means that the command's own default counts. */
  default?: string;
  /** Commands that know it; absent: all. */
  commands?: readonly ActionCommand[];
  /**
   * The flag of the command line that carries it; absent: it is no flag. A switch is `true` or `false`. An input that is empty is one
   * that is not given, so `none` stands for the empty value of a value-or-none.
   */
  flag?: { name: string; type: 'value' | 'value-or-none' | 'list' | 'switch' };
}

export const INPUTS: readonly ActionInput[] = [
  { name: 'command', description: `What to do: ${ACTION_COMMANDS.join(', ')}.`, required: true },
  {
    name: 'file',
    description: 'The declaration, from the top of the repository.',
    default: 'clusters.yaml',
    flag: { name: 'file', type: 'value' },
  },
  {
    name: 'rendered',
    description: 'The folder of the rendered manifests, from the top of the repository. Empty: rendered, beside the declaration.',
    flag: { name: 'rendered', type: 'value' },
  },
  {
    name: 'only',
    description: 'Clusters to look at, one a line or with commas between. Empty: all.',
    flag: { name: 'only', type: 'list' },
  },
  {
    name: 'live',
    description: 'true: look at the live clusters too.',
    default: 'false',
    commands: ['validate'],
    flag: { name: 'live', type: 'switch' },
  },
  {
    name: 'check',
    description: 'true: write nothing, fail where the rendered folder is not what the declaration renders.',
    default: 'false',
    commands: ['render'],
    flag: { name: 'check', type: 'switch' },
  },
  {
    name: 'offline',
    description:
      'true: compare with the committed manifests, without any cluster. Runs of forks and of Dependabot are always compared so.',
    default: 'false',
    commands: ['plan'],
    flag: { name: 'offline', type: 'switch' },
  },
  {
    name: 'base',
    description:
      'The branch that proposals are merged into and whose newest approval is applied. Empty: the default branch of the repository.',
    commands: ['propose', 'apply'],
    flag: { name: 'base', type: 'value' },
  },
  {
    name: 'dry-run',
    description: 'true: write nothing to GitHub, say what would be written. The outputs are those of a run that writes.',
    default: 'false',
    commands: ['propose'],
    flag: { name: 'dry-run', type: 'switch' },
  },
  {
    name: 'gate-timeout',
    description: 'Seconds that a gate may take. Empty: 900.',
    commands: ['apply'],
    flag: { name: 'gate-timeout', type: 'value' },
  },
  {
    name: 'lock-timeout',
    description: 'Seconds to wait for the lock of the fleet. Empty: 90.',
    commands: ['apply', 'smoke'],
    flag: { name: 'lock-timeout', type: 'value' },
  },
  {
    name: 'environment',
    description: 'Environment of the deployment that records the apply. Empty: the name of the fleet. none: no deployment.',
    commands: ['apply'],
    flag: { name: 'environment', type: 'value-or-none' },
  },
  {
    name: 'publish',
    description:
      'false: no comment, check, status, deployment or issue is written. The pull request of propose is its purpose, which only dry-run leaves out.',
    default: 'true',
    commands: ['plan', 'propose', 'apply', 'drift'],
    flag: { name: 'publish', type: 'switch' },
  },
  {
    name: 'github-token',
    description: 'Token for GitHub. The token of a GitHub App lets workflows start on the pull requests that it opens.',
    default: `\${{ github.token }}`,
  },
];

/** An output of the Action. Values are text; one that a command does not know is empty. */
export interface ActionOutput {
  name: string;
  description: string;
  /** Commands that set it; absent: all. */
  commands?: readonly ActionCommand[];
}

const COMPARING: readonly ActionCommand[] = ['plan', 'propose', 'drift'];

export const OUTPUTS = [
  { name: 'result', description: 'ok, or the word for the exit code: changes, rule-broken, not-approved, locked, failed, …' },
  { name: 'exit-code', description: 'Exit code of the command. 2 (changes) does not fail the step.' },
  {
    name: 'changed',
    description: 'true where there is something to change, or where something was changed; else false.',
    commands: ['render', 'apply', ...COMPARING],
  },
  { name: 'failure-reason', description: 'One sentence where the step fails; else empty.' },
  { name: 'plan-digest', description: 'Digest of what the plan means.', commands: COMPARING },
  {
    name: 'plan-path',
    description: 'File with the whole document as JSON, in the temporary folder of the runner.',
    commands: COMPARING,
  },
  {
    name: 'summary-json',
    description: 'Per cluster whether it is known, and how many changes of each kind, as JSON.',
    commands: COMPARING,
  },
  { name: 'to-create', description: 'Objects to create.', commands: COMPARING },
  { name: 'to-update', description: 'Objects to update or to adopt.', commands: COMPARING },
  { name: 'to-delete', description: 'Objects to delete, or to delete and create anew.', commands: COMPARING },
  { name: 'conflicts', description: 'Fields that another manager owns.', commands: COMPARING },
  { name: 'unknown-clusters', description: 'Clusters that could not be judged, with commas between.', commands: COMPARING },
  { name: 'comment-id', description: 'Id of the comment on the pull request.', commands: ['plan', 'apply'] },
  { name: 'pull-request-number', description: 'Number of the proposed pull request.', commands: ['propose'] },
  { name: 'pull-request-url', description: 'Its page.', commands: ['propose'] },
  {
    name: 'pull-request-operation',
    description: 'created, updated, unchanged, closed, none, approved, outdated or refused.',
    commands: ['propose'],
  },
  { name: 'pull-request-head-sha', description: 'The commit at the head of its branch.', commands: ['propose'] },
  { name: 'issues', description: 'Numbers of the open drift issues, with commas between.', commands: ['drift'] },
] as const satisfies readonly ActionOutput[];

export type OutputName = (typeof OUTPUTS)[number]['name'];

/** Whether a command knows an input or sets an output. */
export function concerns(entry: { commands?: readonly ActionCommand[] }, command: ActionCommand): boolean {
  return entry.commands === undefined || entry.commands.includes(command);
}
