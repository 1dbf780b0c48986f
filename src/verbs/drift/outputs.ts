import { COMPARED } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [
  ...COMPARED,
  { name: 'issues', description: 'Numbers of the open drift issues, separated by commas.' },
] as const;
