/** An output of the Action. Values are text; one that a command does not know is empty. */
export interface ActionOutput {
  name: string;
  description: string;
}

/** Values of outputs by name. */
export type Outputs<Name extends string = string> = Partial<Record<Name, string>>;

/** The names of a table of outputs. */
export type NamesOf<Table extends readonly ActionOutput[]> = Table[number]['name'];

/** Outputs that every command sets. */
export const COMMON_OUTPUTS = [
  { name: 'result', description: 'ok, or the word for the exit code: changes, rule-broken, not-approved, locked, failed, …' },
  { name: 'exit-code', description: 'Exit code of the command. 2 (changes) does not fail the step.' },
  { name: 'failure-reason', description: 'One sentence if the step fails; otherwise empty.' },
] as const satisfies readonly ActionOutput[];

/** Of commands that change something, or say what would change. */
export const CHANGED = {
  name: 'changed',
  description: 'true if something is to change or was changed; otherwise false.',
} as const satisfies ActionOutput;

/** Of commands that write comments on pull requests. */
export const COMMENT_ID = {
  name: 'comment-id',
  description: 'Id of the comment on the pull request.',
} as const satisfies ActionOutput;

/** Of commands whose result has a page. */
export const PAGE_PATH = {
  name: 'page-path',
  description: 'File with the result as an HTML page that needs no network, in the temporary folder of the runner.',
} as const satisfies ActionOutput;

/** Of commands that compare with live clusters, in a plan. */
export const COMPARED = [
  CHANGED,
  { name: 'plan-digest', description: 'Digest of what the plan means.' },
  { name: 'plan-path', description: 'File with the whole document as JSON, in the temporary folder of the runner.' },
  {
    name: 'summary-json',
    description: 'For each cluster whether it is known and how many changes of each kind it has, as JSON.',
  },
  { name: 'to-create', description: 'Objects to create.' },
  { name: 'to-update', description: 'Objects to update or to adopt.' },
  { name: 'to-delete', description: 'Objects to delete, or to delete and recreate.' },
  { name: 'conflicts', description: 'Fields that another manager owns.' },
  { name: 'unknown-clusters', description: 'Clusters that could not be judged, separated by commas.' },
] as const satisfies readonly ActionOutput[];
